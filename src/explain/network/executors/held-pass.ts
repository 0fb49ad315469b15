import { scoped, tf } from '../../engine';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import type { Activation } from './activations';
import { uploadParameters } from './engine-layout';
import type { GradientOptions } from './gradient';
import { gradientPasses } from './gradient-passes';

/** A forward pass on one image whose values stay, so that slopes of several scores at several nodes need no other. */
export interface HeldPass {
  /** Raw outputs. */
  readonly outputs: Float32Array;
  /** A node's value; null where the pass did not keep it. */
  readonly activation: (node: string) => Activation | null;
  /** The slope of weights · outputs; null where a value that it needs was not kept. */
  readonly slope: (weights: Float32Array, options?: GradientOptions) => Activation | null;
  readonly close: () => void;
}

/**
 * Runs a network on one image and keeps what backward passes read, and the named nodes' values.
 *
 * @param values H×W×C of the network's input.
 */
export function holdPass(network: Network, values: Float32Array, nodes: readonly string[]): HeldPass {
  const folded = foldBatchNorm(network).network;
  const { graph, parameters } = folded;
  const [input, last] = [graph[0]!.name, graph.at(-1)!.name];
  const inGraph = new Set(graph.map(({ name }) => name));
  const shapes = nodeShapes(graph, network.inputShape);
  const { source } = uploadParameters(folded);
  const weights = new Map([...parameters.keys()].map((name) => [name, source(name)]));
  const place = {
    graph,
    shapes,
    node: input,
    reluRule: 'gradient',
    inputShape: network.inputShape,
    also: nodes.filter((name) => inGraph.has(name)),
  } as const;
  const passes = () => gradientPasses(network.graph, place, 1, weights);
  const held = scoped(() => {
    const all = passes().forward(tf.tensor(values, [1, ...network.inputShape]), weights);
    return new Map([...all].map(([name, value]) => [name, tf.keep(value)]));
  });
  const read = (node: string, tensor: tf.Tensor): Activation => {
    const shape = shapes.get(node)!;
    const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0]!];
    return { height, width, channels, values: tensor.dataSync() as Float32Array };
  };
  return {
    outputs: held.get(last)!.dataSync() as Float32Array,
    activation: (node) => {
      const value = held.get(node === 'input' ? input : node);
      return value === undefined ? null : read(node === 'input' ? input : node, value);
    },
    slope: (outputWeights, { at = input, reluRule = 'gradient' } = {}) => {
      const node = at === 'input' ? input : at;
      if (!inGraph.has(node)) return null;
      return scoped(() => {
        const top = tf.tensor(outputWeights, held.get(last)!.shape);
        const slope = passes().backward({ node, reluRule }, top, held, weights);
        return slope === null ? null : read(node, slope);
      });
    },
    close: () => {
      for (const value of held.values()) value.dispose();
    },
  };
}
