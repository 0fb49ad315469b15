import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { uploadParameters } from './engine-layout';
import { evaluate, neededNodes } from './evaluate';

/** A network whose weights stay uploaded between batches; `close` frees them. */
export interface ForwardSession {
  /**
   * Raw outputs, batch × outputs.
   * @param values batch × H × W × C of the input (or of the node the session starts from).
   */
  readonly run: (values: Float32Array, batch: number) => Float32Array;
  /** Raw outputs per image. */
  readonly outputs: number;
  readonly close: () => void;
}

/**
 * Opens a forward session: batch norm folded, each value freed after its last use.
 *
 * @param options.from starts at this node's value instead of the input's.
 * @param options.copies how many images it will run in all, about: for many, weights are prepared. Default 1.
 * @throws WhylightError for an unknown node, and for one that a shortcut bypasses: its value alone does not suffice.
 */
export function openForward(
  network: Network,
  { from, copies = 1 }: { readonly from?: string; readonly copies?: number } = {},
): ForwardSession {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const first = from ?? network.graph[0]!.name;
  neededNodes(network.graph, [network.graph.at(-1)!.name], new Set([first]));
  const shape = shapes.get(first)!;
  const { graph, parameters } = foldBatchNorm(network, [first]).network;
  const uploaded = uploadParameters(graph, parameters);
  const winograd = { copies, weight: uploaded.winograd };
  const size = shape.reduce((product, length) => product * length, 1);
  const last = graph.at(-1)!.name;
  return {
    outputs: shapes.get(last)!.reduce((product, length) => product * length, 1),
    run: (values, batch) => {
      if (values.length !== batch * size) {
        throw new WhylightError(
          `${values.length} values for a batch of ${batch} × ${shape.join('×')} = ${batch * size}`,
        );
      }
      return scoped(() => {
        const start = tf.tensor(values, [batch, ...shape]);
        return evaluate(graph, start, uploaded.source, { from: first, free: true, winograd })
          .get(last)!
          .dataSync() as Float32Array;
      });
    },
    close: uploaded.dispose,
  };
}

/** Raw outputs of one batch, batch × outputs. For many batches, `openForward`. */
export function forward(network: Network, values: Float32Array, batch = 1): Float32Array {
  const session = openForward(network);
  try {
    return session.run(values, batch);
  } finally {
    session.close();
  }
}
