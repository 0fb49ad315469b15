import { tf } from '../../engine';
import {
  type Convolution,
  convolve,
  convolveBackward,
  convolveForward,
  convolveHalf,
  halfWeight,
} from '../kernels/convolution';
import { bestWay, type Way, wayBytes, wayShare } from '../kernels/convolution-ways';
import { native } from '../kernels/native';
import { reach, slidingSize, slidingTitle } from '../kernels/sliding';
import { convolveWinograd, winogradWeight } from '../kernels/winograd';
import { outputWeights, weightless } from './bases';
import { conv2dDouble } from './conv2d-double';
import type { OperationDescription, RunPlan, Shape } from './operation';

/** Grouped, strided, dilated convolution; `groups` equal to the input's channels is depthwise. */
export interface Conv2d extends Convolution {
  readonly kind: 'conv2d';
  readonly bias: boolean;
}

type Batch = readonly [number, number, number, number];

const wayOf = (operation: Conv2d, input: Shape, { copies, precision }: RunPlan): Way | null =>
  bestWay(operation, input as Batch, copies, precision === 'bfloat16');

const convolveBy = (way: Way, x: tf.Tensor4D, weight: tf.Tensor, operation: Conv2d): tf.Tensor4D =>
  way === 'bfloat16'
    ? convolveHalf(x, weight, operation)
    : convolveWinograd(x, weight as tf.Tensor3D, operation.padding);

export const conv2d: OperationDescription<Conv2d> = {
  ...weightless,
  kind: 'conv2d',
  title: (operation) => slidingTitle(operation.groups === 1 ? 'convolution' : 'grouped convolution', operation),
  arity: [1, 1],
  reads: 'maps',
  inPlace: false,
  role: 'convolution',
  shape: (operation, [map]) => [...slidingSize(map!, operation), operation.filters],
  weights: ({ filters, groups, kernel, bias }, [, , channels]) => {
    const inputs = channels! / groups;
    // The engine's depthwise kernels have the channels before their multiples.
    const axes = groups > 1 && inputs === 1 ? [2, 3, 0, 1] : [2, 3, 1, 0];
    return outputWeights([filters, inputs, ...kernel], axes, bias);
  },
  forward: (operation, { inputs, weight, free, longRun }) => {
    const x = inputs[0] as tf.Tensor4D;
    const way = free && longRun !== undefined ? wayOf(operation, x.shape, longRun) : null;
    const y =
      way === null
        ? (free ? convolveForward : convolve)(x, weight('weight') as tf.Tensor4D, operation)
        : convolveBy(way, x, longRun!.prepared(way), operation);
    if (!operation.bias) return y;
    // By this name TensorFlow joins it to the convolution in a compiled graph.
    return free ? native('BiasAdd', { data_format: 'NHWC' }, [y, weight('bias')]) : tf.add(y, weight('bias'));
  },
  backward: {
    reads: ({ groups }) => (groups === 1 ? [] : ['inputs']),
    slopes: (operation, dy, { shapes, weight, differentiate }) => {
      if (operation.groups !== 1) return differentiate();
      const shape = [dy.shape[0], ...shapes[0]!] as unknown as Batch;
      return [convolveBackward(dy as tf.Tensor4D, weight('weight') as tf.Tensor4D, operation, shape)];
    },
  },
  window: (operation) => ({
    reach: reach(operation),
    outside: 'some',
    passes: 1,
    steps: 1,
    change: ({ unpadded, forward }) => {
      const { inner, padding } = unpadded(0);
      return forward({ ...operation, padding, bias: false }, [inner]);
    },
  }),
  multiplyAdds: ({ kernel, groups }, [, , channels]) => kernel[0] * kernel[1] * (channels! / groups),
  longRun: {
    way: wayOf,
    share: (operation, input, plan) => {
      const way = wayOf(operation, input, plan);
      return way === null ? 1 : wayShare(operation, input as Batch, plan.copies, way);
    },
    bytes: (operation, input, way) => wayBytes(operation, input, way as Way),
    prepare: (operation, weight, way) =>
      way === 'bfloat16' ? halfWeight(weight as tf.Tensor4D, operation) : winogradWeight(weight as tf.Tensor4D),
  },
  linear: (operation) => ({ ...operation, bias: false }),
  absorb: (operation, weight, { scale, centre, shift }) => {
    const { shape, values } = weight('weight');
    const bias = operation.bias ? weight('bias').values : null;
    const filters = shape[0]!;
    const size = values.length / filters;
    const [scaled, moved] = [new Float32Array(values.length), new Float32Array(filters)];
    for (let f = 0; f < filters; f++) {
      for (let i = f * size; i < (f + 1) * size; i++) scaled[i] = values[i]! * scale[f]!;
      moved[f] = shift[f]! + ((bias?.[f] ?? 0) - centre[f]!) * scale[f]!;
    }
    return {
      operation: { ...operation, bias: true },
      parameters: { weight: { shape, values: scaled }, bias: { shape: [filters], values: moved } },
    };
  },
  double: conv2dDouble,
};
