import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import type { GraphNode, Operation } from '../graph';
import { convolveBackward } from './convolution';
import { applyNode, type ParameterSource } from './evaluate';
import { maxPoolBackward } from './pooling';
import { type ReluRule, rectifyBackward } from './relu';

/** What the backward pass needs to know of the forward one. */
export interface ForwardPass {
  /** The evaluated nodes, in the graph's order; each reads others of them, `from`, or constants. */
  readonly nodes: readonly GraphNode[];
  /** The node whose slope is wanted. */
  readonly from: string;
  /** Those that `neededValues` names. */
  readonly values: ReadonlyMap<string, tf.Tensor>;
  /** Shape of every node's value, without the batch. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly parameter: ParameterSource;
  readonly reluRule: ReluRule;
}

const own = new Set<Operation['kind']>([
  'relu',
  'relu6',
  'maxPool',
  'batchNorm',
  'rescale',
  'add',
  'concat',
  'globalAvgPool',
  'flatten',
  'dense',
]);

/** Operations whose backward pass is written out here; of the others the engine differentiates one at a time. */
function isOwn(operation: Operation): boolean {
  return operation.kind === 'conv2d' ? operation.groups === 1 : own.has(operation.kind);
}

/** Names of the values that a backward pass over these nodes reads. */
export function neededValues(nodes: readonly GraphNode[], reluRule: ReluRule): Set<string> {
  const needed = new Set<string>();
  for (const { name, operation, inputs } of nodes) {
    const isRelu = operation.kind === 'relu' || operation.kind === 'relu6';
    if (isRelu && reluRule !== 'deconvolution') needed.add(name);
    if (operation.kind === 'maxPool' || !isOwn(operation)) needed.add(inputs[0]!);
  }
  return needed;
}

/**
 * The slope of a scalar with respect to the value of `from`, given its slope with respect to the last node's value.
 * By hand rather than by the engine's tape, which makes six operations of a ReLU's gradient and pads and slices
 * around every strided convolution.
 */
export function backward(pass: ForwardPass, slope: tf.Tensor): tf.Tensor {
  const { nodes, from } = pass;
  const depending = new Set([from]);
  for (const { name, inputs } of nodes) if (inputs.some((input) => depending.has(input))) depending.add(name);
  const parts = new Map<string, tf.Tensor[]>([[nodes.at(-1)!.name, [slope]]]);
  const summed = (name: string): tf.Tensor => {
    const all = parts.get(name)!;
    if (all.length === 1) return all[0]!;
    const sum = tf.addN(all);
    for (const part of all) part.dispose();
    return sum;
  };
  for (const node of [...nodes].reverse()) {
    if (!depending.has(node.name)) continue;
    const dy = summed(node.name);
    parts.delete(node.name);
    const slopes = tf.tidy(() => inputSlopes(node, dy, pass));
    node.inputs.forEach((input, i) => {
      if (depending.has(input)) parts.set(input, [...(parts.get(input) ?? []), slopes[i]!]);
      else slopes[i]!.dispose();
    });
    dy.dispose();
  }
  return summed(from);
}

/** The slope at each of a node's inputs. */
function inputSlopes(node: GraphNode, dy: tf.Tensor, pass: ForwardPass): tf.Tensor[] {
  const { name, operation, inputs } = node;
  const { values, shapes, parameter, reluRule } = pass;
  const [batch] = dy.shape as [number];
  const shape = [batch, ...shapes.get(inputs[0]!)!];
  if (!isOwn(operation)) {
    const alone = (x: tf.Tensor) => applyNode(node, [x], parameter, { reluRule });
    return [tf.grad(alone)(values.get(inputs[0]!)!, dy)];
  }
  switch (operation.kind) {
    case 'conv2d':
      return [
        convolveBackward(
          dy as tf.Tensor4D,
          parameter(`${name}.weight`) as tf.Tensor4D,
          operation,
          shape as [number, number, number, number],
        ),
      ];
    case 'batchNorm': {
      const variance = tf.add(parameter(`${name}.running_var`), operation.epsilon);
      return [tf.mul(dy, tf.mul(parameter(`${name}.weight`), tf.rsqrt(variance)))];
    }
    case 'rescale':
      return [tf.mul(dy, tf.tensor1d([...operation.scale]))];
    case 'relu':
    case 'relu6':
      return [rectifyBackward(dy, values.get(name), reluRule, operation.kind)];
    case 'maxPool':
      return [maxPoolBackward(dy as tf.Tensor4D, values.get(inputs[0]!) as tf.Tensor4D, operation)];
    case 'add':
      return inputs.map(() => tf.clone(dy));
    case 'concat':
      return tf.split(
        dy,
        inputs.map((input) => shapes.get(input)!.at(-1)!),
        3,
      );
    case 'globalAvgPool': {
      const [, height, width, channels] = shape as [number, number, number, number];
      const each = tf.mul(tf.reshape(dy, [batch, 1, 1, channels]), 1 / (height * width));
      return [tf.tile(each, [1, height, width, 1])];
    }
    case 'flatten': {
      const [, height, width, channels] = shape as [number, number, number, number];
      return [tf.transpose(tf.reshape(dy, [batch, channels, height, width]), [0, 2, 3, 1])];
    }
    case 'dense':
      return [tf.matMul(dy as tf.Tensor2D, parameter(`${name}.weight`) as tf.Tensor2D, false, true)];
    default:
      throw new WhylightError(`no backward pass for ${operation.kind}, at ${name}`);
  }
}
