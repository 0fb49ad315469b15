import type { Padding } from '../graph';
import { GraphBuilder } from '../graph-builder';
import { slidingLength } from '../kernels/sliding';
import type { Architecture } from './architecture';

const STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1];
const FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];

/** TensorFlow's SAME padding of a 3×3 window: the odd row goes to the bottom, the odd column to the right. */
function samePadding(height: number, width: number, stride: number): Padding {
  const [top, left] = [height, width].map((length) => {
    const count = Math.ceil(length / stride);
    return Math.max(0, (count - 1) * stride + 3 - length);
  }) as [number, number];
  return [top >> 1, top - (top >> 1), left >> 1, left - (left >> 1)];
}

/** Howard et al. 2017 (arXiv:1704.04861), batch norm folded into the convolutions, ReLU6, TensorFlow's padding. */
export function mobilenetV1(multiplier: number): Architecture {
  const channels = (filters: number) => Math.max(8, Math.round((filters * multiplier) / 8) * 8);
  return (outputs, [inputHeight, inputWidth]) => {
    const builder = new GraphBuilder();
    let [height, width] = [inputHeight, inputWidth];
    const window = (name: string, from: string, filters: number, stride: number, groups: number) => {
      const padding = samePadding(height, width, stride);
      height = slidingLength(height, 3, stride, padding[0], padding[1]);
      width = slidingLength(width, 3, stride, padding[2], padding[3]);
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
