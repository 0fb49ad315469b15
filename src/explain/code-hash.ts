import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

let code: string | null = null;

/** Hash of the compiled code below `explain/` and of the engine's version: what is kept on disk is worth this code only. */
export function codeHash(): string {
  if (code !== null) return code;
  const files = (readdirSync(__dirname, { recursive: true }) as string[])
    .filter((file) => /\.[jt]s$/.test(file))
    .sort()
    .map((file) => path.join(__dirname, file));
  const lock = path.resolve(__dirname, '../../package-lock.json');
  const text = [...files, lock].map((file) => readFileSync(file, 'utf8')).join('\0');
  code = createHash('sha256').update(text).digest('hex');
  return code;
}
