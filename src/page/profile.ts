import { rmSync } from 'node:fs';

/** Removes a Chromium's profile, also while its last files appear in it. */
export function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // The next run removes it.
  }
}
