import { tf } from '../../engine';
import type { GraphNode } from '../graph';
import { descriptionOf } from '../operations';
import type { ReluRule } from '../operations/operation';
import { applyNode, type ParameterSource } from './evaluate';

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

/** Names of the values that a backward pass over these nodes reads. */
export function neededValues(nodes: readonly GraphNode[], reluRule: ReluRule): Set<string> {
  const names = new Set<string>();
  for (const node of nodes) {
    for (const what of descriptionOf(node).backward.reads(node.operation, reluRule)) {
      for (const name of what === 'output' ? [node.name] : node.inputs) names.add(name);
    }
  }
  return names;
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
function inputSlopes(
  node: GraphNode,
  dy: tf.Tensor,
  { values, shapes, parameter, reluRule }: ForwardPass,
): tf.Tensor[] {
  const { name, operation, inputs } = node;
  return descriptionOf(node).backward.slopes(operation, dy, {
    shapes: inputs.map((input) => shapes.get(input)!),
    input: (index) => values.get(inputs[index]!)!,
    output: () => values.get(name)!,
    weight: (part) => parameter(`${name}.${part}`),
    reluRule,
    differentiate: () => {
      const alone = (...all: tf.Tensor[]) => applyNode(node, all, parameter, { reluRule });
      return tf.grads(alone)(
        inputs.map((input) => values.get(input)!),
        dy,
      );
    },
  });
}
