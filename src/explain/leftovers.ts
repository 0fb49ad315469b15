import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isGone, processIdentity } from './process-identity';

/** What is being written says in its name who writes it, so that the next run can remove what a killed one left. */
const pattern = /\.(\d+-\d+-[0-9a-f]{8})-[0-9a-f]{8}\.part$/;

/** Milliseconds after which nobody on another machine writes there any more. */
const DAY = 24 * 3600 * 1000;

/** A hidden name for what this process has not finished, with `name` in it: `.wolf.png.PROCESS.part`. */
export function partName(name = ''): string {
  const own = `${processIdentity()}-${randomBytes(4).toString('hex')}`;
  return `.${[name, own, 'part'].filter((one) => one !== '').join('.')}`;
}

/** Whether a file or folder has a name of {@link partName}, by a process that is gone. */
export function isLeftover(file: string): boolean {
  const identity = pattern.exec(path.basename(file))?.[1];
  if (identity === undefined) return false;
  return isGone(identity) ?? Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > DAY;
}

function remove(file: string): void {
  try {
    rmSync(file, { recursive: true, force: true });
  } catch {
    // Another user's, say. It costs room, never a result.
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

const clean = new Set<string>();

/** Removes what killed runs left in a folder; the first call for a folder does it. What cannot be removed stays. */
export function removeLeftovers(folder: string): void {
  const whole = path.resolve(folder);
  if (clean.has(whole)) return;
  clean.add(whole);
  for (const file of filesIn(whole)) if (isLeftover(file)) remove(file);
}

/** A new folder for temporary files; whoever asks removes it, or the next run does where this one is killed. */
export function temporaryFolder(name: string): string {
  removeLeftovers(os.tmpdir());
  const folder = path.join(os.tmpdir(), partName(name));
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}
