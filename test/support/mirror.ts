import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

const beside = path.resolve(__dirname, '../../../shared/mirror');

/** The folder with real photos and weights, or null where it is absent. */
export const mirror: string | null = process.env.WHYLIGHT_MIRROR || (existsSync(beside) ? beside : null);

/** A path inside the mirror; call it only inside `describeWithMirror`. */
export function mirrored(...parts: string[]): string {
  return path.join(mirror ?? '/mirror-absent', ...parts);
}

/** Tests that need the mirror: run where it exists, elsewhere skipped by name and counted. */
export const describeWithMirror = describe.skipIf(mirror === null);
