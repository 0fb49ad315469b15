import { batchSize } from './network/batch-size';
import { openForward } from './network/executors/forward';
import type { Network } from './network/network';
import { type RunOptions, withAmbient, yieldToEvents } from './progress';

/** A family of perturbed copies of one input. */
export interface Perturbations extends RunOptions {
  /** How many there are. */
  readonly count: number;
  /** Makes copy `index` in `into`, which already holds the unperturbed one (H×W×C). */
  readonly write: (index: number, into: Float32Array) => void;
  /** For the progress. */
  readonly label: string;
  /** The node whose value is perturbed. Default: the input. */
  readonly at?: string;
  /** First copy to run, to go on after an interruption. Default 0. */
  readonly from?: number;
}

/**
 * Runs a network on perturbed copies of one input (or of one node's value), batch by batch within the memory budget. Copies exist only for
 * the length of their batch; `receive` gets each one's raw outputs in the order of their indices.
 *
 * @throws AbortedError within one batch of the signal.
 */
export async function perturb(
  network: Network,
  input: Float32Array,
  perturbations: Perturbations,
  receive: (index: number, raw: Float32Array) => void,
): Promise<void> {
  const { count, write, label, at, from = 0, onProgress, signal, memoryMB = 512 } = withAmbient(perturbations);
  const session = openForward(network, at === undefined ? {} : { from: at });
  try {
    const size = Math.min(batchSize(network, memoryMB), Math.max(1, count - from));
    const batch = new Float32Array(size * input.length);
    for (let first = from; first < count; first += size) {
      await yieldToEvents(signal);
      const copies = Math.min(size, count - first);
      for (let i = 0; i < copies; i++) {
        const copy = batch.subarray(i * input.length, (i + 1) * input.length);
        copy.set(input);
        write(first + i, copy);
      }
      const raw = session.run(batch.subarray(0, copies * input.length), copies);
      for (let i = 0; i < copies; i++) {
        receive(first + i, raw.subarray(i * session.outputs, (i + 1) * session.outputs));
      }
      onProgress?.({ label, done: first + copies, total: count });
    }
  } finally {
    session.close();
  }
}
