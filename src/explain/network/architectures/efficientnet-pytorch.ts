import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { type BlockNames, type BlockStyle, layer, type MobileBlock, mobileBlock } from './mobile-block';
import { SamePadding } from './same-padding';

/** `[kernel, stride, expansion, filters, blocks]` of B0. */
const STAGES = [
  [3, 1, 1, 16, 1],
  [3, 2, 6, 24, 2],
  [5, 2, 6, 40, 2],
  [3, 2, 6, 80, 3],
  [5, 1, 6, 112, 3],
  [5, 2, 6, 192, 4],
  [3, 1, 6, 320, 1],
] as const;

interface Scaling {
  readonly width: number;
  readonly depth: number;
  /** Without squeeze and excitation, ReLU6 for swish, first and last stage, stem and head never scaled. */
  readonly lite: boolean;
}

const blockNames = (name: string): BlockNames => ({
  expand: [`${name}._expand_conv`, `${name}._bn0`, `${name}.expand_activation`],
  depthwise: [`${name}._depthwise_conv`, `${name}._bn1`, `${name}.depthwise_activation`],
  squeeze: [`${name}._se`, `${name}._se_reduce`, `${name}._se_expand`],
  project: [`${name}._project_conv`, `${name}._bn2`, ''],
  sum: `${name}.add`,
});

/** Stem and head of Lite keep their width. */
const endWidth = (filters: number, { width, lite }: Scaling) => (lite ? filters : roundChannels(filters * width));

/** How often a stage of B0 repeats its block. */
function repeats(blocks: number, stage: number, { depth, lite }: Scaling): number {
  const fixed = lite && (stage === 0 || stage === STAGES.length - 1);
  return fixed ? blocks : Math.ceil(blocks * depth);
}

function* blocksOf(scaling: Scaling): Generator<MobileBlock> {
  const { width, lite } = scaling;
  const activation = lite ? 'relu6' : 'silu';
  const squeezed = (channels: number) => (lite ? null : Math.max(1, Math.floor(channels / 4)));
  let before = endWidth(32, scaling);
  for (const [stage, [kernel, firstStride, expansion, filtersOfB0, blocks]] of STAGES.entries()) {
    const filters = roundChannels(filtersOfB0 * width);
    for (let i = 0; i < repeats(blocks, stage, scaling); i++) {
      const stride = i === 0 ? firstStride : 1;
      yield {
        form: expansion === 1 ? 'separable' : 'inverted',
        kernel,
        stride,
        wide: before * expansion,
        filters,
        squeezed: squeezed(before),
        activation,
        skip: stride === 1 && before === filters,
      };
      before = filters;
    }
  }
}

/**
 * Tan and Le 2019 (arXiv:1905.11946) with TensorFlow's padding, under the names of the packages `efficientnet_pytorch`
 * and `efficientnet_lite_pytorch`. These fix their padding for the published size; here it follows the input's, as in
 * TensorFlow, so that the answers are theirs at that size.
 */
function efficientnet(scaling: Scaling): Architecture {
  const activation = scaling.lite ? 'relu6' : 'silu';
  return (outputs, [height, columns]) => {
    const builder = new GraphBuilder();
    const same = new SamePadding([height, columns]);
    const style: BlockStyle = {
      epsilon: 1e-3,
      padding: (kernel, stride) => same.next(kernel, stride),
      squeezeActivation: activation,
    };
    const stem = { filters: endWidth(32, scaling), kernel: 3, stride: 2, activation } as const;
    let x = layer(builder, ['_conv_stem', '_bn0', 'stem_activation'], 'input', stem, style);
    let at = 0;
    for (const block of blocksOf(scaling)) x = mobileBlock(builder, blockNames(`_blocks.${at++}`), x, block, style);
    const head = { filters: endWidth(1280, scaling), kernel: 1, activation } as const;
    x = layer(builder, ['_conv_head', '_bn1', 'head_activation'], x, head, style);
    builder.pooledHead(x, outputs, '_fc');
    return { graph: builder.graph, camNode: x };
  };
}

/** Widths and depths of B0 to B8. */
export const EFFICIENTNET_SCALES: readonly (readonly [width: number, depth: number])[] = [
  [1, 1],
  [1, 1.1],
  [1.1, 1.2],
  [1.2, 1.4],
  [1.4, 1.8],
  [1.6, 2.2],
  [1.8, 2.6],
  [2, 3.1],
  [2.2, 3.6],
];

const family = (kind: 'b' | 'lite', sizes: number) =>
  EFFICIENTNET_SCALES.slice(0, sizes).map(([width, depth], i) =>
    defineArchitecture({
      name: `efficientnet-${kind}${i}`,
      build: efficientnet({ width, depth, lite: kind === 'lite' }),
    }),
  );

export const efficientnetPytorch: readonly ArchitectureDescription[] = [...family('b', 9), ...family('lite', 5)];
