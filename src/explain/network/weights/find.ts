import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, stat, unlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AbortedError, WhylightError } from '../../errors';
import type { Progress } from '../../progress';

/** A published file. */
export interface FileSource {
  /** The published file name. */
  readonly name: string;
  /** sha256 (hex), or its first digits where the publisher gives no more (at least 8). */
  readonly sha256: string;
  /** Where the publisher offers it; null where nowhere. */
  readonly url: string | null;
}

/** Where files may come from. */
export interface FindOptions {
  /** A folder asked first. Default: WHYLIGHT_MIRROR. */
  readonly mirror?: string | null;
  /** Default: WHYLIGHT_CACHE, else `whylight` in the user's cache folder. */
  readonly cache?: string;
  /** Never downloads. Default false. */
  readonly offline?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** A file that was found and whose hash is right. */
export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  readonly foundIn: 'project' | 'mirror' | 'cache' | 'download';
}

const project = path.resolve(__dirname, '../../../../networks');

/** The folder in which downloads are kept. */
export function cacheFolder(): string {
  const home = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return process.env.WHYLIGHT_CACHE || path.join(home, 'whylight');
}

/** Where a file lies without a download, its hash not checked yet; null where it is not here. */
export function whereIs(
  { name }: Pick<FileSource, 'name'>,
  { mirror = process.env.WHYLIGHT_MIRROR || null, cache = cacheFolder() }: Pick<FindOptions, 'mirror' | 'cache'> = {},
  beside: string | null = null,
): Omit<FoundFile, 'sha256'> | null {
  const folders: [FoundFile['foundIn'], string | null][] = [
    ['project', beside],
    ['project', project],
    ['mirror', mirror],
    ['mirror', mirror && path.join(mirror, 'weights')],
    ['cache', cache],
  ];
  for (const [foundIn, folder] of folders) {
    const file = folder && path.join(folder, name);
    if (file && existsSync(file)) return { path: file, foundIn };
  }
  return null;
}

/**
 * Finds a file in the project, the mirror or the cache, or downloads it; its sha256 is checked before it is used.
 *
 * @param beside a folder asked first of all: the one of the card that names the file.
 * @throws WhylightError for a wrong checksum, and where the file is nowhere: which file, where it comes from, and how
 *   to hand it over.
 */
export async function findFile(
  source: FileSource,
  {
    mirror = process.env.WHYLIGHT_MIRROR || null,
    cache = cacheFolder(),
    offline = false,
    onProgress,
    signal,
  }: FindOptions = {},
  beside: string | null = null,
): Promise<FoundFile> {
  const found = whereIs(source, { mirror, cache }, beside);
  if (found !== null) return { ...found, sha256: await checked(found.path, source) };
  const handOver = `hand it over with --mirror DIR (a folder that holds it) or put it into ${cache}`;
  if (source.url === null)
    throw new WhylightError(`${source.name} is not here and is not published for download; ${handOver}`);
  if (offline)
    throw new WhylightError(
      `${source.name} is not here, and downloads are off; it comes from ${source.url}; ${handOver}`,
    );
  const target = path.join(cache, source.name);
  await mkdir(cache, { recursive: true });
  const part = `${target}.${process.pid}.part`;
  try {
    await download(source.url, part, source.name, onProgress, signal);
    const sha256 = await checked(part, source);
    await rename(part, target);
    return { path: target, sha256, foundIn: 'download' };
  } catch (error) {
    await unlink(part).catch(() => undefined);
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(
      `${source.name} is not here and could not be downloaded from ${source.url} (${reason(error)}); ${handOver}`,
      { cause: error },
    );
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

async function checked(file: string, { name, sha256 }: FileSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (!found.startsWith(sha256.toLowerCase())) {
    throw new WhylightError(`${name} has a wrong checksum: sha256 ${found}, expected ${sha256} (${file})`);
  }
  return found;
}

const ATTEMPTS = 4;

/** Downloads into `part`; after a cut it goes on from where it was, where the server allows that. */
async function download(
  url: string,
  part: string,
  label: string,
  onProgress?: FindOptions['onProgress'],
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const have = existsSync(part) ? (await stat(part)).size : 0;
    try {
      const response = await fetch(url, { signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
      if (!response.ok || response.body === null) throw new WhylightError(`${url} answered ${response.status}`);
      const resumed = response.status === 206;
      const length = Number(response.headers.get('content-length') ?? 0);
      let done = resumed ? have : 0;
      const total = length > 0 ? length + done : 0;
      const file = createWriteStream(part, { flags: resumed ? 'a' : 'w' });
      try {
        for await (const chunk of response.body) {
          if (!file.write(chunk)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
          done += chunk.length;
          onProgress?.({ label, done, total: Math.max(total, done) });
        }
      } finally {
        await new Promise<void>((resolve) => file.end(() => resolve()));
      }
      if (total > 0 && done < total) throw new Error(`the connection was cut after ${done} of ${total} bytes`);
      return;
    } catch (error) {
      if (signal?.aborted) throw new AbortedError('interrupted');
      if (error instanceof WhylightError || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}
