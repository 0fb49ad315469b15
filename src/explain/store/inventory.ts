import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../errors';
import { reasonOf } from '../files';
import { isLeftover } from '../leftovers';
import { identityIn, readBytes } from './entry-file';

/** What a store keeps, and the folders in which it lies. */
export const storedKinds = ['maps', 'measurements', 'maximised', 'features', 'trials', 'unfinished'] as const;
export type StoredKind = (typeof storedKinds)[number];

/** One file of a store. */
export interface StoredFile {
  readonly kind: StoredKind;
  readonly file: string;
  readonly bytes: number;
  /** False for what an earlier version wrote, or a killed process left: it is never read. */
  readonly isEntry: boolean;
}

const entry = /^[0-9a-f]{64}\.entry$/;
const earlier = /^[0-9a-f]{32,64}\.(?:npy|json|input\.png|sha256|measured|scores)$/;

/** All files that a store wrote; others in its folders are none of its business. */
export function storedFiles(folder: string, kinds: readonly StoredKind[] = storedKinds): StoredFile[] {
  return kinds.flatMap((kind) =>
    namesIn(path.join(folder, kind)).flatMap((name) => {
      const file = path.join(folder, kind, name);
      const status = statSync(file, { throwIfNoEntry: false });
      if (!status?.isFile()) return [];
      const left = earlier.test(name) || isLeftover(file);
      return entry.test(name) || left ? [{ kind, file, bytes: status.size, isEntry: entry.test(name) }] : [];
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return [];
    throw new WhylightError(`cannot read ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Whether an entry's bytes are those that were written under its name. @throws WhylightError where it cannot be read */
export function isWhole(file: string): boolean {
  const bytes = readBytes(file);
  // Another process may have finished what it was for.
  return bytes === null || identityIn(bytes) === path.basename(file, '.entry');
}
