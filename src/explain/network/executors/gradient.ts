import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Graph } from '../graph';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import type { Activation } from './activations';
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

/** Gradients of one batch, image after image. */
export interface BatchGradient {
  /** Raw outputs, batch × outputs. */
  readonly outputs: Float32Array;
  /** Shape of one image's value at the node: `[H, W, C]`, or `[C]`. */
  readonly shape: readonly number[];
  /** The node's values, batch × shape. */
  readonly activations: Float32Array;
  /** Gradients with respect to them, batch × shape. */
  readonly gradients: Float32Array;
}

/** A network whose weights stay uploaded between batches of gradients; `close` frees them. */
export interface GradientSession {
  /**
   * @param values batch × H × W × 3 of the input.
   * @param outputWeights one weight a raw output, the same for every image.
   */
  readonly run: (values: Float32Array, batch: number, outputWeights: Float32Array) => BatchGradient;
  readonly close: () => void;
}

/** Where a gradient is taken, and how ReLUs pass it. */
export interface GradientOptions {
  /** The node; default the input. */
  readonly at?: string;
  /** What a ReLU passes backwards; default its gradient. */
  readonly reluRule?: ReluRule;
}

/**
 * Opens a session for gradients of outputWeights · rawOutputs, by the engine's own differentiation. At an inner node
 * of a block, what a shortcut takes past the node counts as constant.
 *
 * @throws WhylightError for an unknown node and, when run, for a wrong number of weights.
 */
export function openGradient(network: Network, { at, reluRule = 'gradient' }: GradientOptions = {}): GradientSession {
  const inputName = network.graph[0]!.name;
  const node = at === undefined || at === 'input' ? inputName : at;
  const { graph, parameters } = foldBatchNorm(network, [node]).network;
  const last = graph.at(-1)!.name;
  const expected = nodeShapes(graph, network.inputShape)
    .get(last)!
    .reduce((product, length) => product * length, 1);
  neededNodes(graph, [node], new Set([inputName]));
  const uploaded = uploadParameters(graph, parameters);
  return {
    run: (values, batch, outputWeights) => {
      // Before the tape starts: what it holds is not freed when an error cuts it short.
      if (outputWeights.length !== expected) {
        throw new WhylightError(`${outputWeights.length} output weights for ${expected} raw outputs`);
      }
      return scoped(() => {
        const input = tf.tensor(values, [batch, ...network.inputShape]);
        const known = valuesUntil(node, graph, input, uploaded.source);
        const start = known.get(node)!;
        let outputs = new Float32Array(0);
        const slope = tf.grad((x: tf.Tensor) => {
          const raw = evaluate(graph, x, uploaded.source, { from: node, known, reluRule }).get(last)!;
          outputs = raw.dataSync() as Float32Array<ArrayBuffer>;
          return tf.sum(tf.mul(tf.reshape(raw, [batch, -1]), tf.tensor1d(outputWeights)));
        })(start);
        return {
          outputs,
          shape: start.shape.slice(1),
          activations: start.dataSync() as Float32Array,
          gradients: slope.dataSync() as Float32Array,
        };
      });
    },
    close: uploaded.dispose,
  };
}

/**
 * Gradient on one image; for many, `openGradient`.
 *
 * @param values H×W×3 of the network's input.
 * @param outputWeights one weight a raw output.
 */
export function gradient(
  network: Network,
  values: Float32Array,
  outputWeights: Float32Array,
  options: GradientOptions = {},
): Gradient {
  const session = openGradient(network, options);
  try {
    const { outputs: output, shape, activations, gradients } = session.run(values, 1, outputWeights);
    const score = outputWeights.reduce((sum, weight, i) => sum + (weight === 0 ? 0 : weight * output[i]!), 0);
    const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0]!];
    const whole = (all: Float32Array): Activation => ({ height, width, channels, values: all });
    return { output, score, activation: whole(activations), gradient: whole(gradients) };
  } finally {
    session.close();
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
