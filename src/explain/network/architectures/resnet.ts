import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { squeezeExcite } from './mobile-block';

/** Adds a block's nodes; returns its output's name. */
export type Block = (builder: GraphBuilder, name: string, from: string, stage: BlockStage) => string;

interface BlockStage {
  readonly width: number;
  readonly stride: number;
  readonly project: boolean;
}

/** Parts in which ResNets differ. */
interface Variant {
  /** Groups of a bottleneck's 3×3 convolution, and its width as a share of 64ths of the stage's. Default 1 and 64. */
  readonly groups?: number;
  readonly baseWidth?: number;
  /** Three 3×3 convolutions of these widths for the 7×7 (He et al. 2018, arXiv:1812.01187). Default: none. */
  readonly stem?: readonly [number, number, number];
  /** Shortcuts average 2×2 cells instead of leaving three of four out (there, too). Default false. */
  readonly averaged?: boolean;
  /** Squeeze and excitation at the end of each block. Default false. */
  readonly squeeze?: boolean;
}

/** 1×1 convolution and batch norm under torchvision's names. */
function shortcut(
  builder: GraphBuilder,
  name: string,
  from: string,
  filters: number,
  { stride, project }: BlockStage,
  averaged: boolean,
): string {
  if (!project) return from;
  const at = `${name}.downsample`;
  if (!averaged) {
    const projected = builder.convolution(`${at}.0`, from, filters, { kernel: 1, stride });
    return builder.batchNorm(`${at}.1`, projected);
  }
  const window = { kernel: 2, stride: 2, ceil: true, countPadding: false };
  const smaller = stride === 1 ? from : builder.avgPool(`${at}.0`, from, window);
  return builder.batchNorm(`${at}.2`, builder.convolution(`${at}.1`, smaller, filters, { kernel: 1 }));
}

const gated = (builder: GraphBuilder, name: string, from: string, channels: number) =>
  squeezeExcite(
    builder,
    [`${name}.se`, `${name}.se.fc1`, `${name}.se.fc2`],
    from,
    channels,
    roundChannels(channels / 16, 8, 0),
    {},
  );

const basic =
  ({ averaged = false, squeeze = false }: Variant): Block =>
  (builder, name, from, stage) => {
    const { width, stride } = stage;
    let x = builder.convolution(`${name}.conv1`, from, width, { kernel: 3, stride, padding: 1 });
    x = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, x));
    x = builder.convolution(`${name}.conv2`, x, width, { kernel: 3, padding: 1 });
    x = builder.batchNorm(`${name}.bn2`, x);
    if (squeeze) x = gated(builder, name, x, width);
    const side = shortcut(builder, name, from, width, stage, averaged);
    return builder.relu(`${name}.relu2`, builder.add(`${name}.add`, { kind: 'add' }, x, side));
  };

const bottleneck =
  ({ groups = 1, baseWidth = 64, averaged = false, squeeze = false }: Variant): Block =>
  (builder, name, from, stage) => {
    const { width, stride } = stage;
    const inner = Math.trunc((width * baseWidth) / 64) * groups;
    let x = builder.convolution(`${name}.conv1`, from, inner, { kernel: 1 });
    x = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, x));
    x = builder.convolution(`${name}.conv2`, x, inner, { kernel: 3, stride, padding: 1, groups });
    x = builder.relu(`${name}.relu2`, builder.batchNorm(`${name}.bn2`, x));
    x = builder.batchNorm(`${name}.bn3`, builder.convolution(`${name}.conv3`, x, 4 * width, { kernel: 1 }));
    if (squeeze) x = gated(builder, name, x, 4 * width);
    const side = shortcut(builder, name, from, 4 * width, stage, averaged);
    return builder.relu(`${name}.relu3`, builder.add(`${name}.add`, { kind: 'add' }, x, side));
  };

/** Two 3×3 convolutions. */
export const basicBlock: Block = basic({});

interface Stages {
  readonly blocks: readonly number[];
  readonly widths: readonly number[];
  /** Stride of each stage's first block. */
  readonly strides: readonly number[];
  readonly block: Block;
  readonly expansion: number;
}

/** Stages of blocks one after another: `layer1.0`, `layer1.1`, … */
export function stack(builder: GraphBuilder, from: string, channels: number, stages: Stages): string {
  const { blocks, widths, strides, block, expansion } = stages;
  let x = from;
  let before = channels;
  blocks.forEach((count, stage) => {
    const width = widths[stage]!;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 ? strides[stage]! : 1;
      const project = i === 0 && (stride !== 1 || before !== width * expansion);
      x = block(builder, `layer${stage + 1}.${i}`, x, { width, stride, project });
      before = width * expansion;
    }
  });
  return x;
}

