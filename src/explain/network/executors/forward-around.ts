import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Graph } from '../graph';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { activations } from './activations';
import { uploadParameters } from './engine-layout';
import { evaluate } from './evaluate';
import { type ForwardOptions, type ForwardSession, openForward } from './forward';

/** Nodes before another one that nodes after it read: what shortcuts and parallel branches take past it. */
export function nodesPast(graph: Graph, node: string): string[] {
  const at = graph.findIndex(({ name }) => name === node);
  const before = new Set(graph.slice(0, at).map(({ name }) => name));
  return [...new Set(graph.slice(at + 1).flatMap(({ inputs }) => inputs))].filter((name) => before.has(name));
}

/**
 * Opens a forward session that starts at any node, also at one that shortcuts bypass: what they take past it keeps its
 * value on one image.
 *
 * @param input that image, H×W×3 of the network's input.
 * @param options as of `openForward`; batches are compiled where nothing goes past the node.
 * @throws WhylightError for an unknown node.
 */
export function openForwardAround(
  network: Network,
  from: string,
  input: Float32Array,
  { copies = 1, batch: usual = 0 }: Omit<ForwardOptions, 'from'> = {},
): ForwardSession {
  const folded = foldBatchNorm(network, [from]).network;
  const { graph } = folded;
  const past = graph.some(({ name }) => name === from) ? nodesPast(graph, from) : [];
  if (past.length === 0) return openForward(network, { from, copies, batch: usual });
  const shapes = nodeShapes(graph, network.inputShape);
  const shape = shapes.get(from)!;
  const last = graph.at(-1)!.name;
  const { maps } = activations(network, input, past);
  const uploaded = uploadParameters(folded);
  const longRun = { copies, prepared: uploaded.prepared };
  const held = new Map(past.map((name) => [name, tf.tensor(maps.get(name)!.values, [1, ...shapes.get(name)!])]));
  return {
    outputs: shapes.get(last)!.reduce((product, length) => product * length, 1),
    run: (values, batch) => {
      const size = shape.reduce((product, length) => product * length, batch);
      if (values.length !== size) {
        throw new WhylightError(`${values.length} values for a batch of ${batch} × ${shape.join('×')} = ${size}`);
      }
      return scoped(() => {
        const known = new Map(
          [...held].map(([name, value]) => [name, tf.tile(value, [batch, ...shapes.get(name)!.map(() => 1)])]),
        );
        const start = tf.tensor(values, [batch, ...shape]);
        return evaluate(graph, start, uploaded.source, { from, known, free: true, longRun })
          .get(last)!
          .dataSync() as Float32Array;
      });
    },
    close: () => {
      uploaded.dispose();
      for (const value of held.values()) value.dispose();
    },
  };
}
