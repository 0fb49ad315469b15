import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';
import { SamePadding } from './same-padding';

const STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1];
const FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];

/** Howard et al. 2017 (arXiv:1704.04861), batch norm folded into the convolutions, ReLU6, TensorFlow's padding. */
export function mobilenetV1(multiplier: number): Architecture {
  const channels = (filters: number) => Math.max(8, Math.round((filters * multiplier) / 8) * 8);
  return (outputs, [height, width]) => {
    const builder = new GraphBuilder();
    const same = new SamePadding([height, width]);
    const window = (name: string, from: string, filters: number, stride: number, groups: number) => {
      const padding = same.next(3, stride);
      return builder.convolution(name, from, filters, { kernel: 3, stride, padding, groups, bias: true });
    };
    const relu6 = (name: string, from: string) => builder.relu6(name, from);
    let depth = channels(32);
    let x = relu6('conv0.relu6', window('conv0', 'input', depth, 2, 1));
    STRIDES.forEach((stride, i) => {
      const name = `blocks.${i + 1}`;
      x = relu6(`${name}.depthwise.relu6`, window(`${name}.depthwise`, x, depth, stride, depth));
      depth = channels(FILTERS[i]!);
      x = builder.convolution(`${name}.pointwise`, x, depth, { kernel: 1, bias: true });
      x = relu6(`${name}.pointwise.relu6`, x);
    });
    builder.pooledHead(x, outputs);
    return { graph: builder.graph, camNode: x };
  };
}
