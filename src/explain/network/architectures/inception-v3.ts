import { type ConvolutionOptions, GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';
import { basicConvolution, transformInput, withoutModules } from './inception-parts';

/** A convolution of a branch: its name's ending, filters, kernel, and for 3×3 kernels that halve the map `reduce`. */
type Step = readonly [
  suffix: string,
  filters: number,
  kernel: '1×1' | '3×3' | '5×5' | '1×7' | '7×1' | '1×3' | '3×1' | 'reduce',
];

const WINDOWS: Readonly<Record<Step[2], ConvolutionOptions>> = {
  '1×1': { kernel: 1 },
  '3×3': { kernel: 3, padding: 1 },
  '5×5': { kernel: 5, padding: 2 },
  '1×7': { kernel: [1, 7], padding: [0, 0, 3, 3] },
  '7×1': { kernel: [7, 1], padding: [3, 3, 0, 0] },
  '1×3': { kernel: [1, 3], padding: [0, 0, 1, 1] },
  '3×1': { kernel: [3, 1], padding: [1, 1, 0, 0] },
  reduce: { kernel: 3, stride: 2 },
};

/** One block of parallel branches under torchvision's names. */
class Block {
  constructor(
    readonly builder: GraphBuilder,
    readonly name: string,
    readonly from: string,
  ) {}

  branch(from: string, branch: string, ...steps: readonly Step[]): string {
    return steps.reduce(
      (x, [suffix, filters, window]) =>
        basicConvolution(this.builder, `${this.name}.${branch}${suffix}`, x, filters, WINDOWS[window]),
      from,
    );
  }

  /** A 1×1 convolution of averages over 3×3 windows, in which the zeros around the map count. */
  averaged(filters: number): string {
    const pooled = this.builder.avgPool(`${this.name}.pool`, this.from, { kernel: 3, stride: 1, padding: 1 });
    return this.branch(pooled, 'branch_pool', ['', filters, '1×1']);
  }

  largest(): string {
    return this.builder.maxPool(`${this.name}.pool`, this.from, { kernel: 3, stride: 2 });
  }

  join(...parts: readonly string[]): string {
    return this.builder.concat(`${this.name}.concat`, ...parts);
  }
}

type Build = (block: Block) => string;

const blockA =
  (pooled: number): Build =>
  (b) =>
    b.join(
      b.branch(b.from, 'branch1x1', ['', 64, '1×1']),
      b.branch(b.from, 'branch5x5', ['_1', 48, '1×1'], ['_2', 64, '5×5']),
      b.branch(b.from, 'branch3x3dbl', ['_1', 64, '1×1'], ['_2', 96, '3×3'], ['_3', 96, '3×3']),
      b.averaged(pooled),
    );

const blockB: Build = (b) =>
  b.join(
    b.branch(b.from, 'branch3x3', ['', 384, 'reduce']),
    b.branch(b.from, 'branch3x3dbl', ['_1', 64, '1×1'], ['_2', 96, '3×3'], ['_3', 96, 'reduce']),
    b.largest(),
  );

const blockC =
  (inner: number): Build =>
  (b) =>
    b.join(
      b.branch(b.from, 'branch1x1', ['', 192, '1×1']),
      b.branch(b.from, 'branch7x7', ['_1', inner, '1×1'], ['_2', inner, '1×7'], ['_3', 192, '7×1']),
      b.branch(
        b.from,
        'branch7x7dbl',
        ['_1', inner, '1×1'],
        ['_2', inner, '7×1'],
        ['_3', inner, '1×7'],
        ['_4', inner, '7×1'],
        ['_5', 192, '1×7'],
      ),
      b.averaged(192),
    );

const blockD: Build = (b) =>
  b.join(
    b.branch(b.from, 'branch3x3', ['_1', 192, '1×1'], ['_2', 320, 'reduce']),
    b.branch(b.from, 'branch7x7x3', ['_1', 192, '1×1'], ['_2', 192, '1×7'], ['_3', 192, '7×1'], ['_4', 192, 'reduce']),
    b.largest(),
  );

const blockE: Build = (b) => {
  const one = b.branch(b.from, 'branch1x1', ['', 320, '1×1']);
  const three = b.branch(b.from, 'branch3x3', ['_1', 384, '1×1']);
  const threes = [b.branch(three, 'branch3x3', ['_2a', 384, '1×3']), b.branch(three, 'branch3x3', ['_2b', 384, '3×1'])];
  const double = b.branch(b.from, 'branch3x3dbl', ['_1', 448, '1×1'], ['_2', 384, '3×3']);
  const doubles = [
    b.branch(double, 'branch3x3dbl', ['_3a', 384, '1×3']),
    b.branch(double, 'branch3x3dbl', ['_3b', 384, '3×1']),
  ];
  return b.join(one, ...threes, ...doubles, b.averaged(192));
};

const MIXED: readonly (readonly [string, Build])[] = [
  ['Mixed_5b', blockA(32)],
  ['Mixed_5c', blockA(64)],
  ['Mixed_5d', blockA(64)],
  ['Mixed_6a', blockB],
  ['Mixed_6b', blockC(128)],
  ['Mixed_6c', blockC(160)],
  ['Mixed_6d', blockC(160)],
  ['Mixed_6e', blockC(192)],
  ['Mixed_7a', blockD],
  ['Mixed_7b', blockE],
  ['Mixed_7c', blockE],
];

/** Szegedy et al. 2015 (arXiv:1512.00567) in torchvision's layout, for 299 px; the head for training alone left out. */
export const inceptionV3: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  let x = transformInput(builder);
  x = basicConvolution(builder, 'Conv2d_1a_3x3', x, 32, { kernel: 3, stride: 2 });
  x = basicConvolution(builder, 'Conv2d_2a_3x3', x, 32, { kernel: 3 });
  x = basicConvolution(builder, 'Conv2d_2b_3x3', x, 64, { kernel: 3, padding: 1 });
  x = builder.maxPool('maxpool1', x, { kernel: 3, stride: 2 });
  x = basicConvolution(builder, 'Conv2d_3b_1x1', x, 80, { kernel: 1 });
  x = basicConvolution(builder, 'Conv2d_4a_3x3', x, 192, { kernel: 3 });
  x = builder.maxPool('maxpool2', x, { kernel: 3, stride: 2 });
  for (const [name, build] of MIXED) x = build(new Block(builder, name, x));
  builder.pooledHead(x, outputs);
  return { graph: builder.graph, camNode: x, parameterName: withoutModules('AuxLogits') };
};
