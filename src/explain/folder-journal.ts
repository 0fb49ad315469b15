import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeHash } from './code-hash';
import type { Journal } from './journal';

/** A journal in a folder. Finished tables stay until `clear`, so that later work of the same run may still fail. */
export interface FolderJournal extends Journal {
  /** Deletes what is finished: its results are written elsewhere. */
  readonly clear: () => void;
}

const DAY = 24 * 3600 * 1000;
/** Days after which nobody is expected to go on. */
const LIFE = 14;

/**
 * Opens a folder of unfinished runs, a file each: sha256 of the rest, then the table. A file that does not fit its
 * checksum, its name and this code is ignored; a folder that cannot be written to keeps nothing, and that is no error.
 */
export function folderJournal(folder: string): FolderJournal {
  const finished = new Set<string>();
  const nameOf = (key: string) => hashOf(`${codeHash('explain')}\0${key}`).toString('hex');
  const place = (name: string) => path.join(folder, `${name}.scores`);
  const seal = (name: string, bytes: Uint8Array) => hashOf(name, bytes);
  removeOld(folder);

  const write = (key: string, { buffer, byteOffset, byteLength }: Float32Array) => {
    const name = nameOf(key);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const beside = path.join(folder, `.${randomBytes(6).toString('hex')}.part`);
    quietly(
      () => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(beside, Buffer.concat([seal(name, bytes), bytes]));
        renameSync(beside, place(name));
      },
      () => quietly(() => rmSync(beside, { force: true })),
    );
    return name;
  };

  return {
    read: (key) => {
      const name = nameOf(key);
      return quietly(() => {
        const file = readFileSync(place(name));
        const bytes = new Uint8Array(file.subarray(32));
        if (bytes.length % 4 !== 0 || !seal(name, bytes).equals(file.subarray(0, 32))) return undefined;
        return new Float32Array(bytes.buffer);
      });
    },
    write,
    finish: (key, table) => {
      finished.add(write(key, table));
    },
    clear: () => {
      for (const name of finished) quietly(() => rmSync(place(name), { force: true }));
      finished.clear();
    },
  };
}

function hashOf(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Losing a journal costs time, never a result. */
function quietly<T>(work: () => T, otherwise: () => void = () => {}): T | undefined {
  try {
    return work();
  } catch {
    otherwise();
    return undefined;
  }
}

function removeOld(folder: string): void {
  quietly(() => {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (Date.now() - statSync(file).mtimeMs > LIFE * DAY) rmSync(file, { force: true });
    }
  });
}
