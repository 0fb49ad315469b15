import type { Operation } from '../graph';
import type { Padding, Pair } from '../kernels/sliding';
import { numbersIn } from '../operations/operation';
import {
  allowedOf,
  constantAt,
  numberOf,
  numbersOf,
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
import { mapOf, tokensOf, tokenView } from './layout';
import { axesOf, fromStart, rangeOf, sliceOf, squeezed, unsqueezed } from './reckon';
import { channelAxis, channelOrder, channelsFirst, reformed, turned, type View, vectorView } from './view';

/** The value as it is. */
const same: Operator = ({ inputs }) => [inputs[0]!];

/** A change of what the axes are called; whatever a value is computed from stays. */
const renamed =
  (change: (view: View, context: OperatorContext) => View): Operator =>
  (context) => {
    const value = context.inputs[0];
    if (value?.kind === 'end') return [{ ...value, view: change(value.view, context) }];
    if (value?.kind !== 'view') refuse(context, 'what it reads cannot be followed');
    return [viewValue(change(value.view, context))];
  };

/** Numbers of the format's kinds that are real. */
const realKinds = [1, 10, 11, 16];

const cast: Operator = (context) => {
  const kind = numberOf(context, 'to', 1);
  return realKinds.includes(kind)
    ? same(context)
    : refuse(context, `to kind ${kind} of the format (allowed: real numbers)`);
};

const integers = (context: OperatorContext, at: number, name: string) =>
  axesOf(context.node, optionalAt(context, at, name), name);

const reshape = renamed((view, context) => {
  const shape = integers(context, 1, 'shape');
  if (shape === null) refuse(context, 'without a shape');
  return reformed(view, shape, numberOf(context, 'allowzero', 0) === 1);
});

const flatten = renamed((view, context) => {
  const axis = fromStart(numberOf(context, 'axis', 1), view.shape.length);
  return reformed(view, [numbersIn(view.shape.slice(0, axis)), numbersIn(view.shape.slice(axis))]);
});

const transpose = renamed((view, context) => {
  const order = numbersOf(context, 'perm') ?? view.shape.map((_, axis) => view.shape.length - 1 - axis);
  if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== view.shape.length) {
    refuse(context, `axes in the order ${order.join(' ')} (allowed: each of ${view.shape.length} once)`);
  }
  return turned(view, order);
});

const squeeze = renamed((view, context) => reformed(view, squeezed(view.shape, integers(context, 1, 'axes'))));
const unsqueeze = renamed((view, context) =>
  reformed(view, unsqueezed(view.shape, integers(context, 1, 'axes') ?? [])),
);

/** Stretching to the shape that a value has already. */
const expand: Operator = (context) => {
  const view = viewAt(context);
  const shape = Array.from(constantAt(context, 1, 'a shape').values);
  if (shape.every((length, i) => length === 1 || length === view.shape[i - shape.length + view.shape.length])) {
    return [viewValue(view)];
  }
  // A number a channel that is repeated over a map: whatever it is multiplied with or added to repeats it anyway.
  const repeated =
    context.graph.shape(view.node).length === 1 &&
    shape.length === view.shape.length &&
    shape.every((length, axis) => length === view.shape[axis] || length === 1 || (axis > 1 && view.shape[axis] === 1));
  if (repeated) return [viewValue(view)];
  return refuse(context, `${view.shape.join('×')} to ${shape.join('×')}`);
};

