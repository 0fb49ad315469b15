import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** When a process began, in ticks since the machine did; 0 where the system does not tell. */
function beginOf(pid: number): number {
  // The program's name, in parentheses, may hold anything but its last parenthesis.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
  return Number(fields[19] ?? 0);
}

/** Where process ids are told apart: a machine since its start, and in it a container. */
function machine(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux.
  }
  const parts = [os.hostname(), textOf('/proc/sys/kernel/random/boot_id'), space];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}

let own: string | undefined;

/** Names this process so that others know when it is gone: its id, when it began, and the machine where ids mean anything. */
export function processIdentity(): string {
  own ??= `${process.pid}-${beginOf(process.pid)}-${machine()}`;
  return own;
}

/** Whether a process runs; one of another user does, too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process that an identity names is gone; null where that is unknown: it ran on another machine. */
export function isGone(identity: string): boolean | null {
  const [pid, begin, where] = identity.split('-');
  if (where !== processIdentity().split('-')[2]) return null;
  if (!isAlive(Number(pid))) return true;
  return begin !== '0' && beginOf(Number(pid)) !== Number(begin);
}
