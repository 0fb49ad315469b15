import { numbersIn } from '../operations/operation';
import {
  constantAt,
  numberOf,
  type Operator,
  optionalAt,
  parameter,
  publishedName,
  refuse,
  viewAt,
  viewValue,
} from './importer';
import { fromStart } from './reckon';
import { channelAxis, viewOf } from './view';

const layerNorm: Operator = (context) => {
  const view = viewAt(context);
  const last = view.shape.length - 1;
  const axis = fromStart(numberOf(context, 'axis', -1), view.shape.length);
  const channels = context.graph.shape(view.node).at(-1)!;
  if (axis !== last || channelAxis(view) !== last || view.shape[last] !== channels) {
    refuse(context, `over other axes than the channels (of ${view.shape.join('×')} from axis ${axis} on)`);
  }
  const weight = optionalAt(context, 1, 'a scale');
  const bias = optionalAt(context, 2, 'a bias');
  const list = (constant: typeof weight, otherwise: number) =>
    constant === null ? new Float32Array(channels).fill(otherwise) : Float32Array.from(constant.values);
  const node = context.graph.add(
    publishedName(context, 1),
    { kind: 'layerNorm', epsilon: numberOf(context, 'epsilon', 1e-5) },
    [view.node],
    {
      weight: { shape: [channels], values: list(weight, 1) },
      bias: { shape: [channels], values: list(bias, 0) },
    },
  );
  return [viewValue(viewOf(node, view))];
};

/** Statistics of each of some groups of channels over the whole map; instance norm's groups are the channels. */
const groupNorm: Operator = (context) => {
  const { graph, node } = context;
  const view = viewAt(context);
  const storage = graph.shape(view.node);
  const channels = storage.at(-1)!;
  const [batch, own, ...rest] = view.factors;
  const instance = node.operator === 'InstanceNormalization';
  const groups = instance ? view.shape[1]! : numberOf(context, 'num_groups', 1);
  const places = [...own!, ...rest.flat()];
  const whole = numbersIn(places.map(({ length }) => length)) === numbersIn(storage) && storage.length === 3;
  const leading =
    own!.length <= 1 && own!.every(({ axis, step }) => axis === 'C' && step === channels / own![0]!.length);
  if (batch!.length > 0 || !whole || !leading || view.start !== 0 || channels % groups !== 0) {
    refuse(context, `groups of something else than the channels of a map (${view.shape.join('×')})`);
  }
  const each = (at: number) => {
    const { values } = parameter(constantAt(context, at, 'its numbers'));
    const share = channels / values.length;
    return {
      shape: [channels],
      values: Float32Array.from({ length: channels }, (_, c) => values[Math.floor(c / share)]!),
    };
  };
  const name = graph.add(
    publishedName(context, 1),
    { kind: 'groupNorm', groups, epsilon: numberOf(context, 'epsilon', 1e-5) },
    [view.node],
    { weight: each(1), bias: each(2) },
  );
  return [viewValue({ ...view, node: name })];
};

/** Norms over channels, and over groups of them. */
export const normOperators: Readonly<Record<string, Operator>> = {
  LayerNormalization: layerNorm,
  InstanceNormalization: groupNorm,
  GroupNormalization: groupNorm,
};
