import { batchSize } from './network/batch-size';
import { openForward } from './network/executors/forward';
import { openForwardAround } from './network/executors/forward-around';
import type { Network } from './network/network';
import type { Precision } from './network/operations/operation';
import { memoryBudget } from './progress';
import { type Scoring, scoreCopies } from './scored-copies';

/** A family of perturbed copies of one input. */
export interface Perturbations extends Scoring {
  /** How many there are. */
  readonly count: number;
  /** Makes copy `index` in `into`, which already holds the unperturbed one (H×W×C). */
  readonly write: (index: number, into: Float32Array) => void;
  /**
   * The node whose value is perturbed, and the network's input, from which shortcuts get what they take past that node.
   * Default: the input itself.
   */
  readonly at?: { readonly node: string; readonly whole: Float32Array };
  /** What convolutions that gain by it multiply in. Default: float32. */
  readonly precision?: Precision;
  /** Runs of as many copies come again and again, of this network or of one of its graph. Default: not. */
  readonly recurs?: boolean;
}

/**
 * Runs a network on perturbed copies of one input (or of one node's value), batch by batch within the memory budget.
 * Copies exist only for the length of their batch. With a journal, a run that was interrupted goes on with the batches
 * that are missing, and gives the same numbers.
 *
 * @returns count × width scores.
 * @throws AbortedError within one batch of the signal.
 */
export function perturb(network: Network, input: Float32Array, perturbations: Perturbations): Promise<Float32Array> {
  const { count, write, at, precision = 'float32', recurs } = perturbations;
  const size = Math.min(batchSize(network, memoryBudget(perturbations)), count);
  return scoreCopies(network, input, count, perturbations, [at?.node ?? null, size, precision], async (run) => {
    const options = { copies: count, batch: size, precision, recurs };
    const session =
      at === undefined ? openForward(network, options) : openForwardAround(network, at.node, at.whole, options);
    try {
      const batch = new Float32Array(size * input.length);
      for (let first = 0; first < count; first += size) {
        if (run.isDone(first)) continue;
        await run.begin();
        const copies = Math.min(size, count - first);
        for (let i = 0; i < copies; i++) {
          const copy = batch.subarray(i * input.length, (i + 1) * input.length);
          copy.set(input);
          write(first + i, copy);
        }
        const raw = session.run(batch.subarray(0, copies * input.length), copies);
        for (let i = 0; i < copies; i++) {
          run.take(first + i, raw.subarray(i * session.outputs, (i + 1) * session.outputs));
        }
        run.end(copies);
      }
    } finally {
      session.close();
    }
  });
}
