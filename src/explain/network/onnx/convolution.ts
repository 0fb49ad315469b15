import type { Operation } from '../graph';
import { type Padding, type Pair, slidingLength } from '../kernels/sliding';
import type { Parameter } from '../operations/operation';
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
import { freshView, mapOf, vectorOf } from './layout';
import { channelAxis, channelsFirst, type View, vectorView, viewOf } from './view';

type Window = { kernel: Pair; stride: Pair; padding: Padding; dilation: Pair };

/** A sliding window's attributes; padding given as `SAME_…` is reckoned from the map. */
function windowOf(context: OperatorContext, kernel: readonly number[], map: readonly number[]): Window {
  const two = (name: string) => {
    const values = numbersOf(context, name) ?? [1, 1];
    if (values.length !== 2) refuse(context, `${name} along ${values.length} axes (allowed: 2)`);
    return values as Pair;
  };
  if (kernel.length !== 2) refuse(context, `a window along ${kernel.length} axes (allowed: 2)`);
  const [stride, dilation] = [two('strides'), two('dilations')];
  const [top, left, bottom, right] = numbersOf(context, 'pads') ?? [0, 0, 0, 0];
  const symmetric: Padding = [top!, bottom!, left!, right!];
  const rule = textOf(context, 'auto_pad', 'NOTSET');
  const window = { kernel: kernel as Pair, stride, dilation };
  if (rule === 'NOTSET') return { ...window, padding: symmetric };
  if (rule === 'VALID') return { ...window, padding: [0, 0, 0, 0] };
  if (rule !== 'SAME_UPPER' && rule !== 'SAME_LOWER') {
    return allowedOf(context, 'padding', rule, ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']);
  }
  const sides = ([0, 1] as const).flatMap((axis) => {
    const extent = (kernel[axis]! - 1) * dilation[axis] + 1;
    const outputs = Math.ceil(map[axis]! / stride[axis]);
    const total = Math.max(0, (outputs - 1) * stride[axis] + extent - map[axis]!);
    const less = Math.floor(total / 2);
    return rule === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  });
  return { ...window, padding: sides as unknown as Padding };
}

const conv: Operator = (context) => {
  const { graph } = context;
  const view = viewAt(context);
  const weight = constantAt(context, 1, 'a kernel');
  const bias = optionalAt(context, 2, 'a bias');
  const [filters, , ...kernel] = weight.shape as [number, number, ...number[]];
  const name = publishedName(context, 1);
  const parameters = { weight: parameter(weight), ...(bias ? { bias: parameter(bias) } : {}) };
  if (isRow(view) && view.factors[2]![0]!.length === graph.shape(view.node)[0]) return alongChannels(context, view);
  if (graph.shape(view.node).length === 1) {
    // A 1×1 convolution on what was pooled to one cell is a dense layer.
    const groups = numberOf(context, 'group', 1);
    if (groups !== 1 || kernel.some((length) => length !== 1))
      refuse(context, 'a convolution of a vector (allowed: 1×1)');
    const { node, order } = vectorOf(context, view);
    if (order !== null) refuse(context, 'a vector in another order');
    const flat = { ...parameters.weight, shape: weight.shape.slice(0, 2) };
    const dense = graph.add(name, { kind: 'dense', units: filters, bias: bias !== null }, [node], {
      ...parameters,
      weight: flat,
    });
    return [viewValue(vectorView(dense, filters, view.shape.length))];
  }
  const map = mapOf(context, view);
  const window = windowOf(context, kernel, graph.shape(map));
  const operation: Operation = {
    kind: 'conv2d',
    filters,
    ...window,
    groups: numberOf(context, 'group', 1),
    bias: bias !== null,
  };
  const node = graph.add(name, operation, [map], parameters);
  return [viewValue(channelsFirst(node, graph.shape(node)))];
};

/** A vector seen as one row: 1 × 1 × C. */
const isRow = (view: View): boolean =>
  view.shape.length === 3 && view.shape[1] === 1 && view.start === 0 && channelAxis(view) === 2;

/** A window that slides along a vector's channels, as in efficient channel attention: a dense layer with a band of weights. */
function alongChannels(context: OperatorContext, view: View): Value[] {
  const weight = constantAt(context, 1, 'a kernel');
  const bias = optionalAt(context, 2, 'a bias');
  const channels = view.shape[2]!;
  const [filters, inputs, length] = weight.shape;
  const [before, after] = numbersOf(context, 'pads') ?? [0, 0];
  const plain = ['strides', 'dilations'].every((name) => (numbersOf(context, name) ?? [1])[0] === 1);
  const rule = textOf(context, 'auto_pad', 'NOTSET');
  if (weight.shape.length !== 3 || filters !== 1 || inputs !== 1 || !plain || rule !== 'NOTSET')
    refuse(context, 'a convolution along channels (allowed: one filter, step 1)');
  if (before! + after! !== length! - 1 || channels > MOST_BANDED)
    refuse(
      context,
      `a convolution along ${channels} channels with margins ${before} and ${after} (allowed: as many outputs, up to ${MOST_BANDED})`,
    );
  const values = new Float32Array(channels * channels);
  for (let output = 0; output < channels; output++) {
    for (let i = 0; i < length!; i++) {
      const input = output + i - before!;
      if (input >= 0 && input < channels) values[output * channels + input] = weight.values[i]!;
    }
  }
  const shift: Record<string, Parameter> =
    bias === null ? {} : { bias: { shape: [channels], values: new Float32Array(channels).fill(bias.values[0]!) } };
  const operation: Operation = { kind: 'dense', units: channels, bias: bias !== null };
  const node = context.graph.add(publishedName(context, 1), operation, [view.node], {
    weight: { shape: [channels, channels], values },
    ...shift,
  });
  return [viewValue(viewOf(node, view))];
}

/** Channels of which a square matrix is made: 64 MiB. */
const MOST_BANDED = 4096;

const pool =
  (kind: 'max' | 'average'): Operator =>
  (context) => {
    const { graph, node } = context;
    if (node.outputs.filter((output) => output !== '').length > 1)
      refuse(context, 'the places of maxima as a second output');
    const map = mapOf(context, viewAt(context));
    const shape = graph.shape(map);
    const { dilation, ...window } = windowOf(context, numbersOf(context, 'kernel_shape') ?? [], shape);
    if (dilation.some((step) => step !== 1)) refuse(context, `dilation ${dilation.join('×')} (allowed: 1)`);
    const ceil = numberOf(context, 'ceil_mode', 0) === 1;
    const { kernel, padding } = window;
    if (kind === 'average' && kernel[0] === shape[0] && kernel[1] === shape[1] && padding.every((side) => side === 0)) {
      return globalPool('globalAvgPool')(context);
    }
    const operation: Operation =
      kind === 'max'
        ? { kind: 'maxPool', ...window, ceil: ceil && ceilMatters(shape, window) }
        : {
            kind: 'avgPool',
            ...window,
            ceil: ceil && ceilMatters(shape, window),
            countPadding: numberOf(context, 'count_include_pad', 0) === 1,
          };
    const name = graph.add(node.name, operation, [map]);
    return [viewValue(channelsFirst(name, graph.shape(name)))];
  };

/** Whether rounding up gives another size: where not, the plain form is exact and followed faster. */
const ceilMatters = (map: readonly number[], { kernel, stride, padding }: Omit<Window, 'dilation'>): boolean =>
  ([0, 1] as const).some((axis) => {
    const size = (ceil: boolean) =>
      slidingLength(map[axis]!, kernel[axis], stride[axis], padding[2 * axis]!, padding[2 * axis + 1]!, { ceil });
    return size(true) !== size(false);
  });

const globalPool =
  (kind: 'globalAvgPool' | 'globalMaxPool'): Operator =>
  (context) => {
    const view = viewAt(context);
    const node = context.graph.add(context.node.name, { kind }, [mapOf(context, view)]);
    return [viewValue(freshView(context, node, view.shape.length))];
  };

/** Windows that slide over maps, and pools over all of them. */
export const windowOperators: Readonly<Record<string, Operator>> = {
  Conv: conv,
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalAveragePool: globalPool('globalAvgPool'),
  GlobalMaxPool: globalPool('globalMaxPool'),
};
