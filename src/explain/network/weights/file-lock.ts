import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';
import { pause } from './download';

/** A holder that shows no life for so long, in ms, has lost its lock: its machine may be another one. */
const SILENCE = 60_000;
const HEARTBEAT = 10_000;
const LOOK = 200;

/**
 * Runs `work` while no other process (and no other call in this one) holds the lock `file`; waits for it where one
 * does. The lock of a process that has died is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const mine = `${process.pid} ${os.hostname()} ${randomBytes(8).toString('hex')}`;
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
  try {
    await writeFile(file, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new WhylightError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
    }
  }
  const holder = await readFile(file, 'utf8').catch(() => null);
  if (holder !== null && (await isDead(file, holder)) && (await readFile(file, 'utf8').catch(() => null)) === holder) {
    await rm(file, { force: true });
  }
  return false;
}

async function isDead(file: string, holder: string): Promise<boolean> {
  const [pid, host] = holder.split(' ');
  const age = Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Date.now());
  if (age > SILENCE) return true;
  if (host !== os.hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
