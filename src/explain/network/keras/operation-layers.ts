import { WhylightError } from '../../errors';
import { WHERE_TO_ASK } from '../foreign/where-to-ask';
import { type Arithmetic, combine, isValue, type Operand } from '../tensorflow/arithmetic';
import { concatenate, globalPool, pickChannels, reshaped } from '../tensorflow/shaping';
import { type Constant, tensorShape, type Value } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import { activate } from './activations';
import type { KerasCall, KerasLayer } from './keras-model';
import type { Reading } from './layers';
import { constantOf } from './topology';

/** A call of a function where a layer is expected: TFOpLambda of Keras 2, an operation of Keras 3. */
type Mapping = (
  reading: Reading,
  layer: KerasLayer,
  operands: readonly Operand[],
  options: KerasCall['options'],
) => Value;

const arithmetic =
  (kind: Arithmetic): Mapping =>
  ({ graph }, layer, operands, options) => {
    const constants = Object.values(options).flatMap((value) =>
      Array.isArray(value) ? (constantOf(value) ?? []) : [],
    );
    const [first, second, ...more] = [...operands, ...constants];
    if (first === undefined || second === undefined || more.length > 0) {
      throw new WhylightError(`${layer.name} joins ${operands.length} values (allowed: 2)`);
    }
    return combine(graph, layer.name, kind, first, second);
  };

const activation =
  (name: string): Mapping =>
  ({ graph, version }, layer, operands) =>
    activate(graph, layer.name, name, value(layer, operands), version);

const mean: Mapping = ({ graph }, layer, operands, options) => {
  const x = value(layer, operands);
  const axes = [options.axis ?? layer.config.axis ?? options['1']].flat().map(Number);
  const rank = tensorShape(x).length + 1;
  const spatial = x.channelsFirst ? '2,3' : '1,2';
  const sorted = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  if (sorted.join() !== spatial) {
    throw new WhylightError(`${layer.name}: a mean over the axes ${axes.join(', ')} (allowed: rows and columns)`);
  }
  return globalPool(graph, layer.name, x, 'globalAvgPool', (options.keepdims ?? layer.config.keepdims) === true);
};

/** Of `x[..., ::-1]` and `x[..., 2]`: channels alone. */
const getItem: Mapping = ({ graph }, layer, operands, options) => {
  const x = value(layer, operands);
  const spec = options.slice_spec ?? options['1'] ?? options.key;
  const parts = Array.isArray(spec) ? spec : [spec];
  const last = parts.at(-1);
  const channels = x.map?.[2] ?? 0;
  const whole = (part: unknown) => {
    const { start, stop, step } = bounds(part);
    return isEllipsis(part) || (isSlice(part) && [start, stop, step].every((bound) => bound === null));
  };
  const reaches = parts.length === 4 || (parts.length < 4 && parts.some(isEllipsis));
  if (x.map === null || x.channelsFirst || !reaches || !parts.slice(0, -1).every(whole)) {
    throw new WhylightError(`${layer.name} takes a part of a value (allowed: of the channels, x[..., ::-1] for one)`);
  }
  if (Number.isInteger(last))
    return pickChannels(graph, layer.name, x, [(last as number) + ((last as number) < 0 ? channels : 0)]);
  return pickChannels(graph, layer.name, x, sliced(layer, last, channels));
};

const isEllipsis = (part: unknown) =>
  part === '...' ||
  ['__ellipsis__', 'Ellipsis'].includes(String((part as { class_name?: unknown } | null)?.class_name));

const isSlice = (part: unknown) => typeof part === 'object' && part !== null && !isEllipsis(part);

function bounds(part: unknown): Record<'start' | 'stop' | 'step', number | null> {
  const fields = ((part as { config?: unknown } | null)?.config ?? part ?? {}) as Record<string, unknown>;
  const bound = (key: string) => (typeof fields[key] === 'number' ? (fields[key] as number) : null);
  return { start: bound('start'), stop: bound('stop'), step: bound('step') };
}

/** Python's slice of 0 … length − 1. */
function sliced(layer: KerasLayer, part: unknown, length: number): number[] {
  const { start, stop, step } = bounds(part);
  const by = step ?? 1;
  if (!isSlice(part) || !Number.isInteger(by) || by === 0)
    throw new WhylightError(`${layer.name} takes an unknown part of a value`);
  const place = (bound: number | null, otherwise: number) =>
    bound === null ? otherwise : Math.min(Math.max(bound < 0 ? bound + length : bound, by < 0 ? -1 : 0), length);
  const all = Array.from({ length }, (_, i) => i);
  const from = place(start, by < 0 ? length - 1 : 0);
  const to = place(stop, by < 0 ? -1 : length);
  return (by < 0 ? all.reverse() : all).filter(
    (i) => (by < 0 ? i <= from && i > to : i >= from && i < to) && (i - from) % by === 0,
  );
}

/** Channels that were taken one by one, together again. */
const stack: Mapping = ({ graph }, layer, operands, options) => {
  const axis = Number(layer.config.axis ?? options.axis ?? options['1']);
  const values = operands.filter(isValue);
  if ((axis !== -1 && axis !== 3) || values.some(({ map }) => map?.[2] !== 1)) {
    throw new WhylightError(`${layer.name} stacks values (allowed: single channels, along the last axis)`);
  }
  return concatenate(graph, layer.name, values, -1);
};

