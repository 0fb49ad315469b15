import { tf } from '../../engine';
import { listAllowed, WhylightError } from '../../errors';
import type { Graph, GraphNode, Operation, Padding, Pair } from '../graph';
import { slidingLength } from '../node-shapes';

/**
 * What a ReLU passes backwards: its gradient g·1[x>0]; relu(g) (deconvolution, Zeiler and Fergus 2014);
 * or relu(g)·1[x>0] (guided backpropagation, Springenberg et al. 2015).
 */
export type ReluRule = 'gradient' | 'deconvolution' | 'guided';

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
  /** Disposes of values after their last use; not under a gradient tape. Default false. */
  readonly free?: boolean;
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
  { reluRule = 'gradient', batchNorm, keep = new Set(), from, free = false }: EvaluateOptions = {},
): Map<string, tf.Tensor> {
  const last = graph.at(-1)!.name;
  const first = from ?? graph[0]!.name;
  const needed = neededNodes(graph, [last, ...keep], first);
  const uses = new Map<string, number>();
  for (const node of needed) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const values = new Map<string, tf.Tensor>([[first, start]]);
  for (const node of needed) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    const value = () => apply(node, inputs, parameter, reluRule, batchNorm);
    values.set(node.name, free ? tf.tidy(value) : value());
    for (const name of free ? node.inputs : []) {
      uses.set(name, uses.get(name)! - 1);
      if (uses.get(name) === 0 && !keep.has(name) && name !== first && name !== last) values.get(name)!.dispose();
    }
  }
  return new Map([...keep, last].map((name) => [name, values.get(name)!]));
}

/** The nodes between `first` (exclusive) and the wanted ones, in the graph's order. */
function neededNodes(graph: Graph, wanted: readonly string[], first: string): GraphNode[] {
  const names = new Set(graph.map((node) => node.name));
  for (const name of [...wanted, first]) {
    if (!names.has(name))
      throw new WhylightError(`unknown layer: ${name} (this network has: ${listAllowed([...names])})`);
  }
  const open = new Set(wanted);
  const needed: GraphNode[] = [];
  for (const node of [...graph].reverse()) {
    if (!open.has(node.name) || node.name === first) continue;
    if (node.operation.kind === 'input') {
      throw new WhylightError(`cannot start at ${first}: a later node also reads the input past it`);
    }
    needed.push(node);
    for (const input of node.inputs) open.add(input);
  }
  return needed.reverse();
}

