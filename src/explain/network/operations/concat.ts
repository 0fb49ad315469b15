import { tf } from '../../engine';
import { checkFitting, joining } from './bases';
import type { Doubles, OperationDescription, Plain } from './operation';

/** Where each number of joined maps comes from: `[input, place there]`, in the order of the output. */
function joined(inputs: readonly Doubles[]): (readonly [number, number])[] {
  const depths = inputs.map(({ shape }) => shape[2]!);
  const cells = inputs[0]!.values.length / depths[0]!;
  return Array.from({ length: cells }, (_, cell) =>
    depths.flatMap((depth, k) => Array.from({ length: depth }, (__, c) => [k, cell * depth + c] as const)),
  ).flat();
}

/** Maps of one size, channels after channels. */
export const concat: OperationDescription<Plain<'concat'>> = {
  ...joining,
  kind: 'concat',
  title: () => 'concatenation',
  arity: [1, Number.POSITIVE_INFINITY],
  reads: 'maps',
  shape: (_, inputs, name) => {
    checkFitting(name, inputs, 2);
    const [height, width] = inputs[0]!;
    return [height!, width!, inputs.reduce((sum, shape) => sum + shape[2]!, 0)];
  },
  forward: (_, { inputs }) => tf.concat([...inputs], 3),
  backward: {
    reads: () => [],
    slopes: (_, dy, { shapes }) => {
      const channels = shapes.map((shape) => shape[2]!);
      return tf.split(dy, channels, 3);
    },
  },
  double: {
    forward: (_, inputs) => Float64Array.from(joined(inputs), ([k, at]) => inputs[k]!.values[at]!),
    backward: (_, { inputs, dy }) => {
      const results = inputs.map(({ values }) => new Float64Array(values.length));
      joined(inputs).forEach(([k, at], i) => {
        results[k]![at] = dy.values[i]!;
      });
      return results;
    },
  },
};
