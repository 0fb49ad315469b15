import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WhylightError } from '../../errors';
import { withLock } from '../../file-lock';
import { ensureWritableFolder, reasonOf } from '../../files';
import { partName } from '../../leftovers';
import type { Progress } from '../../progress';
import { download, removePart } from './download';
import { checkFirstUse } from './first-use';
import { quoteName } from './quote-name';
import { downloadWheel, fileInWheel, type Wheel } from './wheel';

/** A published file. */
export interface FileSource {
  /** The published file name. */
  readonly name: string;
  /** sha256 (hex), or its first digits where the publisher gives no more (at least 8). */
  readonly sha256: string;
  /** Where the publisher offers it; null where nowhere. */
  readonly url: string | null;
  /** The Python package that holds it. Default: none. */
  readonly wheel?: Wheel | undefined;
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

/** Whether a name stays inside the folder that it is looked for in: a card may come from anywhere. */
function isInside(name: string): boolean {
  return name.split('/').every((step) => !['', '.', '..'].includes(step) && !/[\\\0]/.test(step));
}

/**
 * Finds a file in the project, the mirror or the cache, or downloads it, by its address or inside its wheel; its
 * sha256 is checked before it is used; where the publisher gives its first digits alone, all of them are those of its
 * first use on this machine.
 *
 * @param beside a folder asked first of all: the one of the card that names the file.
 * @throws WhylightError for a wrong checksum, and where the file is nowhere: which file, where it comes from, and how
 *   to hand it over.
 */
export async function findFile(
  source: FileSource,
  options: FindOptions = {},
  beside: string | null = null,
): Promise<FoundFile> {
  const file = await lookFor(source, options, beside);
  // A person's own file, of which the card says no digit, may change.
  if (source.sha256.length > 0 && source.sha256.length < 64) {
    await checkFirstUse(options.cache ?? cacheFolder(), { ...file, name: source.name, pin: source.sha256 });
  }
  return file;
}

async function lookFor(
  source: FileSource,
  {
    mirror = process.env.WHYLIGHT_MIRROR || null,
    cache = cacheFolder(),
    offline = false,
    onProgress,
    signal,
  }: FindOptions,
  beside: string | null,
): Promise<FoundFile> {
  if (!isInside(source.name)) {
    throw new WhylightError(
      `unusable file name: ${quoteName(source.name)} (allowed: a name, or folders and a name: a/b.pth)`,
    );
  }
  const match = whereIs(source, { mirror, cache }, beside);
  if (match !== null) return { ...match, sha256: await checked(match.path, source) };
  const wheel = source.wheel && whereIs({ name: source.wheel.file }, { mirror, cache }, beside);
  const orWheel = source.wheel ? ` or ${source.wheel.file}` : '';
  const handOver = `hand it over with --mirror DIR (a folder that holds it${orWheel}) or put it into ${cache}`;
  const origin = source.url ?? (source.wheel && `the Python package ${source.wheel.package} ${source.wheel.version}`);
  if (!origin) throw new WhylightError(`${source.name} is not here and is not published for download; ${handOver}`);
  if (offline && !wheel)
    throw new WhylightError(`${source.name} is not here, and downloads are off; it comes from ${origin}; ${handOver}`);
  const target = path.join(cache, source.name);
  await ensureWritableFolder(path.dirname(target));
  const fetched = () =>
    source.wheel && (wheel || source.url === null)
      ? unpackChecked(source, source.wheel, wheel ?? null, target, { onProgress, signal })
      : fetchChecked(source as FileSource & { readonly url: string }, target, { onProgress, signal });
  try {
    return { ...(await withLock(`${target}.lock`, fetched, signal)), path: target };
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(
      `${source.name} is not here and could not be downloaded from ${origin} (${reason(error)}); ${handOver}`,
      { cause: error },
    );
  }
}

/** Downloads beside the target, checks, and only then puts the file there. */
async function fetchChecked(
  source: FileSource & { readonly url: string },
  target: string,
  options: Pick<FindOptions, 'onProgress' | 'signal'>,
): Promise<Pick<FoundFile, 'sha256' | 'foundIn'>> {
  // Another process may have brought it while this one waited.
  if (existsSync(target)) return { sha256: await checked(target, source), foundIn: 'cache' };
  // Bytes kept from an earlier run are for this content alone.
  const part = `${target}.${source.sha256.toLowerCase()}.part`;
  let inherited = await download(source.url, part, source.name, options);
  for (;;) {
    try {
      const sha256 = await checked(part, source);
      await rename(part, target);
      await removePart(part);
      return { sha256, foundIn: 'download' };
    } catch (error) {
      await removePart(part);
      if (!inherited) throw error;
      inherited = await download(source.url, part, source.name, options);
    }
  }
}

/** Takes a file out of its wheel, which is downloaded where it is not here, beside the target, and checks both. */
async function unpackChecked(
  source: FileSource,
  wheel: Wheel,
  place: Omit<FoundFile, 'sha256'> | null,
  target: string,
  { onProgress, signal }: Pick<FindOptions, 'onProgress' | 'signal'>,
): Promise<Pick<FoundFile, 'sha256' | 'foundIn'>> {
  if (existsSync(target)) return { sha256: await checked(target, source), foundIn: 'cache' };
  const folder = path.join(path.dirname(target), partName(path.basename(target)));
  await mkdir(folder);
  try {
    if (place === null) onProgress?.({ label: wheel.file, done: 0, total: 1 });
    const file = place?.path ?? (await downloadWheel(wheel, folder, signal));
    await checked(file, { name: wheel.file, sha256: wheel.sha256 });
    const part = path.join(folder, 'part');
    await writeFile(part, await takenOut(file, source.name));
    const sha256 = await checked(part, source);
    await rename(part, target);
    if (place === null) onProgress?.({ label: wheel.file, done: 1, total: 1 });
    return { sha256, foundIn: place?.foundIn ?? 'download' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takenOut(wheelFile: string, name: string): Promise<Uint8Array> {
  try {
    return fileInWheel(await readFile(wheelFile), name);
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`${wheelFile}: ${error.message}`, { cause: error });
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

async function checked(file: string, { name, sha256 }: Pick<FileSource, 'name' | 'sha256'>): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
  const digest = hash.digest('hex');
  if (!digest.startsWith(sha256.toLowerCase())) {
    throw new WhylightError(`${name} has a wrong checksum: sha256 ${digest}, expected ${sha256} (${file})`);
  }
  return digest;
}
