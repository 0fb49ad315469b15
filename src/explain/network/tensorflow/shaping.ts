import { WhylightError } from '../../errors';
import { numbersIn, type Shape } from '../operations/operation';
import { type TensorFlowGraph, tensorShape, type Value } from './tensorflow-graph';

/** Values one after another along their channels. */
export function concatenate(graph: TensorFlowGraph, name: string, values: readonly Value[], axis: number): Value {
  if (values.length === 1) return values[0]!;
  const [first] = values as [Value];
  const rank = tensorShape(first).length + 1;
  const channelAxis = first.map !== null && first.channelsFirst ? 1 : rank - 1;
  if ((axis < 0 ? axis + rank : axis) !== channelAxis) {
    throw new WhylightError(`${name} joins along axis ${axis} (allowed: the channels, ${channelAxis})`);
  }
  if (values.some(({ map, order }) => (map === null) !== (first.map === null) || order !== null)) {
    throw new WhylightError(`${name} joins flattened maps or values of several kinds, which is not supported`);
  }
  if (values.some(({ map, channelsFirst }) => map !== null && channelsFirst !== first.channelsFirst)) {
    throw new WhylightError(`${name} joins maps whose axes lie otherwise`);
  }
  return graph.add(name, { kind: 'concat' }, values);
}

/** A map as a vector, in the order of TensorFlow's own axes. */
export function flattened(graph: TensorFlowGraph, name: string, x: Value): Value {
  if (x.map === null) return { ...x, pixel: false };
  return { ...graph.add(name, { kind: 'flatten' }, [x]), order: x.channelsFirst ? null : x.map, channelsFirst: false };
}

/** The mean or maximum of each channel; `keepsAxes`: as a map of one cell. */
export function globalPool(
  graph: TensorFlowGraph,
  name: string,
  x: Value,
  kind: 'globalAvgPool' | 'globalMaxPool',
  keepsAxes: boolean,
): Value {
  if (x.map === null && x.pixel) return { ...x, pixel: keepsAxes };
  return { ...graph.add(name, { kind }, [x]), pixel: keepsAxes, channelsFirst: x.channelsFirst };
}

/** TensorFlow's axes in another order: channels go first or last, nothing else. `axes` are without the batch, from 0. */
export function permuted(name: string, x: Value, axes: readonly number[]): Value {
  const order = axes.join();
  if (order === axes.map((_, i) => i).join()) return x;
  const flips = (x.map !== null || x.pixel) && order === (x.channelsFirst ? '1,2,0' : '2,0,1');
  if (flips) return { ...x, channelsFirst: !x.channelsFirst };
  throw new WhylightError(
    `${name} puts the axes of ${tensorShape(x).join('×')} in the order ${axes.map((axis) => axis + 1).join(', ')} (allowed: channels first or last)`,
  );
}

/**
 * The same numbers in another shape: a map flattened, a vector as a map of one cell, axes of length 1 more or less.
 * @param target without the batch; −1 stands for what is left
 */
export function reshaped(graph: TensorFlowGraph, name: string, x: Value, target: readonly number[]): Value {
  const own = tensorShape(x);
  const unknown = target.filter((length) => !(Number.isInteger(length) && length > 0)).length;
  const rest = target.reduce((product, length) => (length > 0 ? product * length : product), 1);
  const shape = target.map((length) => (length > 0 ? length : x.length / rest));
  const fits = unknown <= 1 && shape.every(Number.isInteger) && numbersIn(shape) === x.length;
  if (!fits) {
    throw new WhylightError(`${name} makes ${own.join('×')} into ${target.join('×')}, which does not fit`);
  }
  const long = (lengths: Shape) => lengths.filter((length) => length !== 1).join();
  // The one channel of a grey map may be left out and come back.
  if (x.map !== null && (shape.join() === own.join() || (shape.length > 1 && long(shape) === long(own)))) return x;
  if (shape.length === 1) return flattened(graph, name, x);
  const last = shape.length === 3 && shape[0] === 1 && shape[1] === 1;
  const first = shape.length === 3 && shape[1] === 1 && shape[2] === 1;
  if (x.map === null && x.order === null && (last || first))
    return { ...x, pixel: true, channelsFirst: first && !last };
  throw new WhylightError(
    `${name} makes ${own.join('×')} into ${shape.join('×')} (allowed: a flattened map, a vector as a map of one cell, and back)`,
  );
}

/** The channels in another order, or some of them. */
export function pickChannels(graph: TensorFlowGraph, name: string, x: Value, channels: readonly number[]): Value {
  const total = x.map?.[2];
  if (total === undefined || channels.length === 0 || !channels.every((c) => c >= 0 && c < total)) {
    throw new WhylightError(`${name} picks channels ${channels.join(', ')} of ${tensorShape(x).join('×')}`);
  }
  const whole = channels.length === total && channels.every((channel, i) => channel === i);
  if (whole) return x;
  const runs: { start: number; length: number }[] = [];
  for (const channel of channels) {
    const last = runs.at(-1);
    if (last !== undefined && channel === last.start + last.length) last.length++;
    else runs.push({ start: channel, length: 1 });
  }
  const parts = runs.map(({ start, length }) =>
    graph.add(`${name}.${start}`, { kind: 'channelSlice', start, length }, [x]),
  );
  return parts.length === 1 ? parts[0]! : graph.add(name, { kind: 'concat' }, parts);
}
