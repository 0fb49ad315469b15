import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeHash, sha256 } from '../explain/code-hash';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import type { Network } from '../explain/network/network';
import { type CacheOptions, networkIdentity } from './attribution-cache';

/** One measurement: what it is, and all that decides its result besides the code. */
export interface Measurement {
  /** `C4`. */
  readonly name: string;
  /** After the name: `on 40 scenes`. */
  readonly detail: string;
  readonly networks: readonly Network[];
  /** Numbers of scenes, seeds, hashes of photos. */
  readonly options: unknown;
  /** Parts of the source that compute it. Default: all that claims need. */
  readonly code?: readonly string[];
}

/** Measures, or finds what was measured before. */
export type Measure = <T>(measurement: Measurement, compute: () => Promise<T>) => Promise<T>;

/**
 * A way to measure that keeps each result in a folder, so that a report that was stopped goes on where it was. The key
 * holds the options, the hashes of weights and cards, and the hash of the code that measures; a damaged entry is
 * measured again. Results are plain JSON: computed ones pass through it too, so that both ways give the same values.
 */
export function cachedMeasure({ folder, onResult }: Pick<CacheOptions, 'folder' | 'onResult'>): Measure {
  return async <T>(measurement: Measurement, compute: () => Promise<T>) => {
    const started = performance.now();
    const file = folder === null ? null : path.join(folder, `${measurementKey(measurement)}.measured`);
    const say = (how: 'computed' | 'cached' | 'recomputed') => {
      const networks = measurement.networks.map(({ name }) => name).join(', ');
      onResult?.({
        what: `${measurement.name} ${measurement.detail} (${networks})`,
        how,
        milliseconds: performance.now() - started,
      });
    };
    const there = file !== null && existsSync(file);
    if (there) {
      const [said, text] = split(await readFile(file, 'utf8'));
      if (said === sha256(text)) {
        say('cached');
        return JSON.parse(text) as T;
      }
    }
    const text = JSON.stringify(await compute());
    if (file !== null) {
      await ensureWritableFolder(path.dirname(file));
      await writeWhole(file, `${sha256(text)}\n${text}`);
    }
    say(there ? 'recomputed' : 'computed');
    return JSON.parse(text) as T;
  };
}

const claimCode = ['explain', 'scenes', 'plots', 'analyses'];

/** Names an entry: different wherever something that decides the result differs. */
export function measurementKey({ name, networks, options, code = claimCode }: Measurement): string {
  return sha256(JSON.stringify([codeHash(...code), name, networks.map(networkIdentity), options]));
}

function split(text: string): [string, string] {
  const at = text.indexOf('\n');
  return [text.slice(0, at), text.slice(at + 1)];
}
