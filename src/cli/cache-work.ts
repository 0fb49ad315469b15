import { existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { cardFiles, listCards } from '../explain/network/card';
import { cacheFolder, findFile } from '../explain/network/weights/find';
import { isWhole, storedFiles, storedKinds } from '../explain/store/inventory';
import { megabytes, table } from './table';

interface KeptFile {
  readonly kind: string;
  readonly file: string;
  readonly bytes: number;
  readonly isEntry: boolean;
}

const kinds = [...storedKinds, 'weights'];

const weightFiles = async () => new Map((await listCards()).flatMap(cardFiles).map((file) => [file.file, file]));

async function keptFiles(): Promise<KeptFile[]> {
  const weights = [...(await weightFiles()).keys()].flatMap((name): KeptFile[] => {
    const file = path.join(cacheFolder(), name);
    const status = existsSync(file) ? statSync(file) : null;
    return status ? [{ kind: 'weights', file, bytes: status.size, isEntry: true }] : [];
  });
  return [...storedFiles(cacheFolder()), ...weights];
}

async function isWeightsFileWhole(file: string): Promise<boolean> {
  const name = path.relative(cacheFolder(), file);
  const { sha256, url } = (await weightFiles()).get(name)!;
  return findFile({ name, sha256, url }, { mirror: null, offline: true }, cacheFolder()).then(
    () => true,
    () => false,
  );
}

function sum(files: readonly KeptFile[]) {
  return { files: files.length, bytes: files.reduce((total, { bytes }) => total + bytes, 0) };
}

const byKind = (files: readonly KeptFile[], order: readonly string[] = kinds) =>
  order.map((kind) => ({ kind, ...sum(files.filter((file) => file.kind === kind)) }));

/** A line for each kind. */
function sizeTable(title: string, sizes: ReturnType<typeof byKind>): string {
  return table([['KIND', title, 'SIZE'], ...sizes.map((row) => [row.kind, String(row.files), megabytes(row.bytes)])]);
}

function print(json: boolean, value: object, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text}\n`);
}

/** Prints where the cache lies and what is in it. */
export async function showCache(json = false): Promise<void> {
  const files = await keptFiles();
  const sizes = byKind(files.filter(({ isEntry }) => isEntry));
  const unread = sum(files.filter(({ isEntry }) => !isEntry));
  const text = `${cacheFolder()}\n\n${sizeTable('ENTRIES', sizes)}`;
  const note = `\n\n${unread.files} files (${megabytes(unread.bytes)}) of earlier versions or killed runs are not read any more (whylight cache clear)`;
  print(json, { folder: cacheFolder(), kinds: sizes, unread }, unread.files === 0 ? text : text + note);
}

/**
 * Checks every entry, and names the damaged.
 * @throws WhylightError where there is one.
 */
export async function verifyCache(json = false): Promise<void> {
  const entries = (await keptFiles()).filter(({ isEntry }) => isEntry);
  const damaged: string[] = [];
  for (const { kind, file } of entries) {
    if (!(kind === 'weights' ? await isWeightsFileWhole(file) : isWhole(file))) damaged.push(file);
  }
  const text = damaged.length > 0 ? damaged.join('\n') : `entries that are whole: ${entries.length}, damaged: 0`;
  print(json, { entries: entries.length, damaged }, text);
  if (damaged.length > 0) {
    throw new WhylightError(`${damaged.length} of ${entries.length} entries are damaged; none of them is ever used`);
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw new WhylightError(`cannot remove ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Removes all of some kinds. Default: of all but weights. */
export async function clearCache(choice: readonly string[], json = false): Promise<void> {
  const selection = choice.length > 0 ? choice : storedKinds;
  const files = (await keptFiles()).filter(({ kind }) => selection.includes(kind));
  for (const { file } of files) remove(file);
  const removed = byKind(files, selection);
  print(json, { removed }, sizeTable('REMOVED', removed));
}
