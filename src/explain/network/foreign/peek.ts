import { type FileHandle, open, readdir } from 'node:fs/promises';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';

/** What tells a file's kind: a few of its bytes, never its name. */
export interface Peek {
  readonly size: number;
  /** Its first bytes, 4096 at most. */
  readonly head: Buffer;
  /** Names of a zip archive's entries, 10,000 at most; null for other files, and where its directory is cut off. */
  readonly entries: readonly string[] | null;
  /** Names in a folder; null for a file. */
  readonly folder: readonly string[] | null;
}

const HEAD = 4096;
/** The end of a zip archive: its last record and the longest comment behind it. */
const TAIL = 65_557;
const DIRECTORY_LIMIT = 4 * 2 ** 20;
const ENTRY_LIMIT = 10_000;

/**
 * Looks at a file without reading it whole.
 * @throws WhylightError where it cannot be read.
 */
export async function peek(file: string): Promise<Peek> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, 'r');
    const status = await handle.stat();
    if (status.isDirectory()) return { size: 0, head: Buffer.alloc(0), entries: null, folder: await readdir(file) };
    // A pipe or a device would be waited for.
    if (!status.isFile()) throw new WhylightError(`cannot read ${file}: it is not a file`);
    const head = await bytesAt(handle, 0, Math.min(HEAD, status.size));
    const entries = isZip(head) ? await entryNames(handle, status.size) : null;
    return { size: status.size, head, entries, folder: null };
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await handle?.close();
  }
}

export const isZip = (head: Buffer) => head.toString('latin1', 0, 4) === 'PK\x03\x04';

async function bytesAt(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, start);
  return bytes.subarray(0, bytesRead);
}

/** Names out of a zip archive's directory, as far as they can be read: its reader says later what is damaged. */
async function entryNames(handle: FileHandle, size: number): Promise<string[] | null> {
  const from = Math.max(0, size - TAIL);
  const tail = await bytesAt(handle, from, size - from);
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 20 > tail.length) return null;
  let [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const end64 = tail.lastIndexOf('PK\x06\x06', end, 'latin1');
  if (start === 0xffffffff && end64 >= 0 && end64 + 56 <= tail.length) {
    length = Number(tail.readBigUInt64LE(end64 + 40));
    start = Number(tail.readBigUInt64LE(end64 + 48));
  }
  if (start > size) return null;
  const directory = await bytesAt(handle, start, Math.min(length, DIRECTORY_LIMIT, size - start));
  const names: string[] = [];
  for (let at = 0; at + 46 <= directory.length && names.length < ENTRY_LIMIT; ) {
    if (directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') break;
    const [name, extra, comment] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    names.push(directory.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names.length > 0 ? names : null;
}