/** A run of places along an axis. */
function part(context: OperatorContext, view: View, axis: number, from: number, count: number): Value {
  const { graph, node } = context;
  if (from === 0 && count === view.shape[axis]) return viewValue(view);
  const storage = graph.shape(view.node);
  if (channelAxis(view) === axis && view.start === 0 && storage.at(-1) === view.shape[axis]) {
    const name = graph.add(node.outputs[0] ?? node.name, { kind: 'channelSlice', start: from, length: count }, [
      view.node,
    ]);
    const shape = view.shape.map((length, i) => (i === axis ? count : length));
    const factors = view.factors.map((list, i) =>
      i !== axis ? list : count === 1 ? [] : [{ axis: 'C' as const, length: count, step: 1 }],
    );
    return viewValue({ ...view, node: name, shape, factors });
  }
  const order = channelOrder(view, [axis]);
  if (view.shape.length === 4 && axis === 1 && order?.length === storage.at(-1)) {
    const map = mapOf(context, view);
    return part(context, channelsFirst(map, graph.shape(map)), axis, from, count);
  }
  const [outermost, ...rest] = view.factors[axis]!;
  const inner = numbersIn(rest.map(({ length }) => length));
  if (outermost?.axis === 'C' && from % inner === 0 && count % inner === 0) {
    // Some of the heads, or queries, keys and values side by side: followed as a part, for attention to join.
    const length = count / inner;
    const factors = length === 1 ? rest : [{ ...outermost, length }, ...rest];
    return viewValue({
      ...view,
      start: view.start + (from / inner) * outermost.step,
      shape: view.shape.map((whole, i) => (i === axis ? count : whole)),
      factors: view.factors.map((list, i) => (i === axis ? factors : list)),
    });
  }
  if (outermost?.axis === 'H' && count === 1 && view.shape.length === 3) {
    const tokens = tokensOf(context, view);
    const name = graph.add(node.name, { kind: 'takeToken', index: from }, [tokens]);
    return viewValue({
      ...vectorView(name, storage.at(-1)!),
      shape: [1, 1, storage.at(-1)!],
      factors: [[], [], view.factors[2]!],
    });
  }
  return refuse(context, `places ${from} to ${from + count - 1} of an axis of ${view.shape[axis]}`);
}

const split: Operator = (context) => {
  const view = viewAt(context);
  const axis = fromStart(numberOf(context, 'axis', 0), view.shape.length);
  const length = view.shape[axis]!;
  const count = context.node.outputs.length;
  const equal = Math.ceil(length / (numberOf(context, 'num_outputs', count) || count));
  const sizes =
    integers(context, 1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(equal, length - i * equal));
  if (numbersIn(sizes) <= 0 || sizes.reduce((sum, size) => sum + size, 0) !== length) {
    refuse(context, `${length} places into ${sizes.join(', ')}`);
  }
  let from = 0;
  return sizes.map((size, i) => {
    const value = part(
      { ...context, node: { ...context.node, outputs: [context.node.outputs[i] ?? ''] } },
      view,
      axis,
      from,
      size,
    );
    from += size;
    return value;
  });
};

const slice: Operator = (context) => {
  const view = viewAt(context);
  const inputs = context.inputs.map((value) => (value?.kind === 'constant' ? value.constant : null));
  const { starts, ends, axes, steps } = sliceOf(context.node, inputs, view.shape.length);
  const ranges = axes.map((axis, i) => rangeOf(starts[i]!, ends[i]!, steps[i]!, view.shape[axis]!));
  const strided = axes.filter((_, i) => steps[i] !== 1);
  const whole = ranges.every(
    (range, i) => range[0] === 0 && range.length === Math.ceil(view.shape[axes[i]!]! / steps[i]!),
  );
  if (strided.length > 0) {
    if (!whole || view.shape.length !== 4 || axes.some((axis, i) => axis < 2 && steps[i] !== 1)) {
      refuse(context, 'with steps (allowed: every n-th row and column of the whole map)');
    }
    const at = (axis: number) => steps[axes.indexOf(axis)] ?? 1;
    const name = context.graph.add(context.node.name, { kind: 'subsample', stride: [at(2), at(3)] }, [
      mapOf(context, view),
    ]);
    return [viewValue(channelsFirst(name, context.graph.shape(name)))];
  }
  if (axes.every((axis) => axis >= 2) && view.shape.length === 4 && !whole) {
    const [top, left] = [2, 3].map((axis) => ranges[axes.indexOf(axis)]?.[0] ?? 0);
    const [height, width] = [2, 3].map((axis) => ranges[axes.indexOf(axis)]?.length ?? view.shape[axis]!);
    const operation: Operation = { kind: 'crop', top: top!, left: left!, height: height!, width: width! };
    const name = context.graph.add(context.node.name, operation, [mapOf(context, view)]);
    return [viewValue(channelsFirst(name, context.graph.shape(name)))];
  }
  return [
    axes.reduce<Value>(
      (value, axis, i) =>
        part(context, value.kind === 'view' ? value.view : view, axis, ranges[i]![0]!, ranges[i]!.length),
      viewValue(view),
    ),
  ];
};

