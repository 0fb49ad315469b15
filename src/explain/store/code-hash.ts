import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const source = path.resolve(__dirname, '../..');
const hashes = new Map<string, string>();

/** Hash of the compiled code in folders of the project, as `explain`, and of the versions of all packages. */
export function codeHash(...folders: readonly string[]): string {
  const name = folders.join();
  const hash = hashes.get(name) ?? readHash(folders);
  hashes.set(name, hash);
  return hash;
}

function readHash(folders: readonly string[]): string {
  const files = folders.flatMap((folder) => {
    const place = path.join(source, folder);
    const names = (readdirSync(place, { recursive: true }) as string[]).filter((file) => /\.[jt]s$/.test(file)).sort();
    return names.map((file) => path.join(place, file));
  });
  const texts = [...files, path.resolve(source, '../package-lock.json')].map((file) => readFileSync(file, 'utf8'));
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}