function apply(
  node: GraphNode,
  inputs: readonly tf.Tensor[],
  parameter: ParameterSource,
  rule: ReluRule,
  batchNorm: EvaluateOptions['batchNorm'],
): tf.Tensor {
  const { name, operation } = node;
  const x = inputs[0] as tf.Tensor4D;
  switch (operation.kind) {
    case 'input':
      throw new WhylightError('the input has no value of its own');
    case 'conv2d': {
      const y = convolve(x, parameter(`${name}.weight`) as tf.Tensor4D, operation);
      return operation.bias ? tf.add(y, parameter(`${name}.bias`)) : y;
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
      return tf.maxPool(padForPool(x, operation, -3e38), [...operation.kernel], [...operation.stride], 'valid');
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

function convolve(x: tf.Tensor4D, weight: tf.Tensor4D, operation: Operation & { kind: 'conv2d' }): tf.Tensor4D {
  const { kernel, stride, padding, dilation, groups } = operation;
  const same =
    stride.every((s) => s === 1) &&
    kernel.every((k, axis) => {
      const extent = (k - 1) * dilation[axis]!;
      return extent % 2 === 0 && padding[2 * axis] === extent / 2 && padding[2 * axis + 1] === extent / 2;
    });
  // The engine has no gradient for explicit padding: 'same' where it means the same, else padding as a step of its own.
  const padded = same ? x : padMap(x, padding, 0);
  const mode = same ? 'same' : 'valid';
  const strides: [number, number] = [...stride];
  const spread = spreadKernel(weight, dilation);
  if (groups === 1) return tf.conv2d(padded, spread, strides, mode);
  if (groups === x.shape[3]) return tf.depthwiseConv2d(padded, spread, strides, mode);
  const weights = tf.split(spread, groups, 3);
  const parts = tf.split(padded, groups, 3);
  return tf.concat(
    parts.map((part, group) => tf.conv2d(part, weights[group]!, strides, mode)),
    3,
  );
}

/** The kernel with zeros between its taps: the engine has no gradient for a dilated convolution. */
function spreadKernel(weight: tf.Tensor4D, [down, across]: Pair): tf.Tensor4D {
  if (down === 1 && across === 1) return weight;
  const [height, width, inputs, outputs] = weight.shape;
  const taps = tf.reshape(weight, [height, 1, width, 1, inputs * outputs]) as tf.Tensor5D;
  const spaced = tf.pad(taps, [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const full: tf.Tensor4D = tf.reshape(spaced, [height * down, width * across, inputs, outputs]);
  return tf.slice(full, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, inputs, outputs]);
}

function padMap(x: tf.Tensor4D, [top, bottom, left, right]: Padding, value: number): tf.Tensor4D {
  if (top + bottom + left + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

function rectify(x: tf.Tensor4D, rule: ReluRule, ceiling: number): tf.Tensor4D {
  const capped = ceiling !== Number.POSITIVE_INFINITY;
  // The engine's own gradient of a ReLU6 also passes where x is 6, and a clip's where x is 0.
  if (rule === 'gradient' && !capped) return tf.relu(x);
  const ruled = tf.customGrad((v, save) => {
    (save as tf.GradSaveFunc)([v as tf.Tensor]);
    return {
      value: capped ? tf.clipByValue(v as tf.Tensor, 0, ceiling) : tf.relu(v as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const passed = rule === 'gradient' ? dy : tf.relu(dy);
        if (rule === 'deconvolution') return passed;
        const open = tf.logicalAnd(tf.greater(saved[0]!, 0), tf.less(saved[0]!, ceiling));
        return tf.mul(passed, tf.cast(open, 'float32'));
      },
    };
  });
  return ruled(x) as tf.Tensor4D;
}

type Pool = Operation & { kind: 'maxPool' | 'avgPool' };

/** Rows or columns to add after the map so that the last window, ceil mode's too, lies inside it. */
function poolPadding(pool: Pool, height: number, width: number): Padding {
  const { kernel, stride, padding, ceil } = pool;
  const after = [height, width].map((length, axis) => {
    const before = padding[2 * axis]!;
    const count = slidingLength(length, kernel[axis]!, stride[axis]!, before, padding[2 * axis + 1]!, { ceil });
    return Math.max(0, (count - 1) * stride[axis]! + kernel[axis]! - length - before);
  });
  return [padding[0], after[0]!, padding[2], after[1]!];
}

function padForPool(x: tf.Tensor4D, pool: Pool, value: number): tf.Tensor4D {
  return padMap(x, poolPadding(pool, x.shape[1], x.shape[2]), value);
}

function averagePool(x: tf.Tensor4D, pool: Operation & { kind: 'avgPool' }): tf.Tensor {
  const { kernel, stride } = pool;
  const padded = padForPool(x, pool, 0);
  const mean = tf.avgPool(padded, [...kernel], [...stride], 'valid');
  if (padded === x) return mean;
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const length = x.shape[axis + 1]!;
    const before = pool.padding[2 * axis]!;
    const limit = pool.countPadding ? [-before, length + pool.padding[2 * axis + 1]!] : [0, length];
    return Array.from({ length: mean.shape[axis + 1]! }, (_, i) => {
      const start = i * stride[axis] - before;
      return kernel[axis] / (Math.min(limit[1]!, start + kernel[axis]) - Math.max(limit[0]!, start));
    });
  });
  const factors = rows!.flatMap((row) => columns!.map((column) => row * column));
  return tf.mul(mean, tf.tensor4d(factors, [1, rows!.length, columns!.length, 1]));
}