/** Whether numbers count 0, 1, 2 … */
const isCount = (values: ArrayLike<number>) => Array.from(values).every((value, i) => value === i);

const gather: Operator = (context) => {
  const view = viewAt(context);
  const axis = fromStart(numberOf(context, 'axis', 0), view.shape.length);
  const indices = constantAt(context, 1, 'places');
  // All places of the only axis, one after another: another shape, and nothing else.
  if (view.shape.length === 1 && indices.values.length === view.shape[0] && isCount(indices.values)) {
    return [viewValue(reformed(view, indices.shape))];
  }
  if (indices.values.length !== 1) refuse(context, `${indices.values.length} places (allowed: one)`);
  const value = part(context, view, axis, fromStart(indices.values[0]!, view.shape[axis]!), 1);
  if (value.kind !== 'view' || indices.shape.length > 0) return [value];
  return [
    viewValue(
      reformed(
        value.view,
        value.view.shape.filter((_, i) => i !== axis),
      ),
    ),
  ];
};

const concat: Operator = (context) => {
  const { graph, node, inputs } = context;
  const first = inputs.find((value) => value?.kind === 'view');
  if (first?.kind !== 'view') refuse(context, 'what it reads cannot be followed');
  const axis = fromStart(numberOf(context, 'axis', 0), first.view.shape.length);
  const [start] = inputs;
  if (start?.kind === 'constant' && inputs.length === 2 && axis === 1 && first.view.shape.length === 3) {
    const { constant } = start;
    const channels = first.view.shape[2]!;
    const count = constant.shape[1] ?? 0;
    if (constant.values.length !== count * channels) refuse(context, `tokens of shape ${constant.shape.join('×')}`);
    const name = graph.add(
      publishedName(context, 0),
      { kind: 'prependTokens', count },
      [tokensOf(context, first.view)],
      {
        weight: { ...parameter(constant), shape: [count, channels] },
      },
    );
    return [viewValue(tokenView(context, name))];
  }
  const views = inputs.map((_, at) => viewAt(context, at));
  if (views.length === 1) return [viewValue(views[0]!)];
  if (axis === 1 && views.every((view) => view.shape.length === 4)) {
    const name = graph.add(
      node.name,
      { kind: 'concat' },
      views.map((view) => mapOf(context, view)),
    );
    return [viewValue(channelsFirst(name, graph.shape(name)))];
  }
  const alike = views.every((view) => channelAxis(view) === axis && view.shape.length === first.view.shape.length);
  if (!alike || views.some((view) => graph.shape(view.node).length !== 3)) {
    refuse(
      context,
      `along axis ${axis} of values of ${views.map(({ shape }) => shape.join('×')).join(' and ')} (allowed: channels)`,
    );
  }
  const name = graph.add(
    node.name,
    { kind: 'concat' },
    views.map(({ node: each }) => each),
  );
  const channels = graph.shape(name).at(-1)!;
  return [
    viewValue({
      ...first.view,
      node: name,
      shape: first.view.shape.map((length, i) => (i === axis ? channels : length)),
      factors: first.view.factors.map((list, i) =>
        i === axis ? [{ axis: 'C' as const, length: channels, step: 1 }] : list,
      ),
    }),
  ];
};

