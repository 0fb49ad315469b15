import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Graph } from '../graph';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { type Activation, readActivation } from './activations';
import { uploadParameters } from './engine-layout';
import { evaluate, neededNodes, type ParameterSource } from './evaluate';
import type { ReluRule } from './relu';

/** A score, and its gradient with respect to one node's value. */
export interface Gradient {
  /** Raw outputs. */
  readonly output: Float32Array;
  /** outputWeights · output. */
  readonly score: number;
  readonly activation: Activation;
  readonly gradient: Activation;
}

/**
 * Gradient of outputWeights · rawOutputs on one image, by the engine's own differentiation. At an inner node of a
 * block, what a shortcut takes past the node counts as constant.
 *
 * @param values H×W×3 of the network's input.
 * @param outputWeights one weight a raw output.
 * @param options.at the node; default the input.
 * @param options.reluRule what a ReLU passes backwards; default its gradient.
 * @throws WhylightError for an unknown node and a wrong number of weights.
 */
export function gradient(
  network: Network,
  values: Float32Array,
  outputWeights: Float32Array,
  { at, reluRule = 'gradient' }: { readonly at?: string; readonly reluRule?: ReluRule } = {},
): Gradient {
  const inputName = network.graph[0]!.name;
  const node = at === undefined || at === 'input' ? inputName : at;
  const { graph, parameters } = foldBatchNorm(network, [node]).network;
  const last = graph.at(-1)!.name;
  const outputs = nodeShapes(graph, network.inputShape)
    .get(last)!
    .reduce((product, length) => product * length, 1);
  neededNodes(graph, [node], new Set([inputName]));
  // Before the tape starts: what it holds is not freed when an error cuts it short.
  if (outputWeights.length !== outputs) {
    throw new WhylightError(`${outputWeights.length} output weights for ${outputs} raw outputs`);
  }
  const uploaded = uploadParameters(graph, parameters);
  try {
    return scoped(() => {
      const input = tf.tensor(values, [1, ...network.inputShape]);
      const known = valuesUntil(node, graph, input, uploaded.source);
      const start = known.get(node)!;
      let output = new Float32Array(0);
      const slope = tf.grad((x: tf.Tensor) => {
        const raw = evaluate(graph, x, uploaded.source, { from: node, known, reluRule }).get(last)!;
        output = raw.dataSync() as Float32Array<ArrayBuffer>;
        return tf.sum(tf.mul(tf.reshape(raw, [-1]), tf.tensor1d(outputWeights)));
      })(start);
      const score = outputWeights.reduce((sum, weight, i) => sum + (weight === 0 ? 0 : weight * output[i]!), 0);
      return { output, score, activation: readActivation(start), gradient: readActivation(slope) };
    });
  } finally {
    uploaded.dispose();
  }
}

/** The node's value, and those of earlier nodes that nodes after it read. */
function valuesUntil(node: string, graph: Graph, input: tf.Tensor, source: ParameterSource): Map<string, tf.Tensor> {
  const cut = graph.findIndex(({ name }) => name === node) + 1;
  if (cut === 1) return new Map([[node, input]]);
  const read = new Set(graph.slice(cut).flatMap(({ inputs }) => inputs));
  const before = graph.slice(0, cut);
  const keep = new Set(before.map(({ name }) => name).filter((name) => read.has(name)));
  return evaluate(before, input, source, { keep, free: true });
}