const joined: Mapping = ({ graph }, layer, operands, options) =>
  concatenate(graph, layer.name, operands.filter(isValue), Number(options.axis ?? layer.config.axis ?? -1));

const same: Mapping = (_, layer, operands) => value(layer, operands);

/** By the last part of the function's name in Keras 2, by the operation's name in Keras 3, both without underscores. */
const functions: Readonly<Record<string, Mapping>> = {
  add: arithmetic('add'),
  addv2: arithmetic('add'),
  radd: arithmetic('add'),
  subtract: arithmetic('subtract'),
  sub: arithmetic('subtract'),
  rsub: arithmetic('subtract'),
  multiply: arithmetic('multiply'),
  mul: arithmetic('multiply'),
  rmul: arithmetic('multiply'),
  truediv: arithmetic('divide'),
  truedivide: arithmetic('divide'),
  divide: arithmetic('divide'),
  div: arithmetic('divide'),
  realdiv: arithmetic('divide'),
  maximum: arithmetic('maximum'),
  minimum: arithmetic('minimum'),
  biasadd: arithmetic('add'),
  negative: ({ graph }, layer, operands) =>
    combine(graph, layer.name, 'multiply', value(layer, operands), { shape: [], values: [-1] }),
  ...Object.fromEntries(
    [
      ...['relu', 'relu6', 'sigmoid', 'tanh', 'softplus', 'selu', 'elu', 'swish', 'silu', 'gelu'],
      ...['leaky_relu', 'hard_sigmoid', 'hard_silu', 'hard_swish', 'softmax'],
    ].map((name) => [name.replaceAll('_', ''), activation(name)]),
  ),
  reducemean: mean,
  mean,
  getitem: getItem,
  stack,
  concat: joined,
  concatenate: joined,
  reshape: ({ graph }, layer, operands, options) => {
    const shape = [options.shape ?? options.newshape ?? layer.config.newshape ?? options['1']].flat().map(Number);
    return reshaped(graph, layer.name, value(layer, operands), shape.slice(1));
  },
  cast: same,
  identity: same,
  stopgradient: same,
};

const operationClasses = ['TFOpLambda', 'TensorFlowOpLayer', 'SlicingOpLambda'];

/**
 * How a function that was called where a layer is expected goes into the graph; null for a layer.
 * @throws WhylightError for a function that does not.
 */
export function operationMapping(layer: KerasLayer, call: KerasCall | null): Mapping | null {
  const { className, config } = layer;
  if (!operationClasses.includes(className)) {
    // Keras 3 writes an operation as a layer without a type of numbers.
    const operation = call !== null && !('dtype' in config) && !('trainable' in config) && className !== 'InputLayer';
    const name = className.toLowerCase();
    return operation && Object.hasOwn(functions, name) ? withDefaults(name) : null;
  }
  const title = className === 'SlicingOpLambda' ? 'getitem' : String(config.function ?? config.name);
  const name = title.split('.').at(-1)!.replaceAll('_', '').toLowerCase();
  if (Object.hasOwn(functions, name)) return withDefaults(name);
  throw new WhylightError(
    `layer ${layer.name} calls ${quoteName(title)}, which is not supported (supported: ${Object.keys(functions).join(', ')}; ${WHERE_TO_ASK})`,
  );
}

/** Functions whose defaults the layer's call may change, so that another than the graph's is meant. */
function withDefaults(name: string): Mapping {
  return (reading, layer, operands, options) => {
    for (const key of ['alpha', 'negative_slope', 'approximate', 'max_value', 'threshold']) {
      const value = options[key] ?? layer.config[key];
      const changed = value !== undefined && value !== null && value !== 0 && value !== false;
      if (changed) return changedDefault(reading, layer, operands, name, key, value);
    }
    return functions[name]!(reading, layer, operands, options);
  };
}

function changedDefault(
  { graph }: Reading,
  layer: KerasLayer,
  operands: readonly Operand[],
  name: string,
  key: string,
  changed: unknown,
): Value {
  const x = value(layer, operands);
  const number = Number(changed);
  if (name === 'leakyrelu') return graph.add(layer.name, { kind: 'leakyRelu', slope: number }, [x]);
  if (name === 'elu') return graph.add(layer.name, { kind: 'elu', alpha: number }, [x]);
  if (name === 'gelu') return graph.add(layer.name, { kind: 'gelu', approximation: 'tanh' }, [x]);
  if (name === 'relu' && key === 'max_value')
    return graph.add(layer.name, { kind: 'clip', least: 0, most: number }, [x]);
  throw new WhylightError(`layer ${layer.name} calls ${name} with ${key} ${String(changed)}, which is not supported`);
}

function value(layer: KerasLayer, operands: readonly (Value | Constant)[]): Value {
  const values = operands.filter(isValue);
  if (values.length === 1) return values[0]!;
  throw new WhylightError(`layer ${layer.name} reads ${values.length} values (allowed: one)`);
}
