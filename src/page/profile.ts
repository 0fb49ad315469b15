import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How the profiles of this machine's Chromiums begin; the process that made one follows. */
const prefix = () => `whylight-chromium-${createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8)}-`;

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Removes a profile, also while the last files of a Chromium that ends appear in it. */
export function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // The next start removes it.
  }
}

/** An empty profile for a Chromium of this process; those of processes that were killed go. */
export function makeProfile(): string {
  const folder = os.tmpdir();
  for (const name of readdirSync(folder).filter((each) => each.startsWith(prefix()))) {
    const pid = Number(/^\d+/.exec(name.slice(prefix().length))?.[0]);
    if (pid > 0 && isDead(pid)) removeProfile(path.join(folder, name));
  }
  return mkdtempSync(path.join(folder, `${prefix()}${process.pid}-`));
}
