import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';

type Block = (builder: GraphBuilder, name: string, from: string, stage: BlockStage) => string;

interface BlockStage {
  readonly width: number;
  readonly stride: number;
  readonly project: boolean;
}

/** Convolution, batch norm, ReLU under torchvision's names (`conv1`, `bn1`, `relu1`). */
function shortcut(builder: GraphBuilder, name: string, from: string, filters: number, { stride, project }: BlockStage) {
  if (!project) return from;
  const projected = builder.convolution(`${name}.downsample.0`, from, filters, { kernel: 1, stride });
  return builder.batchNorm(`${name}.downsample.1`, projected);
}

const basicBlock: Block = (builder, name, from, stage) => {
  const { width, stride } = stage;
  let x = builder.convolution(`${name}.conv1`, from, width, { kernel: 3, stride, padding: 1 });
  x = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, x));
  x = builder.convolution(`${name}.conv2`, x, width, { kernel: 3, padding: 1 });
  x = builder.batchNorm(`${name}.bn2`, x);
  const side = shortcut(builder, name, from, width, stage);
  return builder.relu(`${name}.relu2`, builder.add(`${name}.add`, { kind: 'add' }, x, side));
};

const bottleneck: Block = (builder, name, from, stage) => {
  const { width, stride } = stage;
  let x = builder.convolution(`${name}.conv1`, from, width, { kernel: 1 });
  x = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, x));
  x = builder.convolution(`${name}.conv2`, x, width, { kernel: 3, stride, padding: 1 });
  x = builder.relu(`${name}.relu2`, builder.batchNorm(`${name}.bn2`, x));
  x = builder.batchNorm(`${name}.bn3`, builder.convolution(`${name}.conv3`, x, 4 * width, { kernel: 1 }));
  const side = shortcut(builder, name, from, 4 * width, stage);
  return builder.relu(`${name}.relu3`, builder.add(`${name}.add`, { kind: 'add' }, x, side));
};

interface Stages {
  readonly blocks: readonly number[];
  readonly widths: readonly number[];
  /** Stride of each stage's first block. */
  readonly strides: readonly number[];
  readonly block: Block;
  readonly expansion: number;
}

function stack(builder: GraphBuilder, from: string, channels: number, stages: Stages): string {
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

/** He et al. 2015 (arXiv:1512.03385) in torchvision's layout: stride on the 3×3 convolution of a bottleneck. */
export function resnet(blocks: readonly number[], kind: 'basic' | 'bottleneck'): Architecture {
  const block = kind === 'basic' ? basicBlock : bottleneck;
  const expansion = kind === 'basic' ? 1 : 4;
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('conv1', 'input', 64, { kernel: 7, stride: 2, padding: 3 });
    x = builder.relu('relu', builder.batchNorm('bn1', x));
    x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2, padding: 1 });
    x = stack(builder, x, 64, { blocks, widths: [64, 128, 256, 512], strides: [1, 2, 2, 2], block, expansion });
    builder.pooledHead(x, outputs);
    return { graph: builder.graph, camNode: x };
  };
}

/** What stands between the last map and the linear head of a `tinyResnet`: the global mean, the global maximum, or 2×2 means. */
export type TinyHead = 'average' | 'maximum' | 'flat';

/**
 * A small ResNet of our own for drawn scenes: a 3×3 stem of stride 2, one basic block a stage, the last stage at
 * stride 1 so that the map that CAM reads is an eighth of the input, global average pooling. Names as torchvision's.
 * With another head there is no class activation map: only what is averaged and then weighted has one.
 */
export function tinyResnet(
  stem: number,
  widths: readonly [number, number, number],
  head: TinyHead = 'average',
): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('conv1', 'input', stem, { kernel: 3, stride: 2, padding: 1 });
    x = builder.relu('relu', builder.batchNorm('bn1', x));
    x = stack(builder, x, stem, { blocks: [1, 1, 1], widths, strides: [2, 2, 1], block: basicBlock, expansion: 1 });
    if (head === 'average') {
      builder.pooledHead(x, outputs);
      return { graph: builder.graph, camNode: x };
    }
    const pooled =
      head === 'maximum'
        ? builder.add('maxpool', { kind: 'globalMaxPool' }, x)
        : builder.add(
            'flatten',
            { kind: 'flatten' },
            builder.add('pool', { kind: 'adaptiveAvgPool', size: [2, 2] }, x),
          );
    builder.dense('fc', pooled, outputs);
    return { graph: builder.graph, camNode: null };
  };
}

/**
 * The CIFAR ResNet of the paper (6n + 2 layers) with option A shortcuts: every second row and column,
 * and zeros for the new channels. The head is `linear`.
 */
export function cifarResnet(blocksPerStage: number): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('conv1', 'input', 16, { kernel: 3, padding: 1 });
    x = builder.relu('relu', builder.batchNorm('bn1', x));
    [16, 32, 64].forEach((width, stage) => {
      for (let i = 0; i < blocksPerStage; i++) {
        const name = `layer${stage + 1}.${i}`;
        const stride = i === 0 && stage > 0 ? 2 : 1;
        let y = builder.convolution(`${name}.conv1`, x, width, { kernel: 3, stride, padding: 1 });
        y = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, y));
        y = builder.batchNorm(`${name}.bn2`, builder.convolution(`${name}.conv2`, y, width, { kernel: 3, padding: 1 }));
        const side = stride === 1 ? x : optionA(builder, name, x, width);
        x = builder.relu(`${name}.relu2`, builder.add(`${name}.add`, { kind: 'add' }, y, side));
      }
    });
    builder.pooledHead(x, outputs, 'linear');
    return { graph: builder.graph, camNode: x };
  };
}

function optionA(builder: GraphBuilder, name: string, from: string, width: number): string {
  const thinned = builder.add(`${name}.shortcut.subsample`, { kind: 'subsample', stride: [2, 2] }, from);
  const channels = [width / 4, width / 4] as const;
  return builder.add(`${name}.shortcut.pad`, { kind: 'pad', padding: [0, 0, 0, 0], channels }, thinned);
}
