import { crc32, inflateRawSync } from 'node:zlib';
import { WhylightError } from '../../errors';
import { ByteReader } from './byte-reader';
import { quoteName } from './quote-name';

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Unpacked, in bytes, as the archive declares it. */
  readonly size: number;
  /**
   * Its bytes: a view of the archive where they are stored unpacked, else a copy.
   * @throws WhylightError where they are damaged, or unpack to more than declared.
   */
  read(): Uint8Array;
}

const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endHeader = 0x06054b50;
const end64Header = 0x06064b50;
const locator64Header = 0x07064b50;

/** What packed entries may unpack to in all: far above what weights reach, far below a zip bomb. */
export const unpackLimit = (archive: number): number => 64 * 2 ** 20 + 20 * archive;

/**
 * The entries of a zip archive by name, zip64 included, read from its directory.
 * @throws WhylightError where the directory or an entry does not lie inside the archive, or is of a kind that
 * weights never are (encrypted, split, packed by another method than deflate).
 */
export function readZip(bytes: Uint8Array): Map<string, ZipEntry> {
  const { start, count } = findDirectory(bytes);
  const directory = new ByteReader(bytes, 'the zip directory', start);
  const entries = new Map<string, ZipEntry>();
  const budget = { left: unpackLimit(bytes.length) };
  const places: [start: number, end: number][] = [];
  for (let i = 0; i < count; i++) {
    const entry = readEntry(bytes, directory, budget, places);
    if (entries.has(entry.name)) throw new WhylightError(`the archive holds ${quoteName(entry.name)} twice`);
    entries.set(entry.name, entry);
  }
  // A small archive could otherwise hold one large entry under thousands of names.
  places.sort(([a], [b]) => a - b);
  if (places.some(([start], i) => i > 0 && start < places[i - 1]![1])) {
    throw new WhylightError('entries of the zip archive overlap');
  }
  return entries;
}

function findDirectory(bytes: Uint8Array): { start: number; count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  const last = Math.max(0, end - 65_535);
  while (end >= last && view.getUint32(end, true) !== endHeader) end--;
  if (end < last) throw new WhylightError('the zip archive has no directory: it is damaged or cut off');
  const reader = new ByteReader(bytes, 'the end of the zip archive', end + 4);
  const disks = reader.u16() + reader.u16();
  reader.skip(2);
  let count = reader.u16();
  reader.skip(4);
  let start = reader.u32();
  if (end >= 20 && view.getUint32(end - 20, true) === locator64Header) {
    const locator = new ByteReader(bytes, 'the end of the zip archive', end - 12);
    const place = locator.u64();
    const end64 = new ByteReader(bytes, 'the end of the zip archive', Math.min(place, bytes.length));
    if (end64.u32() !== end64Header) throw new WhylightError('the end of the zip archive is damaged (zip64)');
    end64.skip(28);
    count = end64.u64();
    end64.skip(8);
    start = end64.u64();
  } else if (disks !== 0) {
    throw new WhylightError('the zip archive is split into several files');
  }
  if (start > end) throw new WhylightError(`the zip directory lies outside the archive (at ${start})`);
  return { start, count };
}

function readEntry(
  bytes: Uint8Array,
  directory: ByteReader,
  budget: { left: number },
  places: [start: number, end: number][],
): ZipEntry {
  if (directory.u32() !== centralHeader) throw new WhylightError('the zip directory is damaged');
  directory.skip(4);
  const flags = directory.u16();
  const method = directory.u16();
  directory.skip(4);
  const checksum = directory.u32();
  let packed = directory.u32();
  let size = directory.u32();
  const [nameLength, extraLength, commentLength] = [directory.u16(), directory.u16(), directory.u16()];
  directory.skip(8);
  let start = directory.u32();
  const name = Buffer.from(directory.take(nameLength)).toString('utf8');
  const extra = findZip64Extra(directory.take(extraLength));
  directory.skip(commentLength);
  if (size === 0xffffffff && extra) size = extra.u64();
  if (packed === 0xffffffff && extra) packed = extra.u64();
  if (start === 0xffffffff && extra) start = extra.u64();
  const title = quoteName(name);
  if (flags & 1) throw new WhylightError(`${title} is encrypted`);
  if (method !== 0 && method !== 8) {
    throw new WhylightError(`${title} is packed by method ${method} (allowed: stored, deflate)`);
  }
  if (method === 0 && packed !== size) throw new WhylightError(`${title} declares ${size} bytes but stores ${packed}`);
  const stored = locate(bytes, start, packed, title);
  places.push([start, stored.byteOffset - bytes.byteOffset + packed]);
  let isCounted = method === 0;
  return {
    name,
    size,
    read: () => {
      // An entry may be read again: it unpacks to no more than it did.
      if (!isCounted && size > budget.left) {
        throw new WhylightError(`${title} declares ${size} bytes from ${stored.length} packed ones`);
      }
      if (!isCounted) budget.left -= size;
      isCounted = true;
      return check(method === 0 ? stored : unpack(stored, size, title), checksum, title);
    },
  };
}

function findZip64Extra(extra: Uint8Array): ByteReader | null {
  const reader = new ByteReader(extra, 'the zip directory');
  while (reader.left >= 4) {
    const id = reader.u16();
    const part = reader.take(Math.min(reader.u16(), reader.left));
    if (id === 1) return new ByteReader(part, 'the zip directory');
  }
  return null;
}

function locate(bytes: Uint8Array, start: number, packed: number, title: string): Uint8Array {
  const reader = new ByteReader(bytes, title, Math.min(start, bytes.length));
  if (reader.u32() !== localHeader) throw new WhylightError(`${title} is not where the zip directory says (${start})`);
  reader.skip(22);
  const skipped = reader.u16() + reader.u16();
  reader.skip(skipped);
  return reader.take(packed);
}

function unpack(stored: Uint8Array, size: number, title: string): Uint8Array {
  let unpacked: Uint8Array;
  try {
    unpacked = inflateRawSync(stored, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new WhylightError(`${title} cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
  if (unpacked.length !== size) throw new WhylightError(`${title} unpacks to ${unpacked.length} bytes, not ${size}`);
  return unpacked;
}

/** PyTorch can be told not to compute checksums and then writes 0. */
function check(bytes: Uint8Array, checksum: number, title: string): Uint8Array {
  if (checksum !== 0 && crc32(bytes) !== checksum)
    throw new WhylightError(`${title} is damaged: its checksum is wrong`);
  return bytes;
}
