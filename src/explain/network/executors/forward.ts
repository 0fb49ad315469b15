import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { foldBatchNorm } from '../fold-batch-norm';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { descriptionOf } from '../operations';
import { numbersIn, type Precision } from '../operations/operation';
import { ownerOf } from '../parameter-shapes';
import { type Compiled, compile } from './compiled';
import { compiledForward } from './compiled-forward';
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
  /** What convolutions that gain by it multiply in. Default: float32. */
  readonly precision?: Precision;
  /** How many images most of its batches will have: where there are many such batches, they are compiled. Default: not. */
  readonly batch?: number;
  /** Other sessions of the same options come after this one, of this graph: what is compiled is theirs too, however few its own batches. Default: not. */
  readonly recurs?: boolean;
  /** Values, on one image, of nodes that later ones read past `from`: every copy keeps them. Default: none. */
  readonly past?: ReadonlyMap<string, Float32Array>;
}

/** From so many batches on, compiling them takes less than it saves. */
export const MANY = 8;

/**
 * Opens a forward session: batch norm folded, each value freed after its last use.
 *
 * @throws WhylightError for an unknown node, and for one that a shortcut bypasses: its value alone does not suffice.
 */
export function openForward(
  network: Network,
  { from, copies = 1, precision, batch: usual = 0, recurs = false, past = new Map() }: ForwardOptions = {},
): ForwardSession {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const first = from ?? network.graph[0]!.name;
  neededNodes(network.graph, [network.graph.at(-1)!.name], new Set([first, ...past.keys()]));
  const shape = shapes.get(first)!;
  const folded = foldBatchNorm(network, [first]).network;
  const { graph, parameters } = folded;
  const uploaded = uploadParameters(folded);
  const longRun = { copies, precision, prepared: uploaded.prepared };
  const size = numbersIn(shape);
  const last = graph.at(-1)!.name;
  const held = [...past].map(([name, value]) => [name, tf.tensor(value, [1, ...shapes.get(name)!])] as const);
  const copied = (batch: number) =>
    new Map(held.map(([name, value]) => [name, tf.tile(value, [batch, ...value.shape.slice(1).fill(1)])]));
  /** All that a batch reads beside its images: made before it is recorded. */
  const weights = () => {
    const nodes = neededNodes(graph, [last], new Set([first]));
    const read = new Set(nodes.map(({ name }) => name));
    // By name: another network of the same graph may hold its parameters in another order.
    const ownParameters = [...parameters.keys()].filter((name) => read.has(ownerOf(name))).sort();
    const prepared = nodes.flatMap((node) => {
      const batch = [usual, ...shapes.get(node.inputs[0]!)!];
      const way = descriptionOf(node).longRun?.way(node.operation, batch, longRun) ?? null;
      return way === null ? [] : [uploaded.prepared(node.name, way)];
    });
    return [...ownParameters.map(uploaded.source), ...prepared];
  };
  /** What decides a pass beside the graph. */
  const key = JSON.stringify([network.inputShape, first, usual, copies, precision]);
  let own: Compiled | undefined;
  return {
    outputs: numbersIn(shapes.get(last)!),
    run: (values, batch) => {
      if (values.length !== batch * size) {
        throw new WhylightError(
          `${values.length} values for a batch of ${batch} × ${shape.join('×')} = ${batch * size}`,
        );
      }
      return scoped(() => {
        const start = tf.tensor(values, [batch, ...shape]);
        const options = { from: first, feeds: copied(batch), free: true, longRun };
        const work = () => evaluate(graph, start, uploaded.source, options).get(last)!;
        if (past.size > 0 || batch !== usual || (!recurs && copies < MANY * usual)) {
          return work().dataSync() as Float32Array;
        }
        const tensors = weights();
        const make = () => compile([start, ...tensors], () => [work()]);
        if (!recurs) own ??= make();
        return (own ?? compiledForward(network.graph, key, make))
          .run([start, ...tensors])[0]!
          .dataSync() as Float32Array;
      });
    },
    close: () => {
      uploaded.dispose();
      for (const [, value] of held) value.dispose();
      own?.close();
      own = undefined;
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
