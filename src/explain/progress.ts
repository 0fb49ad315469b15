import type { Attribution } from './attribution';
import { AbortedError, WhylightError } from './errors';
import type { Journal } from './journal';

/** How far a long piece of work is. */
export interface Progress {
  /** What is being done: `occlusion`. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** How much of it an earlier, interrupted run had done. Default: nothing. */
  readonly resumed?: number;
  /** The map as far as it is known, where there is one to show: coarse first. Takes some milliseconds. */
  readonly preview?: () => Attribution;
}

/** Options every long-running call takes. */
export interface RunOptions {
  /** Called at most once a batch. Default: none. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborting rejects with AbortedError within one batch. Default: none. */
  readonly signal?: AbortSignal;
  /** Upper bound on the memory one batch of activations may take, in MB; one image is a batch at least. Default 512. */
  readonly memoryMB?: number;
  /** Where runs of many perturbed copies are kept, to go on after an interruption; null: nowhere. Default: none. */
  readonly journal?: Journal | null;
}

let ambient: RunOptions = {};

/**
 * Sets what long work does where its call says nothing: a notebook's kernel reports into the cell and obeys its
 * interrupt, so that no call has to name them. Nowhere else is it set.
 */
export function setAmbientRun(options: RunOptions): void {
  ambient = options;
}

/** A call's own options, and the ambient ones where it has none. */
export function withAmbient<T extends RunOptions>(options: T): T {
  return {
    ...options,
    onProgress: options.onProgress ?? ambient.onProgress,
    signal: options.signal ?? ambient.signal,
    journal: options.journal === undefined ? ambient.journal : options.journal,
  };
}

/** A call's memory budget in MB. @throws WhylightError where it is none. */
export function memoryBudget({ memoryMB = 512 }: Pick<RunOptions, 'memoryMB'>): number {
  if (memoryMB > 0) return memoryMB;
  throw new WhylightError(`memoryMB: ${memoryMB} (allowed: above 0)`);
}

/** Lets timers, signals and the notebook's kernel run, then throws if the work was aborted. */
export async function yieldToEvents(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if ((signal ?? ambient.signal)?.aborted) throw new AbortedError('interrupted');
}

/** Waits, or rejects as soon as the signal comes. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new AbortedError('interrupted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