/** The first convolution, its batch norm and its ReLU; the deep one under timm's names. */
function addStem(builder: GraphBuilder, stem: Variant['stem']): string {
  if (stem === undefined) {
    const first = builder.convolution('conv1', 'input', 64, { kernel: 7, stride: 2, padding: 3 });
    return builder.relu('relu', builder.batchNorm('bn1', first));
  }
  let x = 'input';
  stem.forEach((filters, i) => {
    const last = i === stem.length - 1;
    x = builder.convolution(`conv1.${3 * i}`, x, filters, { kernel: 3, stride: i === 0 ? 2 : 1, padding: 1 });
    x = builder.batchNorm(last ? 'bn1' : `conv1.${3 * i + 1}`, x);
    x = builder.relu(last ? 'relu' : `conv1.${3 * i + 2}`, x);
  });
  return x;
}

/** He et al. 2015 (arXiv:1512.03385) in torchvision's layout: stride on the 3×3 convolution of a bottleneck. */
function resnet(blocks: readonly number[], kind: 'basic' | 'bottleneck', variant: Variant = {}): Architecture {
  const block = (kind === 'basic' ? basic : bottleneck)(variant);
  const expansion = kind === 'basic' ? 1 : 4;
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = addStem(builder, variant.stem);
    const channels = variant.stem?.[2] ?? 64;
    x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2, padding: 1 });
    x = stack(builder, x, channels, { blocks, widths: [64, 128, 256, 512], strides: [1, 2, 2, 2], block, expansion });
    builder.pooledHead(x, outputs);
    return { graph: builder.graph, camNode: x };
  };
}

/** Blocks a stage, by depth. */
const DEPTHS = {
  18: [[2, 2, 2, 2], 'basic'],
  34: [[3, 4, 6, 3], 'basic'],
  26: [[2, 2, 2, 2], 'bottleneck'],
  50: [[3, 4, 6, 3], 'bottleneck'],
  101: [[3, 4, 23, 3], 'bottleneck'],
  152: [[3, 8, 36, 3], 'bottleneck'],
  200: [[3, 24, 36, 3], 'bottleneck'],
} as const;

function one(name: string, depth: keyof typeof DEPTHS, variant: Variant = {}): ArchitectureDescription {
  const [blocks, kind] = DEPTHS[depth];
  return defineArchitecture({ name, build: resnet(blocks, kind, variant) });
}

const DEEP = [32, 32, 64] as const;
const TIERED = [24, 32, 64] as const;
const grouped = (groups: number, baseWidth: number) => ({ groups, baseWidth });

/** torchvision's, whose names and weights' names are timm's, too: ResNet, ResNeXt (arXiv:1611.05431), Wide ResNet (arXiv:1605.07146). */
export const resnets: readonly ArchitectureDescription[] = [
  ...([18, 34, 50, 101, 152] as const).map((depth) => one(`resnet${depth}`, depth)),
  one('resnext50_32x4d', 50, grouped(32, 4)),
  one('resnext101_32x8d', 101, grouped(32, 8)),
  one('resnext101_64x4d', 101, grouped(64, 4)),
  one('wide_resnet50_2', 50, { baseWidth: 128 }),
  one('wide_resnet101_2', 101, { baseWidth: 128 }),
];

/** timm's further ones. */
export const timmResnets: readonly ArchitectureDescription[] = [
  one('resnet26', 26),
  one('resnet200', 200),
  ...([18, 34, 26, 50, 101, 152, 200] as const).map((depth) =>
    one(`resnet${depth}d`, depth, { stem: DEEP, averaged: true }),
  ),
  ...([26, 50] as const).map((depth) => one(`resnet${depth}t`, depth, { stem: TIERED, averaged: true })),
  ...([50, 101, 152] as const).flatMap((depth) => [
    one(`resnet${depth}c`, depth, { stem: DEEP }),
    one(`resnet${depth}s`, depth, { stem: [64, 64, 128] }),
  ]),
  one('resnext101_32x4d', 101, grouped(32, 4)),
  one('resnext50d_32x4d', 50, { ...grouped(32, 4), stem: DEEP, averaged: true }),
  ...([18, 34, 50, 101, 152] as const).map((depth) => one(`seresnet${depth}`, depth, { squeeze: true })),
  one('seresnext50_32x4d', 50, { ...grouped(32, 4), squeeze: true }),
  one('seresnext101_32x4d', 101, { ...grouped(32, 4), squeeze: true }),
  one('seresnext101_32x8d', 101, { ...grouped(32, 8), squeeze: true }),
];
