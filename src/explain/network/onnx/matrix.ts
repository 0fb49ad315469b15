import type { Parameter } from '../operations/operation';
import {
  constantAt,
  numberOf,
  type Operator,
  type OperatorContext,
  optionalAt,
  parameter,
  publishedName,
  refuse,
  type Value,
  viewAt,
  viewValue,
} from './importer';
import { tokensOf, vectorOf } from './layout';
import type { Constant } from './model';
import { transpose } from './reckon';
import { channelAxis, isWhole, type View, vectorView, viewOf } from './view';

/** A value times a matrix, outputs × inputs, and a bias: a dense layer, or on a map a 1×1 convolution. */
function linear(context: OperatorContext, view: View, matrix: Constant, bias: Float32Array | null): Value[] {
  const { graph } = context;
  const [units, inputs] = matrix.shape as [number, number];
  const outputsFirst = parameter(matrix).values;
  const name = publishedName(context, 1);
  const own: Record<string, Parameter> = bias === null ? {} : { bias: { shape: [units], values: bias } };
  const storage = graph.shape(view.node);
  const last = view.shape.length - 1;
  if (storage.length === 3 && channelAxis(view) === last && view.start === 0 && storage[2] === inputs) {
    const node = graph.add(
      name,
      {
        kind: 'conv2d',
        filters: units,
        kernel: [1, 1],
        stride: [1, 1],
        padding: [0, 0, 0, 0],
        dilation: [1, 1],
        groups: 1,
        bias: bias !== null,
      },
      [view.node],
      { weight: { shape: [units, inputs, 1, 1], values: outputsFirst }, ...own },
    );
    return [viewValue(viewOf(node, view, units))];
  }
  const { node, order } = vectorOf(context, view);
  if (graph.shape(node)[0] !== inputs)
    refuse(context, `${graph.shape(node)[0]} numbers times a matrix of ${inputs} rows`);
  const values = order === null ? outputsFirst : reordered(outputsFirst, order, units);
  const dense = graph.add(name, { kind: 'dense', units, bias: bias !== null }, [node], {
    weight: { shape: [units, inputs], values },
    ...own,
  });
  const rank = view.shape.length;
  const shape = [...Array.from({ length: rank - 1 }, () => 1), units];
  const factors = shape.map((length, axis) =>
    axis === rank - 1 && length > 1 ? [{ axis: 'C' as const, length: units, step: 1 }] : [],
  );
  return [viewValue({ ...vectorView(dense, units), shape, factors })];
}

/** Weights for the numbers as the node has them, from those for the numbers as the file shows them. */
function reordered(weights: Float32Array, order: readonly number[], units: number): Float32Array {
  const result = new Float32Array(weights.length);
  for (let unit = 0; unit < units; unit++) {
    order.forEach((at, i) => {
      result[unit * order.length + at] = weights[unit * order.length + i]!;
    });
  }
  return result;
}

/** A matrix with its outputs first. */
function turnedMatrix(context: OperatorContext, matrix: Constant): Constant {
  if (matrix.shape.length === 2) return transpose(matrix, [1, 0]);
  return refuse(context, `a matrix of ${matrix.shape.length} axes (allowed: 2)`);
}

const gemm: Operator = (context) => {
  const view = viewAt(context);
  if (numberOf(context, 'transA', 0) !== 0) refuse(context, 'of a turned value');
  const [alpha, beta] = [numberOf(context, 'alpha', 1), numberOf(context, 'beta', 1)];
  const factor = constantAt(context, 1, 'a matrix');
  const matrix = numberOf(context, 'transB', 0) === 1 ? factor : turnedMatrix(context, factor);
  const scaled =
    alpha === 1 ? matrix : { ...matrix, values: Float32Array.from(matrix.values, (value) => alpha * value) };
  const bias = optionalAt(context, 2, 'a bias');
  const units = matrix.shape[0]!;
  const shift =
    bias && Float32Array.from({ length: units }, (_, i) => beta * bias.values[bias.values.length === 1 ? 0 : i]!);
  return linear(context, view, scaled, shift);
};

