import { WhylightError } from '../../errors';
import { type Constant, channelsOf, inOrder, type TensorFlowGraph, tensorShape, type Value } from './tensorflow-graph';

export type Operand = Value | Constant;

export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

export const isValue = (operand: Operand): operand is Value => 'node' in operand;

/**
 * Two operands joined number by number, as TensorFlow broadcasts them: values with each other, or a value with numbers that are
 * one in all, one a channel, or (added) one a cell.
 * @throws WhylightError naming the node and what does not fit.
 */
export function combine(
  graph: TensorFlowGraph,
  name: string,
  kind: Arithmetic,
  first: Operand,
  second: Operand,
): Value {
  if (isValue(first))
    return isValue(second) ? join(graph, name, kind, first, second) : right(graph, name, kind, first, second);
  if (!isValue(second)) throw new WhylightError(`${name} reads no value of the network`);
  if (kind === 'divide') throw new WhylightError(`${name} divides by a value of the network, which is not supported`);
  if (kind !== 'subtract') return right(graph, name, kind, second, first);
  return right(graph, name, 'add', negated(graph, name, second), first);
}

function join(graph: TensorFlowGraph, name: string, kind: Arithmetic, first: Value, second: Value): Value {
  const orders = [first, second].map(({ order }) => JSON.stringify(order));
  if (orders[0] !== orders[1])
    throw new WhylightError(`${name} joins a flattened map and another vector, which is not supported`);
  const maps = first.map !== null && second.map !== null;
  if (maps && first.channelsFirst !== second.channelsFirst) {
    throw new WhylightError(`${name} joins maps whose axes lie otherwise`);
  }
  const mixed = (first.map === null) !== (second.map === null);
  const small = first.map === null ? first : second;
  if (mixed && !(kind === 'multiply' && small.pixel)) {
    const shapes = [first, second].map((value) => tensorShape(value).join('×')).join(' and ');
    throw new WhylightError(`${name} (${kind}) joins values of ${shapes} (allowed: of one shape)`);
  }
  switch (kind) {
    case 'add':
      return graph.add(name, { kind: 'add' }, [first, second]);
    case 'subtract':
      return graph.add(name, { kind: 'add' }, [first, negated(graph, `${name}.negative`, second)]);
    case 'multiply':
      return graph.add(name, { kind: 'mul' }, [first, second]);
    case 'divide':
      throw new WhylightError(`${name} divides by a value of the network, which is not supported`);
    default:
      return graph.add(name, { kind }, [first, second]);
  }
}

function negated(graph: TensorFlowGraph, name: string, x: Value): Value {
  return rescale(graph, name, x, -1, 0);
}

/** scale · x + shift, each a number or one a channel. */
export function rescale(
  graph: TensorFlowGraph,
  name: string,
  x: Value,
  scale: number | Float32Array,
  shift: number | Float32Array,
): Value {
  const channels = channelsOf(x);
  const each = (value: number | Float32Array) =>
    typeof value === 'number' ? new Array<number>(channels).fill(value) : [...inOrder(value, x)];
  return graph.add(name, { kind: 'rescale', scale: each(scale), shift: each(shift) }, [x]);
}

function right(graph: TensorFlowGraph, name: string, kind: Arithmetic, x: Value, constant: Constant): Value {
  if ((kind === 'add' || kind === 'subtract') && x.map !== null && constant.values.length > channelsOf(x)) {
    return addMap(graph, name, x, constant, kind === 'add' ? 1 : -1);
  }
  const numbers = perChannel(name, x, constant);
  const each = (change: (value: number) => number) =>
    typeof numbers === 'number' ? change(numbers) : numbers.map(change);
  switch (kind) {
    case 'add':
      return rescale(graph, name, x, 1, numbers);
    case 'subtract':
      return rescale(
        graph,
        name,
        x,
        1,
        each((value) => -value),
      );
    case 'multiply':
      return rescale(graph, name, x, numbers, 0);
    case 'divide':
      return rescale(
        graph,
        name,
        x,
        each((value) => 1 / value),
        0,
      );
    default:
      return bound(graph, name, x, kind, numbers);
  }
}

function bound(
  graph: TensorFlowGraph,
  name: string,
  x: Value,
  kind: 'maximum' | 'minimum',
  limit: number | Float32Array,
): Value {
  if (typeof limit !== 'number')
    throw new WhylightError(`${name}: a ${kind} with a number a channel (allowed: one number)`);
  if (kind === 'maximum' && limit === 0) return graph.add(name, { kind: 'relu' }, [x]);
  const [least, most] = kind === 'maximum' ? [limit, null] : [null, limit];
  return graph.add(name, { kind: 'clip', least, most }, [x]);
}

/** One number, or one for each of the value's channels, of a constant that TensorFlow repeats along the value's other axes. */
export function perChannel(name: string, x: Value, { shape, values }: Constant): number | Float32Array {
  if (values.length === 1) return values[0]!;
  const own = tensorShape(x);
  const channels = channelsOf(x);
  const axis = own.length - (x.channelsFirst ? 3 : 1);
  // Axes are compared from the last one on.
  const fits =
    values.length === channels &&
    shape.every((length, i) => length === 1 || (i - shape.length + own.length === axis && length === channels));
  if (fits) return Float32Array.from(values);
  throw new WhylightError(
    `${name} joins a value of ${own.join('×')} and constants of ${shape.join('×')} (allowed: one number, or one a channel)`,
  );
}

function addMap(graph: TensorFlowGraph, name: string, x: Value, { shape, values }: Constant, sign: number): Value {
  const own = tensorShape(x);
  if (x.channelsFirst || shape.slice(-3).join() !== own.join() || shape.slice(0, -3).some((length) => length !== 1)) {
    throw new WhylightError(`${name} joins a value of ${own.join('×')} and constants of ${shape.join('×')}`);
  }
  const weight = { shape: own, values: Float32Array.from(values, (value) => sign * value) };
  return graph.add(name, { kind: 'addMap', shape: own }, [x], { weight });
}