const pad: Operator = (context) => {
  const view = viewAt(context);
  const mode = textOf(context, 'mode', 'constant');
  const pads = integers(context, 1, 'pads') ?? [];
  const axes = integers(context, 3, 'axes') ?? view.shape.map((_, axis) => axis);
  const fill = numberOf(context, 'value', optionalAt(context, 2, 'a filling')?.values[0] ?? 0);
  const side = (axis: number, end: 0 | 1) => {
    const at = axes.findIndex((each) => fromStart(each, view.shape.length) === axis);
    return at < 0 ? 0 : (pads[at + end * axes.length] ?? 0);
  };
  const all = view.shape.map((_, axis) => [side(axis, 0), side(axis, 1)] as const);
  if (all.every(([before, after]) => before === 0 && after === 0)) return [viewValue(view)];
  if (mode !== 'constant') allowedOf(context, 'mode', mode, ['constant']);
  if (fill !== 0) refuse(context, `with ${fill} (allowed: zeros)`);
  if (view.shape.length !== 4 || all[0]!.some((count) => count !== 0)) refuse(context, 'along the batch');
  if (all.flat().some((count) => count < 0)) refuse(context, 'with negative lengths');
  const padding = [...all[2]!, ...all[3]!] as unknown as Padding;
  const name = context.graph.add(context.node.name, { kind: 'pad', padding, channels: all[1] as Pair }, [
    mapOf(context, view),
  ]);
  return [viewValue(channelsFirst(name, context.graph.shape(name)))];
};

/** Rows and columns that a resize gives, by the size itself or by factors. */
function newSize(context: OperatorContext, [height, width]: readonly number[]): Pair {
  const newer = isNewResize(context);
  const numbers = (at: number, what: string) => Array.from(optionalAt(context, at, what)?.values ?? []);
  const sizes = newer ? numbers(3, 'a size') : [];
  if (sizes.length > 0) return [sizes.at(-2)!, sizes.at(-1)!];
  const scales = numbersOf(context, 'scales') ?? numbers(newer ? 2 : 1, 'factors');
  const size: Pair = [height! * (scales.at(-2) ?? 1), width! * (scales.at(-1) ?? 1)];
  const whole = size.map(Math.round) as unknown as Pair;
  // Of other factors the cells lie elsewhere than the size says.
  if (size.every((length, axis) => Math.abs(length - whole[axis]!) < 1e-4)) return whole;
  return refuse(context, `to ${size.join('×')} (allowed: factors that give whole numbers)`);
}

const isNewResize = ({ node, opset }: OperatorContext): boolean => node.operator === 'Resize' && opset >= 11;

/** How the nearest cell is found: in these ways it is one of the cells before, or each is repeated. */
function checkNearest(context: OperatorContext, how: string, factors: readonly number[]): void {
  const rounding = textOf(context, 'nearest_mode', isNewResize(context) ? 'round_prefer_floor' : 'floor');
  const repeated = factors.every(Number.isInteger);
  const rounded = rounding.startsWith('round');
  const fits =
    how === 'asymmetric'
      ? rounding === 'floor' ||
        (rounding === 'round_prefer_floor' && repeated && factors.every((factor) => factor <= 2))
      : how.endsWith('half_pixel') && rounded && repeated;
  if (fits) return;
  refuse(
    context,
    `nearest by ${how} and ${rounding}, ${factors.join('×')} times (allowed: asymmetric and floor; half_pixel and rounded, a whole number of times)`,
  );
}

/** The format's words for where cells lie. */
const coordinates = {
  half_pixel: 'half-pixel',
  pytorch_half_pixel: 'half-pixel',
  asymmetric: 'asymmetric',
  align_corners: 'align-corners',
} as const;

const resize: Operator = (context) => {
  const { graph, node } = context;
  const map = mapOf(context, viewAt(context));
  const size = newSize(context, graph.shape(map));
  const mode = textOf(context, 'mode', 'nearest');
  const how = textOf(context, 'coordinate_transformation_mode', isNewResize(context) ? 'half_pixel' : 'asymmetric');
  if (mode !== 'nearest' && mode !== 'linear') allowedOf(context, 'mode', mode, ['nearest', 'linear']);
  if (!Object.hasOwn(coordinates, how)) allowedOf(context, 'coordinates', how, Object.keys(coordinates));
  if (numberOf(context, 'antialias', 0) !== 0) refuse(context, 'with antialias');
  if (how === 'pytorch_half_pixel' && size.includes(1)) refuse(context, `to ${size.join('×')} by pytorch_half_pixel`);
  if (mode === 'nearest')
    checkNearest(
      context,
      how,
      size.map((length, axis) => length / graph.shape(map)[axis]!),
    );
  const operation: Operation = {
    kind: 'upsample',
    size,
    mode: mode === 'nearest' ? 'nearest' : 'bilinear',
    coordinates: mode === 'nearest' ? 'asymmetric' : coordinates[how as keyof typeof coordinates],
  };
  const name = graph.add(node.name, operation, [map]);
  return [viewValue(channelsFirst(name, graph.shape(name)))];
};

