import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';
import { basicBlock, stack } from './resnet';

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
