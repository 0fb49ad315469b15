import { WhylightError } from '../../errors';
import { numbersIn } from '../operations/operation';
import type { Attribute, Constant, OnnxNode } from './model';

const MOST = 2 ** 24;

/** Reckons a node of constants alone; null where the operator is not one that exporters use for shapes and scales. */
export function reckon(node: OnnxNode, inputs: readonly (Constant | null)[]): Constant | null {
  const work = Object.hasOwn(operators, node.operator) ? operators[node.operator]! : null;
  if (work === null || inputs[0] === undefined) return null;
  return work(inputs as readonly Constant[], node);
}

type Reckoning = (inputs: readonly Constant[], node: OnnxNode) => Constant | null;

const number = (value: Attribute | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

const numbers = (value: Attribute | undefined): readonly number[] | null =>
  Array.isArray(value) ? (value as readonly number[]) : null;

/** Axes from an attribute (older operators) or a second input (newer ones). */
export function axesOf(node: OnnxNode, input: Constant | null | undefined, name = 'axes'): readonly number[] | null {
  const attribute = numbers(node.attributes.get(name));
  return attribute ?? (input ? Array.from(input.values) : null);
}

/** From the end where negative. */
export const fromStart = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Shape of two arrays that are stretched to fit each other. */
function broadcast(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - (rank - shape.length)] ?? 1;
  const lengths = Array.from({ length: rank }, (_, axis) => [at(a, axis), at(b, axis)] as const);
  if (lengths.some(([x, y]) => x !== y && x !== 1 && y !== 1)) return null;
  return lengths.map(([x, y]) => (x === 1 ? y : x));
}

/** Where a stretched array's number lies for each place of the whole. */
function places(shape: readonly number[], whole: readonly number[]): Int32Array {
  const steps = new Array<number>(whole.length).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) steps[axis + whole.length - shape.length] = step;
    step *= shape[axis]!;
  }
  const result = new Int32Array(numbersIn(whole));
  const index = new Array<number>(whole.length).fill(0);
  let at = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = at;
    for (let axis = whole.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++index[axis]! < whole[axis]!) break;
      at -= whole[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** Stretched to a shape. */
function expand(constant: Constant, shape: readonly number[]): Constant {
  const from = places(constant.shape, shape);
  return { ...constant, shape, values: Float64Array.from(from, (at) => constant.values[at]!) };
}

const pairwise =
  (work: (a: number, b: number) => number, integer?: boolean): Reckoning =>
  ([a, b]) => {
    if (b === undefined || b === null) return null;
    const shape = broadcast(a!.shape, b.shape);
    if (shape === null || numbersIn(shape) > MOST) return null;
    const [left, right] = [places(a!.shape, shape), places(b.shape, shape)];
    const values = Float64Array.from(left, (at, i) => work(a!.values[at]!, b.values[right[i]!]!));
    return { shape, values, integer: integer ?? a!.integer };
  };

const each =
  (work: (value: number) => number): Reckoning =>
  ([a]) => ({ ...a!, values: Float64Array.from(a!.values, work) });

function divide(a: Constant, b: Constant, node: OnnxNode): Constant | null {
  return pairwise(a.integer ? (x, y) => Math.trunc(x / y) : (x, y) => x / y)([a, b], node);
}

/** Numbers of an array along one axis, by their places there. */
function gather(constant: Constant, indices: Constant, axis: number): Constant {
  const { shape, values } = constant;
  const outer = numbersIn(shape.slice(0, axis));
  const inner = numbersIn(shape.slice(axis + 1));
  const length = shape[axis]!;
  const result: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.values.length; i++) {
      const from = (o * length + fromStart(indices.values[i]!, length)) * inner;
      for (let j = 0; j < inner; j++) result.push(values[from + j]!);
    }
  }
  return { ...constant, shape: [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)], values: result };
}

/** Axes in another order. */
export function transpose(constant: Constant, order: readonly number[]): Constant {
  const { shape, values } = constant;
  const turned = order.map((axis) => shape[axis]!);
  const steps = shape.map((_, axis) => numbersIn(shape.slice(axis + 1)));
  const result = constant.integer ? new Float64Array(values.length) : new Float32Array(values.length);
  const index = new Array<number>(turned.length).fill(0);
  let at = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[at]!;
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      at += steps[order[axis]!]!;
      if (++index[axis]! < turned[axis]!) break;
      at -= turned[axis]! * steps[order[axis]!]!;
      index[axis] = 0;
    }
  }
  return { ...constant, shape: turned, values: result };
}

