import { WhylightError } from '../../errors';
import { numbersIn, type Shape } from '../operations/operation';
import { reshaped } from './reckon';

/** An axis of a node's value: rows, columns, channels. */
export type Axis = 'H' | 'W' | 'C';

/** A digit of a place along an axis: it runs from 0 to `length` − 1 and counts `step` places each. */
export interface Factor {
  readonly axis: Axis;
  readonly length: number;
  readonly step: number;
}

/**
 * A node's value under the axes that a file gives it. ONNX turns, joins and parts axes at will; here the value stays as it
 * lies, rows × columns × channels, and only what is said of it changes. Axes of length 1, the batch's too, have no factor.
 */
export interface View {
  readonly node: string;
  readonly shape: readonly number[];
  /** Of each axis of `shape`, outermost first. */
  readonly factors: readonly (readonly Factor[])[];
  /** Channels before the first that is seen. */
  readonly start: number;
  /** By which what is seen is still to be multiplied. */
  readonly scale: number;
}

const whole = (axis: Axis, length: number): readonly Factor[] => (length === 1 ? [] : [{ axis, length, step: 1 }]);

const plain = { start: 0, scale: 1 } as const;

/** A map as images are laid out in ONNX: 1 × C × H × W. */
export function channelsFirst(node: string, [height, width, channels]: readonly number[]): View {
  return {
    ...plain,
    node,
    shape: [1, channels!, height!, width!],
    factors: [[], whole('C', channels!), whole('H', height!), whole('W', width!)],
  };
}

/** A vector: 1 × C, with axes of length 1 after it up to a rank. */
export function vectorView(node: string, channels: number, rank = 2): View {
  const rest = Array.from({ length: rank - 2 }, () => 1);
  return { ...plain, node, shape: [1, channels, ...rest], factors: [[], whole('C', channels), ...rest.map(() => [])] };
}

/** A sequence of tokens: 1 × N × C. */
export function tokensView(node: string, count: number, channels: number): View {
  return { ...plain, node, shape: [1, count, channels], factors: [[], whole('H', count), whole('C', channels)] };
}

/** The same view of another node with as many rows and columns, and its own channels where all are seen in order. */
export function viewOf(node: string, like: View, channels?: number): View {
  if (channels === undefined) return { ...like, ...plain, node };
  const at = channelAxis(like);
  if (at === null) throw new WhylightError('channels lie on several axes');
  const shape = like.shape.map((length, axis) => (axis === at ? channels : length));
  return {
    ...plain,
    node,
    shape,
    factors: like.factors.map((factors, axis) => (axis === at ? whole('C', channels) : factors)),
  };
}

/** On which axis all channels lie, in order and alone; null where on none. */
export function channelAxis({ factors, shape }: View): number | null {
  const at = factors.findIndex((list) => list.some(({ axis }) => axis === 'C'));
  if (at < 0) return null;
  const alone = factors.every((list, axis) => axis === at || list.every((factor) => factor.axis !== 'C'));
  const list = factors[at]!;
  return alone && list.length === 1 && list[0]!.step === 1 && list[0]!.length === shape[at] ? at : null;
}

/** Axes in another order. */
export const turned = (view: View, order: readonly number[]): View => ({
  ...view,
  shape: order.map((axis) => view.shape[axis]!),
  factors: order.map((axis) => view.factors[axis]!),
});

/**
 * Axes joined and parted.
 * @throws WhylightError where an axis would hold a part of another that does not divide it.
 */
export function reformed(view: View, lengths: readonly number[], zeroIsZero = false): View {
  const shape = reshaped(view.shape, lengths, zeroIsZero);
  const rest = view.factors.flat();
  const factors = shape.map((length) => take(rest, length));
  return { ...view, shape, factors: factors.map(joined) };
}

/** The outermost factors that make up a length, taken off the list. */
function take(rest: Factor[], length: number): Factor[] {
  const result: Factor[] = [];
  let left = length;
  while (left > 1) {
    const next = rest.shift();
    if (next === undefined) throw new WhylightError('a reshape that mixes axes');
    if (left % next.length === 0) {
      result.push(next);
      left /= next.length;
      continue;
    }
    if (next.length % left !== 0) throw new WhylightError('a reshape that mixes axes');
    const inner = next.length / left;
    result.push({ ...next, length: left, step: next.step * inner });
    rest.unshift({ ...next, length: inner });
    left = 1;
  }
  return result;
}

/** Neighbouring digits of one axis that count on from each other, as one. */
function joined(factors: readonly Factor[]): Factor[] {
  const result: Factor[] = [];
  for (const factor of factors) {
    const before = result.at(-1);
    if (before?.axis === factor.axis && before.step === factor.step * factor.length) {
      result[result.length - 1] = { ...factor, length: before.length * factor.length };
    } else result.push(factor);
  }
  return result;
}

/** Whether two views name the axes of their nodes alike. */
export const alike = (a: View, b: View): boolean =>
  a.shape.join() === b.shape.join() && JSON.stringify(a.factors) === JSON.stringify(b.factors);

/** Whether a list of factors is all of an axis, in order. */
export const isWhole = (factors: readonly Factor[], axis: Axis, length: number): boolean =>
  JSON.stringify(factors) === JSON.stringify(whole(axis, length));

/** For each place of some logical axes, in order, the channel that lies there; null where other axes have a part in them. */
export function channelOrder(view: View, axes: readonly number[]): number[] | null {
  const digits = axes.flatMap((axis) => view.factors[axis]!);
  if (digits.some(({ axis }) => axis !== 'C')) return null;
  return offsets(digits).map((offset) => view.start + offset);
}

/** The sums that digits count, the first the slowest. */
function offsets(digits: readonly Factor[]): number[] {
  let result = [0];
  for (const { length, step } of digits) {
    result = result.flatMap((offset) => Array.from({ length }, (_, i) => offset + i * step));
  }
  return result;
}

/** What a constant that is stretched over a view holds for every row, column and channel of the node; H×W×C. */
export function spread(
  view: View,
  storage: Shape,
  constant: { readonly shape: readonly number[]; readonly values: ArrayLike<number> },
): Float32Array | null {
  const [height, width, channels] = storage.length === 3 ? storage : [1, 1, storage[0]!];
  const rank = view.shape.length;
  const own = Array.from({ length: rank }, (_, axis) => constant.shape[axis - rank + constant.shape.length] ?? 1);
  if (constant.shape.length > rank || own.some((length, axis) => length !== 1 && length !== view.shape[axis]))
    return null;
  const unit = { H: width! * channels!, W: channels!, C: 1 } as const;
  const result = new Float32Array(height! * width! * channels!);
  const steps = own.map((_, axis) => numbersIn(own.slice(axis + 1)));
  // A digit of the node's place, and how far it moves in the constant.
  const digits = view.factors.flatMap((factors, axis) =>
    factors.map((factor, i) => {
      const inner = numbersIn(factors.slice(i + 1).map(({ length }) => length));
      return {
        length: factor.length,
        to: factor.step * unit[factor.axis],
        from: own[axis] === 1 ? 0 : inner * steps[axis]!,
      };
    }),
  );
  if (numbersIn(digits.map(({ length }) => length)) !== result.length) return null;
  let pairs: (readonly [number, number])[] = [[0, 0]];
  for (const { length, to, from } of digits) {
    pairs = pairs.flatMap(([a, b]) => Array.from({ length }, (_, i) => [a + i * to, b + i * from] as const));
  }
  for (const [to, from] of pairs) result[to] = constant.values[from]!;
  return result;
}
