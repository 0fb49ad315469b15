import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './store';

/** How long a store that does not answer is waited for. */
export interface Patience {
  /** Milliseconds for which it is tried again. */
  readonly patience: number;
  /** Whether the worker is to end after the present unit. */
  readonly isStopping: () => boolean;
  readonly onNote?: (note: string) => void;
}

type Settled<T> = { readonly value: T } | { readonly reason: unknown };

/** So that what fails while nobody waits for it is no unhandled rejection. */
export const settled = <T>(promise: Promise<T>): Promise<Settled<T>> =>
  promise.then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );

export async function unsettled<T>(promise: Promise<Settled<T>>): Promise<T> {
  const result = await promise;
  if ('reason' in result) throw result.reason;
  return result.value;
}

/** Tries again, at growing distances, what a store did not do. @throws StoreError once patience is over, or on a stop */
export async function patiently<T>({ patience, onNote, isStopping }: Patience, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience;
  for (let pause = 500; ; pause = Math.min(2 * pause, 10_000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError) || Date.now() + pause > end || isStopping()) throw error;
      if (pause === 500) onNote?.(`${error.message}; trying again`);
      await sleep(pause);
    }
  }
}
