import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

const BLOCKS = [4, 8, 4];

/** A 1×1 convolution, batch norm and ReLU at a place of a sequence. */
function pointwise(builder: GraphBuilder, sequence: string, at: number, from: string, filters: number): string {
  const convolved = builder.convolution(`${sequence}.${at}`, from, filters, { kernel: 1 });
  return builder.relu(`${sequence}.${at + 2}`, builder.batchNorm(`${sequence}.${at + 1}`, convolved));
}

/** A depthwise 3×3 convolution and batch norm at a place of a sequence. */
function depthwise(
  builder: GraphBuilder,
  sequence: string,
  at: number,
  from: string,
  { channels, stride }: { readonly channels: number; readonly stride: number },
): string {
  const window = { kernel: 3, stride, padding: 1, groups: channels };
  const convolved = builder.convolution(`${sequence}.${at}`, from, channels, window);
  return builder.batchNorm(`${sequence}.${at + 1}`, convolved);
}

/** The first of a stage reads its input twice and halves the map; the others leave half of the channels as they are. */
function block(builder: GraphBuilder, name: string, from: string, before: number, filters: number, first: boolean) {
  const half = filters / 2;
  const slice = (start: number, part: string) =>
    builder.add(`${name}.${part}`, { kind: 'channelSlice', start, length: half }, from);
  const left = first
    ? pointwise(
        builder,
        `${name}.branch1`,
        2,
        depthwise(builder, `${name}.branch1`, 0, from, { channels: before, stride: 2 }),
        half,
      )
    : slice(0, 'kept');
  const branch = `${name}.branch2`;
  let right = pointwise(builder, branch, 0, first ? from : slice(half, 'changed'), half);
  right = depthwise(builder, branch, 3, right, { channels: half, stride: first ? 2 : 1 });
  right = pointwise(builder, branch, 5, right, half);
  const joined = builder.concat(`${name}.concat`, left, right);
  return builder.add(`${name}.shuffle`, { kind: 'channelShuffle', groups: 2 }, joined);
}

/** Ma et al. 2018 (arXiv:1807.11164) in torchvision's layout. */
function shufflenet(widths: readonly [number, number, number], last: number): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('conv1.0', 'input', 24, { kernel: 3, stride: 2, padding: 1 });
    x = builder.relu('conv1.2', builder.batchNorm('conv1.1', x));
    x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2, padding: 1 });
    let before = 24;
    widths.forEach((filters, stage) => {
      for (let i = 0; i < BLOCKS[stage]!; i++) {
        x = block(builder, `stage${stage + 2}.${i}`, x, before, filters, i === 0);
        before = filters;
      }
    });
    x = pointwise(builder, 'conv5', 0, x, last);
    builder.pooledHead(x, outputs);
    return { graph: builder.graph, camNode: x };
  };
}

export const shufflenets: readonly ArchitectureDescription[] = (
  [
    ['x0_5', [48, 96, 192], 1024],
    ['x1_0', [116, 232, 464], 1024],
    ['x1_5', [176, 352, 704], 1024],
    ['x2_0', [244, 488, 976], 2048],
  ] as const
).map(([size, widths, last]) => defineArchitecture({ name: `shufflenet_v2_${size}`, build: shufflenet(widths, last) }));
