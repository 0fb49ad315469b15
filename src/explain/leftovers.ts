import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * What is being written says in its name who writes it, so that the next run can remove what a killed one left: the
 * process, when it began, and the machine on which that process id means anything.
 */
const pattern = /\.(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}\.part$/;

/** Milliseconds after which nobody on another machine writes there any more. */
const DAY = 24 * 3600 * 1000;

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

let place: string | undefined;

/** Where process ids are told apart: a machine since its start, and in it a container. */
function machine(): string {
  if (place !== undefined) return place;
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux.
  }
  const parts = [os.hostname(), textOf('/proc/sys/kernel/random/boot_id'), space];
  place = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
  return place;
}

/** A hidden name for what this process has not finished, with `name` in it: `.wolf.png.PROCESS.part`. */
export function partName(name = ''): string {
  const own = `${process.pid}-${beginOf(process.pid)}-${machine()}-${randomBytes(4).toString('hex')}`;
  return `.${[name, own, 'part'].filter((one) => one !== '').join('.')}`;
}

function isAlive(pid: number, begin: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return begin === 0 || beginOf(pid) === begin;
}

/** Whether a file or folder has a name of {@link partName}, by a process that is gone. */
export function isLeftover(file: string): boolean {
  const match = pattern.exec(path.basename(file));
  if (match === null) return false;
  const [, pid, begin, where] = match;
  if (where === machine()) return !isAlive(Number(pid), Number(begin));
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > DAY;
}

const clean = new Set<string>();

/** Removes what killed runs left in a folder; the first call for a folder does it. What cannot be removed stays. */
export function removeLeftovers(folder: string): void {
  const whole = path.resolve(folder);
  if (clean.has(whole)) return;
  clean.add(whole);
  try {
    for (const file of readdirSync(whole).map((name) => path.join(whole, name)))
      if (isLeftover(file)) rmSync(file, { recursive: true, force: true });
  } catch {
    // It costs room, never a result.
  }
}

/** A new folder for temporary files; whoever asks removes it, or the next run does where this one is killed. */
export function temporaryFolder(what: string): string {
  removeLeftovers(os.tmpdir());
  const folder = path.join(os.tmpdir(), partName(`whylight-${what}`));
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}
