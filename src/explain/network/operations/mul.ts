import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { LOWEST } from '../kernels/pad-map';
import { joining } from './bases';
import type { CleanForm, OperationDescription, Plain, Shape } from './operation';

/** Which of two values is one number a channel beside a map; null where both are of one shape. */
function gateOf([first, second]: readonly Shape[]): 0 | 1 | null {
  if (first!.length === second!.length) return null;
  return first!.length === 1 ? 0 : 1;
}

/** A vector as a map of one cell, batch first. */
const asCell = (vector: tf.Tensor) => tf.reshape(vector, [vector.shape[0]!, 1, 1, vector.shape[1]!]);

/** Outside the map 0 rather than below every activation, of which no product can be made. */
const zeroOutside: CleanForm = (cells) => tf.where(tf.lessEqual(cells, LOWEST), tf.zerosLike(cells), cells);

/**
 * The product of two values of one shape, or of a map and a vector, one number a channel: the gate of a squeeze and
 * excitation (Hu et al. 2018, arXiv:1709.01507).
 */
export const mul: OperationDescription<Plain<'mul'>> = {
  ...joining,
  kind: 'mul',
  title: () => 'product',
  arity: [2, 2],
  reads: 'either',
  shape: (_, inputs, name) => {
    const gate = gateOf(inputs);
    const fits =
      gate === null ? inputs[0]!.join() === inputs[1]!.join() : inputs[gate]![0] === inputs[1 - gate]!.at(-1);
    if (fits) return inputs[gate === 0 ? 1 : 0]!;
    const said = inputs.map((shape) => shape.join('×')).join(' and ');
    throw new WhylightError(
      `${name} multiplies values that do not fit: ${said} (allowed: one shape, or a map and a number for each of its channels)`,
    );
  },
  forward: (_, { inputs }) => {
    const [a, b] = inputs.map((x) => (x.rank === 2 && inputs.some(({ rank }) => rank === 4) ? asCell(x) : x));
    return tf.mul(a!, b!);
  },
  backward: {
    reads: () => ['inputs'],
    slopes: (_, dy, { shapes, input }) => {
      const gate = gateOf(shapes);
      return [0, 1].map((at) => {
        const other = input(1 - at);
        if (gate === null) return tf.mul(dy, other);
        return gate === at ? tf.sum(tf.mul(dy, other), [1, 2]) : tf.mul(dy, asCell(other));
      });
    },
  },
  window: () => ({
    reach: null,
    outside: 'kept',
    passes: 10,
    steps: 16,
    // (a + da)(b + db) − ab = da·(b + db) + a·db.
    change: ({ change, before }) => {
      const [da, db] = [change(0), change(1)];
      return tf.add(tf.mul(da, tf.add(before(1, zeroOutside), db)), tf.mul(before(0, zeroOutside), db));
    },
  }),
};
