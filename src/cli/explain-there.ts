import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { differenceOf, originOf, type PlanOrigin } from './explain-origin';
import { formatJson, type PhotoResults } from './explain-results';

/** Before all other bytes of results stands their checksum. */
const head = '{\n  "checksum": "';
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Results as the text of a file that tells whether it was altered. */
export function sealed(results: PhotoResults): string {
  const rest = `",${formatJson(results).slice(1)}\n`;
  return `${head}${sha256(rest)}${rest}`;
}

/** The results in such a text; null where it is none, or was altered. */
function unsealed(text: string): PhotoResults | null {
  const rest = text.slice(head.length + 64);
  if (!text.startsWith(head) || text.slice(head.length, head.length + 64) !== sha256(rest)) return null;
  const { checksum: _, ...results } = JSON.parse(text) as PhotoResults & { checksum: string };
  return results as PhotoResults;
}

/** What a folder holds of a photo's results. */
export type There =
  | { readonly state: 'absent' }
  | { readonly state: 'whole'; readonly results: PhotoResults }
  /** Results of the same photo and plan that cannot be kept, and why. */
  | { readonly state: 'stale'; readonly why: string }
  /** Something else: `plan` where the run as a whole asks for something else than this folder holds. */
  | { readonly state: 'other'; readonly of: 'plan' | 'photo'; readonly words: string };

/**
 * Looks for a photo's results, in little time where there are none.
 * @param place path of the results without their ending
 * @throws WhylightError where the photo cannot be read.
 */
export async function resultsThere(place: string, origin: PlanOrigin, photo: string, source: string): Promise<There> {
  const file = `${place}.json`;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return { state: 'absent' };
  const results = unsealed(text);
  const elsewhere = 'choose another folder with --out';
  if (results === null) {
    const words = `${file} is there and holds no results, or altered ones (${elsewhere}, or delete it)`;
    return { state: 'other', of: 'photo', words };
  }
  const difference = differenceOf(results.origin, origin);
  if (difference !== null) {
    return { state: 'other', of: 'plan', words: `${file} holds results of ${difference} (${elsewhere})` };
  }
  const hash = await hashOf(photo);
  if (results.photo.sha256 !== hash) {
    const words = `${file} holds results of another photo, ${results.photo.file} with the sha256 ${results.photo.sha256.slice(0, 8)}… (${elsewhere}, or delete it)`;
    return { state: 'other', of: 'photo', words };
  }
  if (results.origin.results !== originOf(origin, { sha256: hash, source }).results)
    return { state: 'stale', why: 'its results were of another version' };
  return (await alteredFile(path.dirname(place), results)) ?? { state: 'whole', results };
}

async function alteredFile(folder: string, { files }: PhotoResults): Promise<There | null> {
  for (const [name, hash] of Object.entries(files)) {
    const own = await hashOf(path.join(folder, name)).catch(() => null);
    if (own !== hash) return { state: 'stale', why: `${name} was ${own === null ? 'missing' : 'altered'}` };
  }
  return null;
}

/** sha256 (hex) of a file. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw new WhylightError(`cannot read the photo ${file}: ${reasonOf(error)}`, { cause: error });
  }
  return hash.digest('hex');
}
