import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { numbersIn, type ReluRule } from '../operations/operation';
import type { Activation } from './activations';
import { uploadParameters } from './engine-layout';
import { neededNodes } from './evaluate';
import { gradientPasses } from './gradient-passes';

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

/** The same for several scores: of each the gradients. */
type BatchGradients = Omit<BatchGradient, 'gradients'> & { readonly gradients: readonly Float32Array[] };

/**
 * One weight a raw output, the same for every image of a batch; or how they follow from the batch's raw outputs: one set
 * for all images, or one for each.
 */
export type OutputWeights = Float32Array | ((outputs: Float32Array) => Float32Array);

/** A network whose weights stay uploaded between batches of gradients; `close` frees them. */
export interface GradientSession {
  /** @param values batch × H × W × 3 of the input. */
  readonly run: (values: Float32Array, batch: number, outputWeights: OutputWeights) => BatchGradient;
  /** Several scores of the same images: one forward pass, and a backward pass for each. */
  readonly runEach: (values: Float32Array, batch: number, scores: readonly OutputWeights[]) => BatchGradients;
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
 * Opens a session for gradients of outputWeights · rawOutputs: a forward pass that keeps what the backward one reads.
 * At an inner node of a block, what a shortcut takes past the node counts as constant.
 *
 * @throws WhylightError for an unknown node and, when run, for a wrong number of weights.
 */
export function openGradient(network: Network, { at, reluRule = 'gradient' }: GradientOptions = {}): GradientSession {
  const inputName = network.graph[0]!.name;
  const node = at === undefined || at === 'input' ? inputName : at;
  const folded = foldBatchNorm(network, [node]).network;
  const { graph, parameters } = folded;
  const last = graph.at(-1)!.name;
  const shapes = nodeShapes(graph, network.inputShape);
  const expected = numbersIn(shapes.get(last)!);
  neededNodes(graph, [node], new Set([inputName]));
  const uploaded = uploadParameters(folded);
  const about = { graph, shapes, node, reluRule, inputShape: network.inputShape };
  const runEach: GradientSession['runEach'] = (values, batch, scores) =>
    scoped(() => {
      const weights = new Map([...parameters.keys()].map((name) => [name, uploaded.source(name)]));
      const passes = gradientPasses(network.graph, about, batch, weights);
      const all = passes.forward(tf.tensor(values, [batch, ...network.inputShape]), weights);
      const [start, output] = [all.get(node)!, all.get(last)!];
      const outputs = output.dataSync() as Float32Array;
      const tops = scores.map((score) => {
        const slopes = typeof score === 'function' ? score(outputs) : score;
        if (slopes.length === expected * batch) return tf.tensor(slopes, output.shape);
        if (slopes.length === expected) {
          return tf.reshape(tf.tile(tf.tensor2d(slopes, [1, expected]), [batch, 1]), output.shape);
        }
        throw new WhylightError(`${slopes.length} output weights for ${expected} raw outputs`);
      });
      return {
        outputs,
        shape: start.shape.slice(1),
        activations: start.dataSync() as Float32Array,
        gradients: tops.map((top) => passes.backward(about, top, all, weights)!.dataSync() as Float32Array),
      };
    });
  return {
    runEach,
    run: (values, batch, outputWeights) => {
      const { gradients, ...rest } = runEach(values, batch, [outputWeights]);
      return { ...rest, gradients: gradients[0]! };
    },
    close: uploaded.dispose,
  };
}

/**
 * Gradient on one image; for many, `openGradient`.
 *
 * @param values H×W×3 of the network's input.
 */
export function gradient(
  network: Network,
  values: Float32Array,
  outputWeights: OutputWeights,
  options: GradientOptions = {},
): Gradient {
  const session = openGradient(network, options);
  try {
    let weights = new Float32Array(0);
    const {
      outputs: output,
      shape,
      activations,
      gradients,
    } = session.run(values, 1, (outputs) => {
      weights = (typeof outputWeights === 'function' ? outputWeights(outputs) : outputWeights) as typeof weights;
      return weights;
    });
    const score = weights.reduce((sum, weight, i) => sum + (weight === 0 ? 0 : weight * output[i]!), 0);
    const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0]!];
    const whole = (all: Float32Array): Activation => ({ height, width, channels, values: all });
    return { output, score, activation: whole(activations), gradient: whole(gradients) };
  } finally {
    session.close();
  }
}
