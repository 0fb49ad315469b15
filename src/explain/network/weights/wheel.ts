import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AbortedError, WhylightError } from '../../errors';
import { quoteName } from './quote-name';
import { readZip } from './zip';

/** A wheel of the Python package index that holds a file. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** The wheel's file name. */
  readonly file: string;
  /** Of the wheel, 64 hex digits. */
  readonly sha256: string;
}

const text = (wheel: Pick<Wheel, 'package' | 'version'>) => `${wheel.package}==${wheel.version}`;

/**
 * Downloads a wheel into a folder with pip, from the index that pip itself is set to; nothing of it is installed or run.
 * @returns its path
 * @throws AbortedError when interrupted, and Error with pip's own reason in one line.
 */
export async function downloadWheel(wheel: Wheel, folder: string, signal?: AbortSignal): Promise<string> {
  const download = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const child = spawn('python3', [...download, '--only-binary=:all:', '--dest', folder, text(wheel)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // In a group of its own, so that what pip started ends with it.
    detached: true,
  });
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors = (errors + part).slice(-4000);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (signal?.aborted) throw new AbortedError('interrupted');
    if (code !== 0) throw new Error(`pip: ${lastLine(errors)}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('there is no python3 with pip');
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const file = path.join(folder, wheel.file);
  if (!existsSync(file)) throw new Error(`pip brought another file than ${wheel.file}`);
  return file;
}

/** What went wrong, in pip's last words. */
function lastLine(errors: string): string {
  const lines = errors.split('\n').map((line) => line.replace(/^ERROR:\s*/, '').trim());
  return quoteName(lines.filter((line) => line !== '').at(-1) ?? 'it gave no reason', 200);
}

/**
 * The file of that name in a wheel, in whatever folder.
 * @throws WhylightError where there is none or several, and for a damaged archive.
 */
export function fileInWheel(bytes: Uint8Array, name: string): Uint8Array {
  const entries = [...readZip(bytes).values()].filter((entry) => entry.name.split('/').at(-1) === name);
  if (entries.length !== 1) {
    throw new WhylightError(`it holds ${entries.length === 0 ? 'no file' : `${entries.length} files`} ${name}`);
  }
  return entries[0]!.read();
}
