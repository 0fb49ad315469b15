import { createHash } from 'node:crypto';
import { engineVersion } from '../engine-version';
import { addedCode, codeHash } from './code-hash';
import type { StoredKind } from './inventory';

/** What a stored result is the result of. */
export interface EntryKey {
  /** Checkpoints of trainings and results of photos lie beside what they are of, not in the store's folder. */
  readonly kind: StoredKind | 'checkpoints' | 'results';
  /** All that decides the result besides the code: plain JSON. What is undefined has its default and is left out. */
  readonly parts: unknown;
  /** Folders of the source that compute it. Default: `explain`. */
  readonly code?: readonly string[];
  /** What of the code that was added to the program may compute it: `method mine`. Default: all of it. */
  readonly added?: readonly string[];
}

/**
 * sha256 (hex) of a key, of the code that computes its result and of the engine: equal only where every byte of the
 * result is. The order of an object's names does not matter.
 * @throws TypeError for parts that JSON cannot tell apart: functions, maps, arrays of bytes.
 */
export function identityOf({ kind, parts, code = ['explain'], added }: EntryKey): string {
  const text = JSON.stringify([kind, codeHash(...code), addedCode(added), engineVersion(), parts], distinct);
  return createHash('sha256').update(text).digest('hex');
}

function distinct(name: string, value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value !== 'object' && typeof value !== 'function') return value;
  if (value === null || Array.isArray(value)) return value;
  // By its tag: objects of a notebook's cells have a prototype of their own.
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') throw new TypeError(`${name || 'a key'} is ${tag}, which a key cannot hold`);
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