const matMul: Operator = (context) => {
  const [a, b] = context.inputs;
  if (b?.kind === 'constant') return linear(context, viewAt(context), turnedMatrix(context, b.constant), null);
  if (a?.kind === 'view' && b?.kind === 'view') return scores(context, a.view, b.view);
  if (a?.kind === 'attention' && a.shares && b?.kind === 'view') return attend(context, a, b.view);
  return refuse(context, 'of values that are no tokens (allowed: a value times a matrix of the file, attention)');
};

/** Products of queries and keys, heads side by side: 1 × heads × tokens × depth, keys turned. */
function scores(context: OperatorContext, query: View, turnedKey: View): Value[] {
  const last = turnedKey.shape.length - 1;
  const key = {
    ...turnedKey,
    shape: [...turnedKey.shape.slice(0, -2), turnedKey.shape[last]!, turnedKey.shape[last - 1]!],
    factors: [...turnedKey.factors.slice(0, -2), turnedKey.factors[last]!, turnedKey.factors[last - 1]!],
  };
  if (query.shape.length !== 4 || query.shape.join() !== key.shape.join()) {
    refuse(context, `of ${query.shape.join('×')} and ${turnedKey.shape.join('×')}`);
  }
  return [{ kind: 'attention', query, key, scale: query.scale * key.scale, shares: false }];
}

function attend(context: OperatorContext, { query, key, scale }: Value & { kind: 'attention' }, value: View): Value[] {
  const { graph, node } = context;
  const [, heads, , depth] = query.shape as [number, number, number, number];
  const width = heads * depth;
  const parts = [query, key, value];
  const fits = parts.every(({ factors, shape }) => {
    const [batch, head, places, within] = factors;
    const headed =
      heads === 1 ? head!.length === 0 : head!.length === 1 && head![0]!.axis === 'C' && head![0]!.step === depth;
    return (
      batch!.length === 0 &&
      headed &&
      places!.every(({ axis }) => axis !== 'C') &&
      isWhole(within!, 'C', depth) &&
      shape[1] === heads
    );
  });
  if (!fits || value.shape.join() !== query.shape.join())
    refuse(context, 'attention whose heads do not lie side by side');
  if (Math.abs(scale * Math.sqrt(depth) - 1) > 1e-3) {
    refuse(context, `attention scaled by ${scale} (allowed: one by the root of the depth, ${1 / Math.sqrt(depth)})`);
  }
  const tokens = parts.map((part) => {
    const storage = graph.shape(part.node);
    const flat: View = {
      ...part,
      scale: 1,
      start: 0,
      shape: [1, part.shape[2]!, storage.at(-1)!],
      factors: [[], part.factors[2]!, [{ axis: 'C', length: storage.at(-1)!, step: 1 }]],
    };
    const whole = tokensOf(context, flat);
    return { whole, start: part.start, channels: storage.at(-1)! };
  });
  const [first] = tokens as [(typeof tokens)[number]];
  const together =
    tokens.every(({ whole }) => whole === first.whole) &&
    tokens.every(({ start }, i) => start === i * width) &&
    first.channels === 3 * width;
  const own = () =>
    tokens.map(({ whole, start, channels }) =>
      start === 0 && channels === width
        ? whole
        : graph.add(`${node.name}.part`, { kind: 'channelSlice', start, length: width }, [whole]),
    );
  const joined = together ? first.whole : graph.add(`${node.name}.qkv`, { kind: 'concat' }, own());
  const name = graph.add(node.name, { kind: 'selfAttention', heads }, [joined]);
  return [viewValue({ ...value, node: name, start: 0, scale: 1 })];
}

/** Matrix products. */
export const matrixOperators: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matMul };