/** One part along each axis. */
function slice(constant: Constant, node: OnnxNode, inputs: readonly (Constant | null)[]): Constant {
  const { starts, ends, axes, steps } = sliceOf(node, inputs, constant.shape.length);
  let result = constant;
  axes.forEach((axis, i) => {
    const length = result.shape[axis]!;
    const picked = rangeOf(starts[i]!, ends[i]!, steps[i]!, length);
    result = gather(result, { shape: [picked.length], values: picked, integer: true }, axis);
  });
  return result;
}

/** What a Slice asks for. */
export function sliceOf(node: OnnxNode, inputs: readonly (Constant | null | undefined)[], rank: number) {
  const list = (name: string, at: number) => axesOf(node, inputs[at], name);
  const [starts, ends] = [list('starts', 1) ?? [], list('ends', 2) ?? []];
  const axes = (list('axes', 3) ?? starts.map((_, i) => i)).map((axis) => fromStart(axis, rank));
  return { starts, ends, axes, steps: list('steps', 4) ?? starts.map(() => 1) };
}

/** Places from `start` to before `end`, both counted from the end where negative. */
export function rangeOf(start: number, end: number, step: number, length: number): number[] {
  const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
  const from = clamp(fromStart(start, length), 0, step > 0 ? length : length - 1);
  const to = clamp(fromStart(end, length), step > 0 ? 0 : -1, length);
  const result: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) result.push(i);
  return result;
}

function joined(parts: readonly Constant[], axis: number): Constant {
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  const outer = numbersIn(shape.slice(0, axis));
  const values: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (const part of parts) {
      const block = numbersIn(part.shape.slice(axis));
      for (let i = 0; i < block; i++) values.push(part.values[o * block + i]!);
    }
  }
  return { ...parts[0]!, shape, values };
}

/** The shape that a Reshape gives: −1 is what is left, 0 stays. */
export function reshaped(shape: readonly number[], request: readonly number[], zeroIsZero: boolean): number[] {
  const lengths = request.map((length, axis) => (length === 0 && !zeroIsZero ? (shape[axis] ?? 0) : length));
  const rest = numbersIn(lengths.filter((length) => length !== -1));
  const result = lengths.map((length) => (length === -1 ? numbersIn(shape) / rest : length));
  if (numbersIn(result) === numbersIn(shape) && result.every(Number.isInteger)) return result;
  throw new WhylightError(
    `${shape.join('×')} is reshaped to ${request.join('×')}, which holds another count of numbers`,
  );
}

/** The shape without some axes of length 1; without all of them where none are named. */
export const squeezed = (shape: readonly number[], axes: readonly number[] | null): number[] =>
  shape.filter((length, axis) =>
    axes === null ? length !== 1 : !axes.some((each) => fromStart(each, shape.length) === axis),
  );

/** The shape with axes of length 1 put in, which are counted in the result. */
export function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const places = new Set(axes.map((axis) => fromStart(axis, rank)));
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : rest.shift()!));
}

