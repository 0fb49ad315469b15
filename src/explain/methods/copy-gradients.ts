import { gradientBatchSize } from '../network/batch-size';
import { type OutputWeights, openGradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { memoryBudget, yieldToEvents } from '../progress';
import { type ResolvedTarget, targetSlope } from '../target';
import type { MethodRun } from './define-method';

/** Copies of an input, and what becomes of the gradients at them. */
interface Copies {
  readonly count: number;
  /** Makes a copy, H×W×3; they are made in order, each once. */
  readonly write: (index: number, into: Float32Array) => void;
  /** The gradient of one target's score at one copy, H×W×3. */
  readonly take: (target: number, index: number, gradient: Float32Array) => void;
}

/**
 * Gradients of every target's score at many copies of an input, batch by batch within the memory budget: one forward pass a
 * copy, and a backward pass for each target.
 *
 * @throws AbortedError within one batch of the signal.
 */
export async function copyGradients(
  network: Network,
  targets: readonly ResolvedTarget[],
  { count, write, take }: Copies,
  { onProgress, signal, label, ...run }: MethodRun,
): Promise<void> {
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  const batch = Math.min(count, gradientBatchSize(network, memoryBudget(run)));
  const slopes = targets.map(slopeOfMany);
  const session = openGradient(network);
  const part = (all: Float32Array, at: number) => all.subarray(at * size, (at + 1) * size);
  try {
    for (let done = 0; done < count; done += batch) {
      await yieldToEvents(signal);
      const copies = Math.min(batch, count - done);
      const values = new Float32Array(copies * size);
      for (let i = 0; i < copies; i++) write(done + i, part(values, i));
      session.runEach(values, copies, slopes).gradients.forEach((all, target) => {
        for (let i = 0; i < copies; i++) take(target, done + i, part(all, i));
      });
      onProgress?.({ label, done: done + copies, total: count });
    }
  } finally {
    session.close();
  }
}

/** How a target weighs the outputs of many inputs: the slope of a function of one's own differs from input to input. */
function slopeOfMany(target: ResolvedTarget): OutputWeights {
  if (target.score === null) return target.weights;
  const outputs = target.weights.length;
  return (raw) => {
    const slopes = new Float32Array(raw.length);
    for (let at = 0; at < raw.length; at += outputs) {
      slopes.set(targetSlope(target, raw.subarray(at, at + outputs)), at);
    }
    return slopes;
  };
}
