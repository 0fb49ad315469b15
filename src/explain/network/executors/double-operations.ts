import type { SlidingWindow } from '../kernels/sliding';
import type { Operation } from '../operations';
import type { BatchNorm } from '../operations/batch-norm';
import type { Conv2d } from '../operations/conv2d';
import type { ReluRule, Shape } from '../operations/operation';

/** A value of one image in double precision: H×W×C, or C. */
export interface Doubles {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** A weight of the operation by its name there, in PyTorch's order. */
type Weights = (part: string) => Float32Array;

/** What one operation does, and its slope, in plain loops. */
export interface DoubleOperation<O> {
  readonly forward: (operation: O, inputs: readonly Doubles[], weight: Weights, shape: Shape) => Float64Array;
  /** The slope at each input from that at the output. */
  readonly backward: (
    operation: O,
    at: {
      readonly inputs: readonly Doubles[];
      readonly dy: Doubles;
      readonly weight: Weights;
      readonly rule: ReluRule;
    },
  ) => readonly Float64Array[];
}

type Of<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>;

/** Every cell of the output with every cell of the input that its window reads; `tap` counts through the kernel. */
function slide(
  window: SlidingWindow,
  input: Shape,
  output: Shape,
  visit: (to: number, from: number, tap: number) => void,
) {
  const [height, width] = input as [number, number, number];
  const [rows, columns] = output as [number, number, number];
  const [tall, wide] = window.kernel;
  const [down, across] = window.dilation ?? [1, 1];
  for (let cell = 0; cell < rows * columns; cell++) {
    const top = Math.floor(cell / columns) * window.stride[0] - window.padding[0];
    const left = (cell % columns) * window.stride[1] - window.padding[2];
    for (let tap = 0; tap < tall * wide; tap++) {
      const y = top + Math.floor(tap / wide) * down;
      const x = left + (tap % wide) * across;
      if (y >= 0 && y < height && x >= 0 && x < width) visit(cell, y * width + x, tap);
    }
  }
}

/** A kernel as taps × input channels × filters, so that the innermost loop runs through memory. */
function byTap({ filters, kernel, groups }: Conv2d, weights: Float32Array, channels: number): Float64Array {
  const [taps, own, each] = [kernel[0] * kernel[1], channels / groups, filters / groups];
  const result = new Float64Array(taps * channels * each);
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < own; c++) {
      for (let tap = 0; tap < taps; tap++) {
        const channel = Math.floor(f / each) * own + c;
        result[(tap * channels + channel) * each + (f % each)] = weights[(f * own + c) * taps + tap]!;
      }
    }
  }
  return result;
}

const conv2d: DoubleOperation<Conv2d> = {
  forward: (operation, [x], weight, shape) => {
    const { filters, groups, bias } = operation;
    const channels = x!.shape[2]!;
    const [each, own] = [filters / groups, channels / groups];
    const kernel = byTap(operation, weight('weight'), channels);
    const shift = bias ? weight('bias') : null;
    const result = Float64Array.from({ length: shape[0]! * shape[1]! * filters }, (_, i) => shift?.[i % filters] ?? 0);
    slide(operation, x!.shape, shape, (to, from, tap) => {
      for (let c = 0; c < channels; c++) {
        const value = x!.values[from * channels + c]!;
        const [at, out] = [(tap * channels + c) * each, to * filters + Math.floor(c / own) * each];
        for (let f = 0; f < each; f++) result[out + f]! += value * kernel[at + f]!;
      }
    });
    return result;
  },
  backward: (operation, { inputs: [x], dy, weight }) => {
    const { filters, groups } = operation;
    const channels = x!.shape[2]!;
    const [each, own] = [filters / groups, channels / groups];
    const kernel = byTap(operation, weight('weight'), channels);
    const result = new Float64Array(x!.values.length);
    slide(operation, x!.shape, dy.shape, (to, from, tap) => {
      for (let c = 0; c < channels; c++) {
        const [at, out] = [(tap * channels + c) * each, to * filters + Math.floor(c / own) * each];
        let sum = 0;
        for (let f = 0; f < each; f++) sum += dy.values[out + f]! * kernel[at + f]!;
        result[from * channels + c]! += sum;
      }
    });
    return [result];
  },
};

/** γ/√(σ² + ε). */
const scales = ({ epsilon }: BatchNorm, weight: Weights) =>
  Float64Array.from(weight('weight'), (gamma, c) => gamma / Math.sqrt(weight('running_var')[c]! + epsilon));

const batchNorm: DoubleOperation<BatchNorm> = {
  forward: (operation, [x], weight) => {
    const [scale, mean, shift] = [scales(operation, weight), weight('running_mean'), weight('bias')];
    return x!.values.map((value, i) => {
      const c = i % scale.length;
      return (value - mean[c]!) * scale[c]! + shift[c]!;
    });
  },
  backward: (operation, { dy, weight }) => {
    const scale = scales(operation, weight);
    return [dy.values.map((slope, i) => slope * scale[i % scale.length]!)];
  },
};