const operators: Readonly<Record<string, Reckoning>> = {
  Identity: ([a]) => a!,
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: ([a, b], node) => (b ? divide(a!, b, node) : null),
  Mod: pairwise((a, b) => a - b * Math.floor(a / b)),
  Pow: pairwise((a, b) => a ** b),
  Min: pairwise(Math.min),
  Max: pairwise(Math.max),
  Equal: pairwise((a, b) => Number(a === b), true),
  Greater: pairwise((a, b) => Number(a > b), true),
  Less: pairwise((a, b) => Number(a < b), true),
  And: pairwise((a, b) => Number(a !== 0 && b !== 0), true),
  Or: pairwise((a, b) => Number(a !== 0 || b !== 0), true),
  Not: each((value) => Number(value === 0)),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((value) => 1 / value),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Neg: each((value) => -value),
  Abs: each(Math.abs),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Cast: ([a], node) => {
    const integer = [2, 3, 4, 5, 6, 7, 9, 12, 13].includes(number(node.attributes.get('to'), 1));
    return { ...a!, values: integer ? Float64Array.from(a!.values, Math.trunc) : a!.values, integer };
  },
  Shape: ([a], node) => {
    const rank = a!.shape.length;
    const [start, end] = [number(node.attributes.get('start'), 0), number(node.attributes.get('end'), rank)];
    const part = a!.shape.slice(fromStart(start, rank), fromStart(end, rank));
    return { shape: [part.length], values: part, integer: true };
  },
  Size: ([a]) => ({ shape: [], values: [numbersIn(a!.shape)], integer: true }),
  ConstantOfShape: ([a], node) => {
    const fill = node.attributes.get('value') as Constant | undefined;
    const shape = Array.from(a!.values);
    if (!(numbersIn(shape) <= MOST)) return null;
    return {
      shape,
      values: new Float64Array(numbersIn(shape)).fill(fill?.values[0] ?? 0),
      integer: fill?.integer ?? false,
    };
  },
  Range: ([start, limit, step]) => {
    const count = Math.max(0, Math.ceil((limit!.values[0]! - start!.values[0]!) / step!.values[0]!));
    if (!(count <= MOST)) return null;
    const values = Float64Array.from({ length: count }, (_, i) => start!.values[0]! + i * step!.values[0]!);
    return { shape: [count], values, integer: start!.integer };
  },
  Gather: ([a, indices], node) =>
    indices ? gather(a!, indices, fromStart(number(node.attributes.get('axis'), 0), a!.shape.length)) : null,
  Slice: (inputs, node) => slice(inputs[0]!, node, inputs),
  Concat: (inputs, node) => joined(inputs, fromStart(number(node.attributes.get('axis'), 0), inputs[0]!.shape.length)),
  Transpose: ([a], node) => {
    const order = numbers(node.attributes.get('perm')) ?? a!.shape.map((_, axis) => a!.shape.length - 1 - axis);
    return transpose(a!, order);
  },
  Reshape: ([a, shape], node) => ({
    ...a!,
    shape: reshaped(a!.shape, axesOf(node, shape, 'shape') ?? [], number(node.attributes.get('allowzero'), 0) === 1),
  }),
  Flatten: ([a], node) => {
    const axis = fromStart(number(node.attributes.get('axis'), 1), a!.shape.length);
    return { ...a!, shape: [numbersIn(a!.shape.slice(0, axis)), numbersIn(a!.shape.slice(axis))] };
  },
  Squeeze: ([a, axes], node) => ({ ...a!, shape: squeezed(a!.shape, axesOf(node, axes)) }),
  Unsqueeze: ([a, axes], node) => ({ ...a!, shape: unsqueezed(a!.shape, axesOf(node, axes) ?? []) }),
  Expand: ([a, shape]) => {
    const whole = shape && broadcast(a!.shape, Array.from(shape.values));
    return whole && numbersIn(whole) <= MOST ? expand(a!, whole) : null;
  },
  Where: ([condition, a, b]) => {
    if (!a || !b) return null;
    const shape = broadcast(broadcast(condition!.shape, a.shape) ?? [], b.shape);
    if (shape === null || numbersIn(shape) > MOST) return null;
    const [c, x, y] = [condition!, a, b].map((each) => expand(each, shape).values);
    return { shape, values: Float64Array.from(c!, (value, i) => (value ? x![i]! : y![i]!)), integer: a.integer };
  },
  ReduceProd: ([a], node) => {
    const product = Array.from(a!.values).reduce((sum, value) => sum * value, 1);
    const keep = number(node.attributes.get('keepdims'), 1) === 1;
    return a!.shape.length <= 1 ? { ...a!, shape: keep ? [1] : [], values: [product] } : null;
  },
  DequantizeLinear: ([a, scale, zero], node) => {
    if (!scale) return null;
    const axis = fromStart(number(node.attributes.get('axis'), 1), a!.shape.length);
    const inner = numbersIn(a!.shape.slice(axis + 1));
    const at = (i: number) => (scale.values.length === 1 ? 0 : Math.floor(i / inner) % scale.values.length);
    const values = Float32Array.from(
      a!.values,
      (value, i) => (value - (zero?.values[at(i)] ?? 0)) * scale.values[at(i)]!,
    );
    return { shape: a!.shape, values, integer: false };
  },
};