const spaceToDepth: Operator = (context) => {
  const block = numberOf(context, 'blocksize', 1);
  const name = context.graph.add(context.node.name, { kind: 'spaceToDepth', block }, [mapOf(context, viewAt(context))]);
  return [viewValue(channelsFirst(name, context.graph.shape(name)))];
};

/** Whether axes of a view hold every row and column of its node, and no channel. */
function isEveryPlace(view: View, axes: readonly number[], storage: readonly number[]): boolean {
  const over = axes.flatMap((axis) => view.factors[axis]!);
  const count = numbersIn(over.map(({ length }) => length));
  return storage.length === 3 && over.every(({ axis }) => axis !== 'C') && count === numbersIn(storage.slice(0, -1));
}

/** The mean over rows and columns, or over tokens. */
const mean: Operator = (context) => {
  const { graph, node } = context;
  const view = viewAt(context);
  const list = integers(context, 1, 'axes') ?? view.shape.map((_, axis) => axis);
  const axes = list.map((axis) => fromStart(axis, view.shape.length));
  const keep = numberOf(context, 'keepdims', 1) === 1;
  const rest = <T>(all: readonly T[], unit: T) =>
    all.flatMap((each, axis) => (!axes.includes(axis) ? [each] : keep ? [unit] : []));
  const shape = rest(view.shape, 1);
  if (axes.every((axis) => view.shape[axis] === 1)) return [viewValue(reformed(view, shape))];
  const storage = graph.shape(view.node);
  if (channelAxis(view) === null || !isEveryPlace(view, axes, storage)) {
    refuse(context, `over axes ${axes.join(', ')} of ${view.shape.join('×')} (allowed: rows and columns, or tokens)`);
  }
  const name = graph.add(node.name, { kind: 'globalAvgPool' }, [view.node]);
  return [viewValue({ ...vectorView(name, storage[2]!), shape, factors: rest(view.factors, []) })];
};

/** The softmax at the end, whose argument are the raw outputs. */
const softmax: Operator = (context) => {
  const value = context.inputs[0];
  if (value?.kind === 'attention' && !value.shares) {
    if (fromStart(numberOf(context, 'axis', -1), 4) !== 3)
      refuse(context, 'of attention along another axis than the keys’');
    return [{ ...value, shares: true }];
  }
  const view = viewAt(context);
  const last = view.shape.length - 1;
  const axis = fromStart(numberOf(context, 'axis', context.opset >= 13 ? -1 : 1), view.shape.length);
  const isClass = channelAxis(view) === axis || (context.opset < 13 && axis <= last);
  if (!isClass || context.graph.shape(view.node).length !== 1) {
    refuse(context, 'of something else than a vector of scores (allowed: at the network’s end, and in attention)');
  }
  if (context.node.operator === 'LogSoftmax')
    context.graph.notes.add('its last step is the logarithm of a softmax, whose argument is taken for the raw outputs');
  return [{ kind: 'end', view, ending: 'softmax' }];
};

/** Axes named anew, parts, joins, margins, sizes, means. */
export const shapeOperators: Readonly<Record<string, Operator>> = {
  Identity: same,
  Dropout: same,
  Cast: cast,
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Split: split,
  Slice: slice,
  Gather: gather,
  Concat: concat,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  SpaceToDepth: spaceToDepth,
  ReduceMean: mean,
  Softmax: softmax,
  LogSoftmax: softmax,
};
