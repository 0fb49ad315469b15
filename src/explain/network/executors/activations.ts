import { scoped, tf } from '../../engine';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { uploadParameters } from './engine-layout';
import { evaluate } from './evaluate';

/** A node's value on one image: H×W×C, row by row (1×1×C for a vector). */
export interface Activation {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** Reads a tensor of one image as an activation. */
function readActivation(tensor: tf.Tensor): Activation {
  const [, ...shape] = tensor.shape;
  const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0]!];
  return { height, width, channels, values: tensor.dataSync() as Float32Array };
}

/**
 * Values of the named nodes on one image.
 *
 * @param values H×W×3 of the network's input.
 * @throws WhylightError for an unknown node.
 */
export function activations(
  network: Network,
  values: Float32Array,
  nodes: readonly string[],
): { output: Float32Array; maps: Map<string, Activation> } {
  const folded = foldBatchNorm(network, nodes).network;
  const { graph } = folded;
  const uploaded = uploadParameters(folded);
  try {
    return scoped(() => {
      const start = tf.tensor(values, [1, ...network.inputShape]);
      const activations = evaluate(graph, start, uploaded.source, { keep: new Set(nodes), free: true });
      return {
        output: activations.get(graph.at(-1)!.name)!.dataSync() as Float32Array,
        maps: new Map(nodes.map((name) => [name, readActivation(activations.get(name)!)])),
      };
    });
  } finally {
    uploaded.dispose();
  }
}
