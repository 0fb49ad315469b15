import { createHash } from 'node:crypto';
import type { Network } from './network/network';
import type { ResolvedTarget } from './target';

/**
 * Keeps tables of finished scores, so that an interrupted run goes on where it was. A row that is not done yet is NaN.
 * Written from time to time while a run lasts and when it ends early; `finish` gets the whole table.
 */
export interface Journal {
  readonly read: (key: string) => Float32Array | undefined;
  readonly write: (key: string, table: Float32Array) => void;
  readonly finish: (key: string, table: Float32Array) => void;
}

/** A journal in memory, of the last few unfinished runs: what an interrupted notebook cell goes on from. */
export function memoryJournal(most = 16): Journal {
  const tables = new Map<string, Float32Array>();
  return {
    read: (key) => tables.get(key)?.slice(),
    write: (key, table) => {
      tables.delete(key);
      tables.set(key, table.slice());
      if (tables.size > most) tables.delete(tables.keys().next().value!);
    },
    finish: (key) => {
      tables.delete(key);
    },
  };
}

/** A journal for a run of several parts: what is finished of it is kept until `close`, for all of it. */
export function jointJournal(journal: Journal): Journal & { readonly close: () => void } {
  const finished = new Map<string, Float32Array>();
  return {
    read: journal.read,
    write: journal.write,
    finish: (key, table) => {
      journal.write(key, table);
      finished.set(key, table);
    },
    close: () => {
      for (const [key, table] of finished) journal.finish(key, table);
    },
  };
}

/**
 * What a journal calls a run: equal only where every score is. null where a target is a function of one's own, whose code
 * does not say what it reads.
 *
 * @param parts whatever else decides the scores: method, options, seed, layer, batch.
 */
export function runKey(
  network: Network,
  targets: readonly ResolvedTarget[],
  { buffer, byteOffset, byteLength }: Float32Array,
  parts: unknown,
): string | null {
  if (targets.some(({ score }) => score !== null)) return null;
  const { graph, output, weightsSha256, inputShape } = network;
  // The clean score stands for weights that were changed without a new hash.
  const goals = targets.map(({ label, index, logit, weights }) => [label, index, logit, [...weights]]);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([parts, graph, output, weightsSha256, inputShape, goals]));
  return hash.update(new Uint8Array(buffer, byteOffset, byteLength)).digest('hex');
}

/** Milliseconds between two writes of one run. */
const PAUSE = 2000;

/** A table of scores that fills up, row by row in any order. */
export interface ScoreTable {
  /** rows × width; NaN where a row is not done. */
  readonly values: Float32Array;
  /** Rows that an earlier, interrupted run had done. */
  readonly resumed: number;
  readonly isDone: (row: number) => boolean;
  /** To call after each batch: writes when the last time is a while ago. */
  readonly note: () => void;
  /** Writes now: before giving up. */
  readonly keep: () => void;
  /** The whole table; the journal is told that the run is over. */
  readonly finish: () => Float32Array;
}

/** Opens a run's table: from the journal, where it has one of this key and size, and empty otherwise. */
export function openTable(
  rows: number,
  width: number,
  { journal, key }: { readonly journal?: Journal | null; readonly key?: string | null } = {},
): ScoreTable {
  const table = journal && key ? journal.read(key) : undefined;
  const values = table?.length === rows * width ? table : new Float32Array(rows * width).fill(Number.NaN);
  const isDone = (row: number) => !Number.isNaN(values[row * width]!);
  let resumed = 0;
  for (let row = 0; row < rows; row++) if (isDone(row)) resumed++;
  let last = Number.NEGATIVE_INFINITY;
  const keep = () => {
    last = performance.now();
    if (journal && key) journal.write(key, values);
  };
  return {
    values,
    resumed,
    isDone,
    keep,
    note: () => {
      if (performance.now() - last >= PAUSE) keep();
    },
    finish: () => {
      if (journal && key) journal.finish(key, values);
      return values;
    },
  };
}
