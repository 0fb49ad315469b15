import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Attribution, OptionValue } from '../explain/attribution';
import { loadAttribution, saveAttribution } from '../explain/attribution-file';
import { codeHash, sha256 } from '../explain/code-hash';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import type { ImageSample } from '../explain/image/sample';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Target as AnyTarget, ScoreTarget } from '../explain/target';

/** A target that a study can name. */
type Target = Exclude<AnyTarget, ScoreTarget>;

/** Options of a method as a study gives them; what is undefined has the method's default. */
export type StudyOptions = Readonly<Record<string, OptionValue | Target | undefined>>;

/** Computes or finds a map. */
export type Explain = (
  method: string,
  network: Network,
  photo: ImageSample,
  options: StudyOptions,
) => Promise<Attribution>;

/** Where a result came from: `computed` with its time, `cached`, or `recomputed` because the entry was damaged. */
export interface ResultEvent {
  /** `saliency of wolf.jpg (squeezenet1_0)`. */
  readonly what: string;
  readonly how: 'computed' | 'cached' | 'recomputed';
  readonly milliseconds: number;
}

/** What the cache needs. */
export interface CacheOptions extends RunOptions {
  /** Folder of the entries; null: nothing is read or written. */
  readonly folder: string | null;
  readonly onResult?: (event: ResultEvent) => void;
}

/**
 * A way to compute maps that keeps each in a folder, by method, options, target, the hashes of weights, card and photo,
 * and the hash of the code that computes them. A damaged entry is computed again.
 */
export function cachedExplain({ folder, onResult, ...run }: CacheOptions): Explain {
  return async (method, network, photo, options) => {
    const started = performance.now();
    const key = folder === null ? '' : entryKey(method, network, photo, options);
    const say = (how: ResultEvent['how']) =>
      onResult?.({
        what: `${method} of ${photo.source} (${network.name})`,
        how,
        milliseconds: performance.now() - started,
      });
    let damaged = false;
    if (folder !== null && existsSync(path.join(folder, `${key}.sha256`))) {
      const found = await readEntry(folder, key);
      if (found !== null) {
        say('cached');
        const { sha256, width, height, source } = photo;
        return { ...found, photo: { source, sha256, width, height }, input: { ...found.input, source } };
      }
      damaged = true;
    }
    const map = await findMethod(method).run(network, photo, { ...options, ...run });
    if (folder !== null) await writeEntry(map, folder, key);
    say(damaged ? 'recomputed' : 'computed');
    return map;
  };
}

/** Names an entry: equal for equal results, different wherever something that decides the result differs. */
export function entryKey(method: string, network: Network, photo: ImageSample, options: StudyOptions): string {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return sha256(
    JSON.stringify([
      codeHash('explain'),
      method,
      Object.keys(given)
        .sort()
        .map((option) => [option, given[option]]),
      networkIdentity(network),
      photo.sha256,
      [photo.width, photo.height],
    ]),
  );
}

/** What of a network decides its results or stands in them. */
export function networkIdentity(network: Network) {
  const { name, title, architecture, preprocessing, classes, output, weightsSha256 } = network;
  return { name, title, architecture, preprocessing, classes, output, weightsSha256 };
}

const parts = ['.json', '.npy', '.input.png'];

async function checksum(folder: string, key: string): Promise<string> {
  const hashes = await Promise.all(parts.map(async (part) => sha256(await readFile(path.join(folder, key + part)))));
  return sha256(hashes.join());
}

async function writeEntry(map: Attribution, folder: string, key: string): Promise<void> {
  await ensureWritableFolder(folder);
  await saveAttribution(map, folder, key);
  // Last: an entry without it was cut short and does not count.
  await writeWhole(path.join(folder, `${key}.sha256`), await checksum(folder, key));
}

async function readEntry(folder: string, key: string): Promise<Attribution | null> {
  try {
    const said = (await readFile(path.join(folder, `${key}.sha256`), 'utf8')).trim();
    return said === (await checksum(folder, key)) ? await loadAttribution(folder, key) : null;
  } catch (error) {
    if (error instanceof WhylightError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
