import type { Redis } from 'ioredis';
import { openJobs, openQueue } from './queue';
import { BUCKET, failureWords, type Run, type RunState, readRun, recentEndings, runNames, runState } from './run';

/** What `whylight queue` shows. */
export interface QueueState {
  readonly workers: number;
  readonly jobs: { readonly waiting: number; readonly active: number; readonly failed: number };
  readonly runs: readonly RunProgress[];
}

/** One run: how far it is, how fast, and how long it still takes. */
export interface RunProgress extends RunState {
  readonly run: Run;
  /** Units that ended in a second, of the last five minutes at most; null where none did. */
  readonly rate: number | null;
  /** Seconds until the last one ends, at this rate; null where that cannot be told. */
  readonly left: number | null;
  readonly failures: readonly { readonly place: number; readonly words: string }[];
}

/** Looks at the queue; changes nothing. */
export async function queueState(client: Redis): Promise<QueueState> {
  const queue = await openQueue(client);
  try {
    const runs: RunProgress[] = [];
    for (const name of await runNames(client)) {
      const run = await readRun(client, name);
      if (run === null) continue;
      const state = await runState(client, name);
      const rate = rateOf(await recentEndings(client, name), Date.now());
      const left = rate === null ? null : (run.total - state.done) / rate;
      runs.push({ run, ...state, rate, left, failures: await failureWords(client, name) });
    }
    return { workers: await queue.getWorkersCount(), jobs: await openJobs(queue), runs };
  } finally {
    await queue.close();
  }
}

/** Units in a second, from the first bucket in which one ended until now; null where none did. */
export function rateOf(buckets: readonly number[], now: number): number | null {
  const first = buckets.findIndex((count) => count > 0);
  if (first < 0) return null;
  const seconds = (buckets.length - 1 - first) * BUCKET + ((now / 1000) % BUCKET);
  const sum = buckets.reduce((total, count) => total + count, 0);
  // The first bucket began before its first unit ended: a rate of a few seconds would promise too much.
  return sum / Math.max(1, seconds);
}
