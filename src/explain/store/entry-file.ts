import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { WhylightError } from '../errors';
import { reasonOf, writeWholeSync } from '../files';

/** What an entry's file holds: the value, nothing, damaged bytes, or the entry of another identity. */
export type Entry<T> =
  | { readonly state: 'whole'; readonly value: T }
  | { readonly state: 'absent' | 'damaged' | 'other' };

/** Where an entry lies, and what it has to be of. */
export interface Place {
  readonly file: string;
  /** sha256 (hex): {@link identityOf} its key. */
  readonly identity: string;
}

/** Bytes of a sha256. An entry is its identity, the seal over identity and content, and the content. */
const HASH = 32;

const sealOf = (identity: Uint8Array, content: Uint8Array) =>
  createHash('sha256').update(identity).update(content).digest();

/**
 * Writes a value of plain objects, maps and typed arrays, without loss; whole or not at all.
 * @throws WhylightError naming the file and the reason.
 */
export function writeEntry({ file, identity }: Place, value: unknown): void {
  // V8's own format keeps NaN, −0 and typed arrays as they are, and every later Node reads it.
  const [name, content] = [Buffer.from(identity, 'hex'), serialize(value)];
  writeWholeSync(file, Buffer.concat([name, sealOf(name, content), content]));
}

/**
 * Reads a value back. One changed byte, anywhere, and it is not accepted.
 * @throws WhylightError where there is a file that cannot be read.
 */
export function readEntry<T>({ file, identity }: Place): Entry<T> {
  const bytes = readBytes(file);
  if (bytes === null) return { state: 'absent' };
  const whose = identityIn(bytes);
  if (whose !== identity) return { state: whose === null ? 'damaged' : 'other' };
  try {
    return { state: 'whole', value: deserialize(bytes.subarray(2 * HASH)) as T };
  } catch {
    // Whole, but of a later V8.
    return { state: 'damaged' };
  }
}

/** The identity (hex) of a whole entry; null where its bytes do not fit their seal. */
export function identityIn(bytes: Uint8Array): string | null {
  const identity = bytes.subarray(0, HASH);
  const seal = Buffer.from(bytes.subarray(HASH, 2 * HASH));
  return seal.equals(sealOf(identity, bytes.subarray(2 * HASH))) ? Buffer.from(identity).toString('hex') : null;
}

/** A file's bytes, and null where there is none. @throws WhylightError where there is one that cannot be read */
export function readBytes(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return null;
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
