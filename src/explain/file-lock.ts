import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from './errors';
import { reasonOf } from './files';
import { partName } from './leftovers';
import { isGone, processIdentity } from './process-identity';
import { pause } from './progress';

/** A holder that shows no life for so long, in ms, has lost its lock: its machine may be another one. */
const SILENCE = 60_000;
const HEARTBEAT = 10_000;
const LOOK = 200;

/**
 * Runs `work` while no other process (and no other call in this one) holds the lock `file`; waits for it where one
 * does. The lock of a process that has died is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const mine = `${processIdentity()} ${randomBytes(8).toString('hex')}`;
  while (!(await take(file, mine))) await pause(LOOK, signal);
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readFile(file, 'utf8').catch(() => '')) === mine) await rm(file, { force: true });
  }
}

async function take(file: string, mine: string): Promise<boolean> {
  const aside = path.join(path.dirname(file), partName(path.basename(file)));
  try {
    await writeFile(aside, mine);
    if (await place(aside, file)) return true;
    const holder = await readFile(file, 'utf8').catch(() => null);
    if (holder === null || !(await isDead(file, holder))) return false;
    // Another process may have taken it over meanwhile: then it has it back.
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== holder) await place(aside, file);
    return false;
  } catch (error) {
    // Whoever held it has let it go.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(path.dirname(file))) return false;
    throw new WhylightError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(aside, { force: true });
  }
}

/** Puts a whole file to its place where there is none. @returns whether there was none */
async function place(aside: string, file: string): Promise<boolean> {
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code!)) throw error;
    return writeFile(file, await readFile(aside), { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  }
}

async function isDead(file: string, holder: string): Promise<boolean> {
  const age = Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Date.now());
  return age > SILENCE || isGone(holder.split(' ')[0]!) === true;
}
