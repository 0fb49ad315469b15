import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** sha256 (hex). */
export const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

const known = new Map<string, string>();

/** Hash of the compiled code in folders of the project, as `explain`, and of the versions of all packages. */
export function codeHash(...folders: readonly string[]): string {
  const name = folders.join();
  const hash = known.get(name) ?? readHash(folders);
  known.set(name, hash);
  return hash;
}

function readHash(folders: readonly string[]): string {
  const files = folders.flatMap((folder) => {
    const place = path.resolve(__dirname, '..', folder);
    const names = (readdirSync(place, { recursive: true }) as string[]).filter((file) => /\.[jt]s$/.test(file)).sort();
    return names.map((file) => path.join(place, file));
  });
  const lock = path.resolve(__dirname, '../../package-lock.json');
  return sha256([...files, lock].map((file) => readFileSync(file, 'utf8')).join('\0'));
}
