import { tf } from '../../engine';
import { listAllowed, WhylightError } from '../../errors';
import type { Graph, GraphNode } from '../graph';
import { convolve, convolveForward } from './convolution';
import { native } from './native';
import { adaptiveAveragePool, averagePool, maxPool, maxPoolForward } from './pooling';
import { type ReluRule, rectify } from './relu';
import { convolveWinograd, type WinogradWeights } from './winograd';
import { prefersWinograd } from './winograd-plan';

/** Gives a parameter by name (`conv1.weight`) as a tensor in the engine's layout: see `engine-layout.ts`. */
export type ParameterSource = (name: string) => tf.Tensor;

/** How a graph is evaluated. */
export interface EvaluateOptions {
  /** Default `gradient`. */
  readonly reluRule?: ReluRule;
  /** Replaces batch norm, for training. Default: running statistics. */
  readonly batchNorm?: (node: GraphNode, x: tf.Tensor4D) => tf.Tensor4D;
  /** Nodes whose values are wanted beside the last one's. */
  readonly keep?: ReadonlySet<string>;
  /** Starts with this node's value instead of the input's. Default: the input node. */
  readonly from?: string;
  /** Values of other nodes, taken as they are instead of evaluated. */
  readonly known?: ReadonlyMap<string, tf.Tensor>;
  /** Disposes of values after their last use, and takes operations without a gradient: not under a tape. Default false. */
  readonly free?: boolean;
  /** With `free`: 3×3 convolutions take Winograd's way where that is worth it. Default: none does. */
  readonly winograd?: WinogradWeights;
}

/**
 * Evaluates a graph on tensors; the caller tidies. Inside `src/explain` only: tensors go no further.
 *
 * @param start value of the input (or of `from`), batch × H × W × C.
 * @returns the wanted nodes' values, the last node's among them.
 */
export function evaluate(
  graph: Graph,
  start: tf.Tensor,
  parameter: ParameterSource,
  {
    reluRule = 'gradient',
    batchNorm,
    keep = new Set(),
    from,
    known = new Map(),
    free = false,
    winograd,
  }: EvaluateOptions = {},
): Map<string, tf.Tensor> {
  const last = graph.at(-1)!.name;
  const first = from ?? graph[0]!.name;
  const needed = neededNodes(graph, [last, ...keep], new Set([first, ...known.keys()]));
  const uses = new Map<string, number>();
  for (const node of needed) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const values = new Map<string, tf.Tensor>([...known, [first, start]]);
  const lasting = new Set([...keep, ...known.keys(), first, last]);
  for (const node of needed) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    const value = () => applyNode(node, inputs, parameter, { reluRule, batchNorm, free, winograd });
    values.set(node.name, free ? tf.tidy(value) : value());
    for (const name of free ? node.inputs : []) {
      uses.set(name, uses.get(name)! - 1);
      if (uses.get(name) === 0 && !lasting.has(name)) values.get(name)!.dispose();
    }
  }
  return new Map([...keep, last].map((name) => [name, values.get(name)!]));
}

/**
 * The nodes between the given ones (exclusive) and the wanted ones, in the graph's order.
 * @throws WhylightError for unknown nodes, and where the given ones do not suffice.
 */
export function neededNodes(graph: Graph, wanted: readonly string[], given: ReadonlySet<string>): GraphNode[] {
  const names = new Set(graph.map((node) => node.name));
  for (const name of [...wanted, ...given]) {
    if (!names.has(name))
      throw new WhylightError(`unknown layer: ${name} (this network has: ${listAllowed([...names])})`);
  }
  const open = new Set(wanted);
  const needed: GraphNode[] = [];
  for (const node of [...graph].reverse()) {
    if (!open.has(node.name) || given.has(node.name)) continue;
    if (node.operation.kind === 'input') {
      throw new WhylightError(`cannot start at ${[...given].join(' and ')}: a later node reads what comes before`);
    }
    needed.push(node);
    for (const input of node.inputs) open.add(input);
  }
  return needed.reverse();
}

/** One node's value from its inputs'. */
export function applyNode(
  node: GraphNode,
  inputs: readonly tf.Tensor[],
  parameter: ParameterSource,
  { reluRule: rule = 'gradient', batchNorm, free = false, winograd }: Omit<EvaluateOptions, 'keep' | 'from' | 'known'>,
): tf.Tensor {
  const { name, operation } = node;
  const x = inputs[0] as tf.Tensor4D;
  switch (operation.kind) {
    case 'input':
      throw new WhylightError('the input has no value of its own');
    case 'conv2d': {
      const weight = () => parameter(`${name}.weight`) as tf.Tensor4D;
      const fast = free && winograd !== undefined && prefersWinograd(operation, x.shape, winograd.copies);
      const y = fast
        ? convolveWinograd(x, winograd.weight(name), operation.padding)
        : (free ? convolveForward : convolve)(x, weight(), operation);
      if (!operation.bias) return y;
      const bias = parameter(`${name}.bias`);
      // By this name TensorFlow joins it to the convolution in a compiled graph.
      return free ? native('BiasAdd', { data_format: 'NHWC' }, [y, bias]) : tf.add(y, bias);
    }
    case 'batchNorm': {
      if (batchNorm !== undefined) return batchNorm(node, x);
      const variance = tf.add(parameter(`${name}.running_var`), operation.epsilon);
      const scale = tf.mul(parameter(`${name}.weight`), tf.rsqrt(variance));
      const shift = tf.sub(parameter(`${name}.bias`), tf.mul(parameter(`${name}.running_mean`), scale));
      return tf.add(tf.mul(x, scale), shift);
    }
    case 'relu':
      return rectify(x, rule, Number.POSITIVE_INFINITY);
    case 'relu6':
      return rectify(x, rule, 6);
    case 'maxPool':
      return (free ? maxPoolForward : maxPool)(x, operation);
    case 'avgPool':
      return averagePool(x, operation);
    case 'pad': {
      const [top, bottom, left, right] = operation.padding;
      return tf.pad(x, [[0, 0], [top, bottom], [left, right], [...operation.channels]]);
    }
    case 'subsample':
      // A 1×1 pool rather than a strided slice, which has no gradient in TensorFlow.js.
      return tf.avgPool(x, [1, 1], [...operation.stride], 'valid');
    case 'add':
      return inputs.reduce((sum, value) => tf.add(sum, value));
    case 'concat':
      return tf.concat([...inputs], 3);
    case 'rescale':
      return tf.add(tf.mul(x, tf.tensor1d([...operation.scale])), tf.tensor1d([...operation.shift]));
    case 'adaptiveAvgPool':
      return adaptiveAveragePool(x, operation.size);
    case 'globalAvgPool':
      return tf.mean(x, [1, 2]);
    case 'globalMaxPool':
      return tf.max(x, [1, 2]);
    case 'flatten':
      return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
    case 'dense': {
      const y = tf.matMul(x as unknown as tf.Tensor2D, parameter(`${name}.weight`) as tf.Tensor2D);
      return operation.bias ? tf.add(y, parameter(`${name}.bias`)) : y;
    }
  }
}
