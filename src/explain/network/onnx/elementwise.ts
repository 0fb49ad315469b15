import type { Operation } from '../graph';
import {
  constantAt,
  numberOf,
  type Operator,
  type OperatorContext,
  optionalAt,
  parameter,
  publishedName,
  refuse,
  textOf,
  type Value,
  viewAt,
  viewValue,
} from './importer';
import { mapOf } from './layout';
import type { Constant } from './model';
import { alike, channelAxis, channelOrder, channelsFirst, spread, type View, viewOf } from './view';

const apply = (context: OperatorContext, operation: Operation, view = viewAt(context)): Value[] => [
  viewValue(viewOf(context.graph.add(context.node.name, operation, [view.node]), view)),
];

/** Channels before the first that is seen are kept out of what goes on. */
const plain =
  (operation: (context: OperatorContext) => Operation): Operator =>
  (context) =>
    partless(context, viewAt(context), (view) => apply(context, operation(context), view));

/** A view of all channels stays so; of a part, the part's place goes on with it. */
function partless(context: OperatorContext, view: View, work: (view: View) => Value[]): Value[] {
  return work(view).map((value) =>
    value.kind === 'view' ? viewValue({ ...value.view, start: view.start }) : refuse(context, 'no value'),
  );
}

const clip: Operator = (context) => {
  const bound = (at: number, name: string) => {
    const attribute = context.node.attributes.get(name);
    return typeof attribute === 'number' ? attribute : (optionalAt(context, at, 'a bound')?.values[0] ?? null);
  };
  const finite = (value: number | null) => (value === null || Math.abs(value) >= 3e38 ? null : value);
  const [least, most] = [finite(bound(1, 'min')), finite(bound(2, 'max'))];
  if (least === 0 && most === 6) return plain(() => ({ kind: 'relu6' }))(context);
  if (least === 0 && most === null) return plain(() => ({ kind: 'relu' }))(context);
  return plain(() => ({ kind: 'clip', least, most }))(context);
};

const prelu: Operator = (context) => {
  const view = viewAt(context);
  const constant = constantAt(context, 1, 'slopes');
  const slopes = perChannel(context, view, constant);
  if (slopes === null) return preluOfPlaces(context, view, constant);
  const node = context.graph.add(publishedName(context, 1), { kind: 'prelu' }, [view.node], {
    weight: { shape: [slopes.length], values: slopes },
  });
  return [viewValue(viewOf(node, view))];
};

/** The same with a slope for every place of the map. */
function preluOfPlaces(context: OperatorContext, view: View, constant: Constant): Value[] {
  const { graph } = context;
  const storage = graph.shape(view.node);
  const values = view.start === 0 && storage.length === 3 ? spread(view, storage, constant) : null;
  if (values === null)
    refuse(context, `slopes of shape ${constant.shape.join('×')} for a value of ${view.shape.join('×')}`);
  const [height, width] = storage as [number, number, number];
  const node = graph.add(publishedName(context, 1), { kind: 'prelu', places: [height, width] }, [view.node], {
    weight: { shape: storage, values },
  });
  return [viewValue(viewOf(node, view))];
}

/** One number a channel, where a constant that is stretched over a view holds no more; null where it does. */
function perChannel({ graph }: OperatorContext, view: View, constant: Constant): Float32Array | null {
  const channels = graph.shape(view.node).at(-1)!;
  const before = view.shape.length - constant.shape.length;
  if (before < 0) return null;
  if (constant.values.length === 1) return new Float32Array(channels).fill(constant.values[0]!);
  const axes = view.shape.map((_, axis) => axis).filter((axis) => (constant.shape[axis - before] ?? 1) !== 1);
  const order = channelOrder(view, axes);
  const fits = axes.every((axis) => constant.shape[axis - before] === view.shape[axis]);
  if (!fits || order === null || order.length !== constant.values.length) return null;
  const result = new Float32Array(channels);
  for (const [i, channel] of order.entries()) result[channel] = constant.values[i]!;
  return result;
}

/** scale · x + shift for each channel, each of which may be a number for all. */
function rescaled(
  context: OperatorContext,
  view: View,
  scale: Float32Array | number,
  shift: Float32Array | number,
): Value[] {
  const channels = context.graph.shape(view.node).at(-1)!;
  const list = (values: Float32Array | number) =>
    typeof values === 'number' ? new Array<number>(channels).fill(values) : Array.from(values);
  const operation: Operation = { kind: 'rescale', scale: list(scale), shift: list(shift) };
  return partless(context, view, (whole) => apply(context, operation, whole));
}