const relu: DoubleOperation<unknown> = {
  forward: (_, [x]) => x!.values.map((value) => Math.max(0, value)),
  backward: (_, { inputs: [x], dy, rule }) => [
    dy.values.map((slope, i) => {
      const passed = rule === 'gradient' ? slope : Math.max(0, slope);
      return rule === 'deconvolution' || x!.values[i]! > 0 ? passed : 0;
    }),
  ],
};

/** Which cell of the input each number of a max-pool's output is: the first of its window's maxima. */
function maxima(pool: SlidingWindow, x: Doubles, shape: Shape): Int32Array {
  const channels = x.shape[2]!;
  const best = new Int32Array(shape[0]! * shape[1]! * channels).fill(-1);
  slide(pool, x.shape, shape, (to, from) => {
    for (let c = 0; c < channels; c++) {
      const [at, candidate] = [to * channels + c, from * channels + c];
      if (best[at] === -1 || x.values[candidate]! > x.values[best[at]!]!) best[at] = candidate;
    }
  });
  return best;
}

const maxPool: DoubleOperation<Of<'maxPool'>> = {
  forward: (pool, [x], _, shape) => Float64Array.from(maxima(pool, x!, shape), (at) => x!.values[at]!),
  backward: (pool, { inputs: [x], dy }) => {
    const result = new Float64Array(x!.values.length);
    maxima(pool, x!, dy.shape).forEach((at, i) => {
      result[at]! += dy.values[i]!;
    });
    return [result];
  },
};

const globalAvgPool: DoubleOperation<unknown> = {
  forward: (_, [x], __, [channels]) => {
    const cells = x!.values.length / channels!;
    const sums = new Float64Array(channels!);
    x!.values.forEach((value, i) => {
      sums[i % channels!]! += value;
    });
    return sums.map((sum) => sum / cells);
  },
  backward: (_, { inputs: [x], dy }) => {
    const channels = dy.values.length;
    return [x!.values.map((__, i) => (dy.values[i % channels]! * channels) / x!.values.length)];
  },
};

const dense: DoubleOperation<Of<'dense'>> = {
  forward: ({ units, bias }, [x], weight) =>
    Float64Array.from({ length: units }, (_, u) => {
      const from = u * x!.values.length;
      const start = bias ? weight('bias')[u]! : 0;
      return x!.values.reduce((sum, value, i) => sum + value * weight('weight')[from + i]!, start);
    }),
  backward: (_, { inputs: [x], dy, weight }) => {
    const length = x!.values.length;
    return [
      x!.values.map((__, i) => dy.values.reduce((sum, slope, u) => sum + slope * weight('weight')[u * length + i]!, 0)),
    ];
  },
};

const add: DoubleOperation<unknown> = {
  forward: (_, inputs) => inputs[0]!.values.map((__, i) => inputs.reduce((sum, { values }) => sum + values[i]!, 0)),
  backward: (_, { inputs, dy }) => inputs.map(() => dy.values),
};

/** Where each number of joined maps comes from: `[input, place there]`, in the order of the output. */
function joined(inputs: readonly Doubles[]): (readonly [number, number])[] {
  const depths = inputs.map(({ shape }) => shape[2]!);
  const cells = inputs[0]!.values.length / depths[0]!;
  return Array.from({ length: cells }, (_, cell) =>
    depths.flatMap((depth, k) => Array.from({ length: depth }, (__, c) => [k, cell * depth + c] as const)),
  ).flat();
}

const concat: DoubleOperation<unknown> = {
  forward: (_, inputs) => Float64Array.from(joined(inputs), ([k, at]) => inputs[k]!.values[at]!),
  backward: (_, { inputs, dy }) => {
    const results = inputs.map(({ values }) => new Float64Array(values.length));
    joined(inputs).forEach(([k, at], i) => {
      results[k]![at] = dy.values[i]!;
    });
    return results;
  },
};

/** Where each number of H×W×C stands in PyTorch's channel-first order. */
const channelFirst = ({ shape: [height, width, channels] }: Doubles, at: number) =>
  (at % channels!) * height! * width! + Math.floor(at / channels!);

const flatten: DoubleOperation<unknown> = {
  forward: (_, [x]) => {
    const result = new Float64Array(x!.values.length);
    x!.values.forEach((value, at) => {
      result[channelFirst(x!, at)] = value;
    });
    return result;
  },
  backward: (_, { inputs: [x], dy }) => [x!.values.map((__, at) => dy.values[channelFirst(x!, at)]!)],
};

/** The operations that there are in double precision: those of the networks for drawn scenes, of ResNets, of SqueezeNets. */
export const doubleOperations: Partial<Record<Operation['kind'], DoubleOperation<never>>> = {
  conv2d,
  batchNorm,
  relu,
  maxPool,
  globalAvgPool,
  flatten,
  dense,
  add,
  concat,
};
