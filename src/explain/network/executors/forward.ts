import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { descriptionOf } from '../operations';
import { ownerOf } from '../parameter-shapes';
import { type Compiled, compile } from './compiled';
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

/** How a forward session will be used. */
export interface ForwardOptions {
  /** Starts at this node's value. Default: the input's. */
  readonly from?: string;
  /** How many images it will run in all, about: for many, weights are prepared. Default 1. */
  readonly copies?: number;
  /** How many images most of its batches will have: where there are many such batches, they are compiled. Default: not. */
  readonly batch?: number;
}

/** From so many batches on, compiling them takes less than it saves. */
const MANY = 8;

/**
 * Opens a forward session: batch norm folded, each value freed after its last use.
 *
 * @throws WhylightError for an unknown node, and for one that a shortcut bypasses: its value alone does not suffice.
 */
export function openForward(
  network: Network,
  { from, copies = 1, batch: usual = 0 }: ForwardOptions = {},
): ForwardSession {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const first = from ?? network.graph[0]!.name;
  neededNodes(network.graph, [network.graph.at(-1)!.name], new Set([first]));
  const shape = shapes.get(first)!;
  const folded = foldBatchNorm(network, [first]).network;
  const { graph, parameters } = folded;
  const uploaded = uploadParameters(folded);
  const longRun = { copies, prepared: uploaded.prepared };
  const size = shape.reduce((product, length) => product * length, 1);
  const last = graph.at(-1)!.name;
  const nodes = neededNodes(graph, [last], new Set([first]));
  /** All that a batch reads beside its images: made before it is recorded. */
  const weights = () => {
    const own = new Set(nodes.map(({ name }) => name));
    const read = [...parameters.keys()].filter((name) => own.has(ownerOf(name)));
    const prepared = nodes.filter((node) => {
      const batch = [usual, ...shapes.get(node.inputs[0]!)!];
      return descriptionOf(node).longRun?.pays(node.operation, batch, copies);
    });
    return [...read.map(uploaded.source), ...prepared.map(({ name }) => uploaded.prepared(name))];
  };
  let compiled: { readonly graph: Compiled; readonly weights: readonly tf.Tensor[] } | undefined;
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
        const work = () => evaluate(graph, start, uploaded.source, { from: first, free: true, longRun }).get(last)!;
        if (batch !== usual || copies < MANY * usual) return work().dataSync() as Float32Array;
        if (compiled === undefined) {
          const read = weights();
          compiled = { graph: compile([start, ...read], () => [work()]), weights: read };
        }
        return compiled.graph.run([start, ...compiled.weights])[0]!.dataSync() as Float32Array;
      });
    },
    close: () => {
      uploaded.dispose();
      compiled?.graph.close();
      compiled = undefined;
    },
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