/** What an operator with a number a channel on one side is: a factor and a summand, or an operation; null where it is none. */
function affineOf(
  operator: string,
  values: Float32Array,
  first: boolean,
): { scale: Float32Array | number; shift: Float32Array | number } | null {
  if (operator === 'Add') return { scale: 1, shift: values };
  if (operator === 'Sub')
    return first ? { scale: -1, shift: values } : { scale: 1, shift: values.map((value) => -value) };
  if (operator === 'Mul') return { scale: values, shift: 0 };
  return operator === 'Div' && !first ? { scale: values.map((value) => 1 / value), shift: 0 } : null;
}

/** The bound that the larger or smaller of a value and a number is. */
function bounded(context: OperatorContext, view: View, bound: number): Value[] {
  const least = context.node.operator === 'Max';
  const operation: Operation =
    least && bound === 0 ? { kind: 'relu' } : { kind: 'clip', least: least ? bound : null, most: least ? null : bound };
  return partless(context, view, (whole) => apply(context, operation, whole));
}

/** Arithmetic with a constant on one side. */
function withConstant(context: OperatorContext, view: View, constant: Constant, first: boolean): Value[] {
  const { operator } = context.node;
  const values = perChannel(context, view, constant);
  if (values === null) return withMap(context, view, constant);
  const affine = affineOf(operator, values, first);
  if (affine !== null) return rescaled(context, view, affine.scale, affine.shift);
  const [value] = values as unknown as [number];
  const one = values.every((each) => each === value) ? value : null;
  if ((operator === 'Max' || operator === 'Min') && one !== null) return bounded(context, view, one);
  if (operator === 'Pow' && !first && one === 1) return [viewValue(view)];
  if (operator === 'Pow' && !first && one === 2) return square(context, view);
  return refuse(context, 'with these constants (allowed: sums, differences, products, quotients by numbers a channel)');
}

const square = (context: OperatorContext, view: View): Value[] => [
  viewValue(viewOf(context.graph.add(context.node.name, { kind: 'mul' }, [view.node, view.node]), view)),
];

/** A sum with numbers of their own for each cell. */
function withMap(context: OperatorContext, view: View, constant: Constant): Value[] {
  const { graph, node } = context;
  const storage = graph.shape(view.node);
  const values = view.start === 0 ? spread(view, storage, constant) : null;
  if (values === null || storage.length !== 3 || node.operator !== 'Add') {
    refuse(context, `a constant of shape ${constant.shape.join('×')} to a value of ${view.shape.join('×')}`);
  }
  const shape = storage as [number, number, number];
  const name = graph.add(node.name, { kind: 'addMap', shape }, [view.node], { weight: { shape, values } });
  return [viewValue(viewOf(name, view))];
}

const arithmetic: Operator = (context) => {
  const [a, b] = [context.inputs[0], context.inputs[1]];
  const later = laterScale(context, a, b) ?? laterScale(context, b, a);
  if (later !== null) return [later];
  if (a?.kind === 'constant' && b?.kind === 'view') return withConstant(context, viewAt(context, 1), a.constant, true);
  if (b?.kind === 'constant' && a?.kind === 'view') return withConstant(context, viewAt(context, 0), b.constant, false);
  if ((context.inputs.length ?? 0) > 2) refuse(context, `of ${context.inputs.length} values (allowed: 2)`);
  return together(context, viewAt(context, 0), viewAt(context, 1));
};

/** A factor on attention's queries, keys or scores is kept with them: it belongs to the operation that they become. */
function laterScale(
  { node }: OperatorContext,
  value: Value | null | undefined,
  factor: Value | null | undefined,
): Value | null {
  if (node.operator !== 'Mul' && node.operator !== 'Div') return null;
  if (factor?.kind !== 'constant' || factor.constant.values.length !== 1) return null;
  const scale = node.operator === 'Mul' ? factor.constant.values[0]! : 1 / factor.constant.values[0]!;
  if (value?.kind === 'attention' && !value.shares) return { ...value, scale: value.scale * scale };
  if (value?.kind !== 'view' || value.view.shape.length !== 4) return null;
  const headed = value.view.factors.filter((list) => list.some(({ axis }) => axis === 'C')).length > 1;
  return headed ? viewValue({ ...value.view, scale: value.view.scale * scale }) : null;
}

const kinds = { Add: 'add', Mul: 'mul', Max: 'maximum', Min: 'minimum' } as const;

