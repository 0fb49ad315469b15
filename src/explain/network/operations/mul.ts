import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { LOWEST } from '../kernels/pad-map';
import { joining } from './bases';
import type { CleanForm, OperationDescription, Plain, Shape } from './operation';

/** Outside the map 0 rather than below every activation, of which no product can be made. */
const zeroOutside: CleanForm = (cells) => tf.where(tf.lessEqual(cells, LOWEST), tf.zerosLike(cells), cells);

/** A value that can be multiplied by a map: of a vector a map of one cell; batch first. */
const besideMap = (x: tf.Tensor, map: boolean) =>
  map && x.rank === 2 ? tf.reshape(x, [x.shape[0]!, 1, 1, x.shape[1]!]) : x;

/** The sum of a map's slope over the axes along which a value of that shape was repeated. */
function summedTo(slope: tf.Tensor, shape: Shape): tf.Tensor {
  if (slope.rank === shape.length + 1 && slope.shape.at(-1) === shape.at(-1)) return slope;
  return shape.length === 1 ? tf.sum(slope, [1, 2]) : tf.sum(slope, 3, true);
}

/** Whether a value has a number for each of another's: one of its shape; for a map one a channel, or one a place. */
function fits(value: Shape, other: Shape): boolean {
  if (value.join() === other.join()) return true;
  if (other.length !== 3) return false;
  return value.length === 1 ? value[0] === other[2] : value[2] === 1 && value[0] === other[0] && value[1] === other[1];
}

/**
 * The product of two values of one shape; or of a map and a number a channel, the gate of a squeeze and excitation (Hu et
 * al. 2018, arXiv:1709.01507), or a number a place, a map of one channel.
 */
export const mul: OperationDescription<Plain<'mul'>> = {
  ...joining,
  kind: 'mul',
  title: () => 'product',
  arity: [2, 2],
  reads: 'either',
  shape: (_, inputs, name) => {
    const [first, second] = inputs as [Shape, Shape];
    if (fits(second, first)) return first;
    if (fits(first, second)) return second;
    const shapes = inputs.map((shape) => shape.join('×')).join(' and ');
    throw new WhylightError(
      `${name} multiplies values that do not fit: ${shapes} (allowed: one shape; or a map and a number for each of its ` +
        'channels, or of its places)',
    );
  },
  forward: (_, { inputs }) => {
    const map = inputs.some(({ rank }) => rank === 4);
    return tf.mul(besideMap(inputs[0]!, map), besideMap(inputs[1]!, map));
  },
  backward: {
    reads: () => ['inputs'],
    slopes: (_, dy, { shapes, input }) =>
      [0, 1].map((at) => summedTo(tf.mul(dy, besideMap(input(1 - at), dy.rank === 4)), shapes[at]!)),
  },
  window: () => ({
    reach: null,
    outside: 'kept',
    passes: 10,
    steps: 16,
    constantVectors: true,
    // (a + da)(b + db) − ab = da·(b + db) + a·db.
    change: ({ change, before, constant }) => {
      const gate = [0, 1].find((at) => constant(at) !== null);
      if (gate !== undefined) return tf.mul(change(1 - gate), constant(gate)!);
      const [da, db] = [change(0), change(1)];
      return tf.add(tf.mul(da, tf.add(before(1, zeroOutside), db)), tf.mul(before(0, zeroOutside), db));
    },
  }),
};
