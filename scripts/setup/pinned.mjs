import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, makeFolder, removeParts } from './tools.mjs';

/**
 * @typedef {object} PinnedFile
 * @property {string} url
 * @property {string | null} sha256 64 digits; null where nobody publishes them, so that the first use decides.
 */

/** Longest silence of a server, and longest download, in ms. */
const SILENCE = 8000;
const LONGEST = 600_000;

/** The file for this machine, or null. */
export const forThisMachine = (/** @type {Record<string, PinnedFile>} */ files) =>
  files[`${process.platform} ${process.arch}`] ?? null;

async function digestOf(/** @type {string} */ file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function transfer(/** @type {string} */ url, /** @type {string} */ file) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error(`no answer in ${SILENCE / 1000} s`)), SILENCE);
  try {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(LONGEST)]);
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const alive = async function* (/** @type {AsyncIterable<Uint8Array>} */ chunks) {
      for await (const chunk of chunks) {
        timer.refresh();
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), alive, createWriteStream(file), { signal });
  } finally {
    clearTimeout(timer);
  }
}

/** What is expected of a file: its pin, else what its first use on this machine left behind. */
function expected(/** @type {PinnedFile} */ { sha256 }, /** @type {string} */ record) {
  if (sha256 !== null) return sha256;
  // What a killed set-up wrote of a record is none.
  return /^[0-9a-f]{64}/.exec(existsSync(record) ? readFileSync(record, 'utf8') : '')?.[0] ?? null;
}

/**
 * Brings a file whose sha256 is pinned into the cache; what was brought before is checked again.
 *
 * @param {PinnedFile} pinned
 * @param {string} [folder]
 * @returns {Promise<{ file: string, sha256: string, problem: null } | { file: null, sha256: null, problem: string }>} `problem`: why
 *   it is not used, in one line: it could not be had, or is another file than the pinned one.
 */
export async function pinnedFile(pinned, folder = cacheFolder) {
  const name = path.basename(new URL(pinned.url).pathname);
  const file = path.join(folder, 'setup', name);
  const record = `${file}.sha256`;
  const part = `${file}.${process.pid}.part`;
  makeFolder(path.dirname(file));
  removeParts(file);
  try {
    if (!existsSync(file) || (pinned.sha256 !== null && (await digestOf(file)) !== pinned.sha256)) {
      await transfer(pinned.url, part);
      renameSync(part, file);
    }
    const sha256 = await digestOf(file);
    const pin = expected(pinned, record);
    if (pin !== null && sha256 !== pin) {
      rmSync(file);
      const whose = pinned.sha256 === null ? `the ${pin} of its first use (${record})` : `the pinned ${pin}`;
      return { file: null, sha256: null, problem: `${name} has sha256 ${sha256}, not ${whose}` };
    }
    if (pinned.sha256 === null) writeFileSync(record, `${sha256}  ${name}\n`);
    return { file, sha256, problem: null };
  } catch (error) {
    const { message, cause } = error;
    return { file: null, sha256: null, problem: `${name}: ${cause?.message ?? message}` };
  } finally {
    rmSync(part, { force: true });
  }
}