/** Arithmetic of two values of the network. */
function together(context: OperatorContext, a: View, b: View): Value[] {
  const { graph, node } = context;
  if (node.operator === 'Sub') {
    const minus: Operation = {
      kind: 'rescale',
      scale: new Array<number>(graph.shape(b.node).at(-1)!).fill(-1),
      shift: new Array<number>(graph.shape(b.node).at(-1)!).fill(0),
    };
    const turned = viewOf(graph.add(`${node.name}.minus`, minus, [b.node]), b);
    return joined(context, 'add', a, turned);
  }
  if (!Object.hasOwn(kinds, node.operator))
    refuse(context, 'of two values of the network (allowed: Add, Sub, Mul, Max, Min)');
  return joined(context, kinds[node.operator as keyof typeof kinds], a, b);
}

function joined(context: OperatorContext, kind: 'add' | 'mul' | 'maximum' | 'minimum', a: View, b: View): Value[] {
  const { graph, node } = context;
  if (a.start !== 0 || b.start !== 0) refuse(context, 'of parts of values');
  const [wide, narrow] = graph.shape(a.node).length >= graph.shape(b.node).length ? [a, b] : [b, a];
  const gate = graph.shape(wide.node).length === 3 && graph.shape(narrow.node).length === 1;
  const fits = gate
    ? kind === 'mul' &&
      narrow.factors.every((list, i) => list.length === 0 || JSON.stringify(list) === JSON.stringify(wide.factors[i]))
    : alike(a, b) && graph.shape(a.node).join() === graph.shape(b.node).join();
  if (!fits) refuse(context, `of ${a.shape.join('×')} and ${b.shape.join('×')}, which do not lie alike`);
  return [viewValue(viewOf(graph.add(node.name, { kind }, [a.node, b.node]), wide))];
}

const batchNorm: Operator = (context) => {
  const value = viewAt(context);
  const { graph } = context;
  // Channels may lie in another order, of which the statistics are.
  const isMap = value.shape.length === 4 && graph.shape(value.node).length === 3;
  const map = isMap ? mapOf(context, value) : value.node;
  const view = map === value.node ? value : channelsFirst(map, graph.shape(map));
  if ((channelAxis(view) !== 1 && graph.shape(map).at(-1) !== 1) || view.start !== 0)
    refuse(context, `of ${view.shape.join('×')}, whose second axis is not the channels`);
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((at) => parameter(constantAt(context, at, 'its numbers')));
  const node = context.graph.add(
    publishedName(context, 1),
    { kind: 'batchNorm', epsilon: numberOf(context, 'epsilon', 1e-5) },
    [view.node],
    { weight: weight!, bias: bias!, running_mean: mean!, running_var: variance! },
  );
  return [viewValue(viewOf(node, view))];
};

const tanhForm: Operator = (context) =>
  plain(() => ({ kind: 'gelu', approximation: textOf(context, 'approximate', 'none') === 'tanh' ? 'tanh' : 'none' }))(
    context,
  );

/** Functions of each number, and arithmetic. */
export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Relu: plain(() => ({ kind: 'relu' })),
  Sigmoid: plain(() => ({ kind: 'sigmoid' })),
  Tanh: plain(() => ({ kind: 'tanh' })),
  Softplus: plain(() => ({ kind: 'softplus' })),
  HardSwish: plain(() => ({ kind: 'hardSwish' })),
  'whylight.Silu': plain(() => ({ kind: 'silu' })),
  Gelu: tanhForm,
  LeakyRelu: plain((context) => ({ kind: 'leakyRelu', slope: numberOf(context, 'alpha', 0.01) })),
  Elu: plain((context) => ({ kind: 'elu', alpha: numberOf(context, 'alpha', 1) })),
  Selu: (context) => {
    const [alpha, gamma] = [numberOf(context, 'alpha', 1.67326), numberOf(context, 'gamma', 1.0507)];
    if (Math.abs(alpha - 1.67326) > 1e-4 || Math.abs(gamma - 1.0507) > 1e-4)
      refuse(context, `with alpha ${alpha} and gamma ${gamma}`);
    return plain(() => ({ kind: 'selu' }))(context);
  },
  HardSigmoid: plain((context) => ({
    kind: 'hardSigmoid',
    slope: numberOf(context, 'alpha', 0.2),
    offset: numberOf(context, 'beta', 0.5),
  })),
  Clip: clip,
  PRelu: prelu,
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Pow: arithmetic,
  Max: arithmetic,
  Min: arithmetic,
  Neg: (context) => rescaled(context, viewAt(context), -1, 0),
  BatchNormalization: batchNorm,
};
