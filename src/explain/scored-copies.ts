import type { Attribution } from './attribution';
import { openTable, runKey } from './journal';
import type { Network } from './network/network';
import { type RunOptions, withAmbient, yieldToEvents } from './progress';
import { classScores, type ResolvedTarget, targetLogit } from './target';

/** What is wanted of each of many perturbed copies. */
export interface Scoring extends RunOptions {
  /** Numbers kept of each copy. */
  readonly width: number;
  /** Turns one copy's raw outputs into them; at least the first is never NaN. */
  readonly score: (raw: Float32Array, into: Float32Array) => void;
  /** The method, for the progress and the journal. */
  readonly label: string;
  /** What is scored, for the journal: the raw outputs give every class, so that one run serves all targets. */
  readonly targets: readonly ResolvedTarget[];
  /** Everything beside network, input and target that decides the copies and scores, for the journal: options, seed. */
  readonly key: unknown;
  /** The map of a table that is not full yet, NaN where a copy is not done. Default: none is shown before the end. */
  readonly preview?: (values: Float32Array) => Attribution;
}

/** A target's logit under many raw outputs, the same as `targetLogit`: of a thousand weights one or two are not 0. */
export function logitFunction(target: ResolvedTarget): (raw: Float32Array) => number {
  if (target.score !== null) return target.score;
  const terms = [...target.weights.entries()].filter(([, weight]) => weight !== 0);
  return (raw) => {
    let sum = 0;
    for (const [i, weight] of terms) sum += weight * raw[i]!;
    return Number.isFinite(sum) ? sum : targetLogit(target, raw);
  };
}

/** One number a target: its logit. */
export function logitsOf(targets: readonly ResolvedTarget[]): Pick<Scoring, 'targets' | 'width' | 'score'> {
  const logits = targets.map(logitFunction);
  const score: Scoring['score'] = (raw, into) => {
    logits.forEach((logit, i) => {
      into[i] = logit(raw);
    });
  };
  return { targets, width: targets.length, score };
}

/** One number a target: its probability, or its logit where it is not one class or has none. */
export function probabilitiesOf(
  network: Network,
  targets: readonly ResolvedTarget[],
): Pick<Scoring, 'targets' | 'width' | 'score'> {
  const logits = targets.map(logitFunction);
  const score: Scoring['score'] = (raw, into) => {
    const { probabilities } = classScores(network, raw);
    targets.forEach(({ index }, i) => {
      into[i] = index === null || probabilities === null ? logits[i]!(raw) : probabilities[index]!;
    });
  };
  return { targets, width: targets.length, score };
}

/** One of the numbers, of every copy. */
export const columnOf = (scores: Float32Array, width: number, at: number): Float32Array =>
  scores.filter((_, i) => i % width === at);

/** How a way of running copies says what it does; batches must be the same ones every time. */
export interface CopyRun {
  /** Whether an earlier, interrupted run had the batch that this copy is in. */
  readonly isDone: (index: number) => boolean;
  /** Before each batch. Throws AbortedError. */
  readonly begin: () => Promise<void>;
  /** One copy's raw outputs. */
  readonly take: (index: number, raw: Float32Array) => void;
  /** After each batch, with the number of its copies. */
  readonly end: (copies: number) => void;
}

/**
 * Collects the scores of perturbed copies: with progress, abort, and a journal from which an interrupted run goes on.
 *
 * @param input what is perturbed.
 * @param parts what else decides how the copies are run, for the journal: node, size of batches.
 * @returns count × width numbers.
 */
export async function scoreCopies(
  network: Network,
  input: Float32Array,
  count: number,
  options: Scoring,
  parts: readonly unknown[],
  work: (run: CopyRun) => Promise<void>,
): Promise<Float32Array> {
  const { width, score, label, targets, key, preview, onProgress, signal, journal } = withAmbient(options);
  const name = journal ? runKey(network, targets, input, [label, key, count, width, ...parts]) : null;
  const table = openTable(count, width, { journal, key: name });
  const { resumed, values, isDone } = table;
  let done = resumed;
  const report = () =>
    onProgress?.({
      label,
      done,
      total: count,
      ...(resumed > 0 && { resumed }),
      ...(preview && done < count && { preview: () => preview(values) }),
    });
  if (resumed > 0) report();
  if (resumed === count) return table.finish();
  try {
    await work({
      isDone,
      begin: () => yieldToEvents(signal),
      take: (index, raw) => score(raw, values.subarray(index * width, (index + 1) * width)),
      end: (copies) => {
        done += copies;
        table.note();
        report();
      },
    });
    return table.finish();
  } catch (error) {
    table.keep();
    throw error;
  }
}
