import path from 'node:path';
import { withLock } from './file-lock';
import { writeWhole } from './files';

/** A file's path and content. */
export type WrittenFile = readonly [file: string, content: Uint8Array | string];

/**
 * Writes files that belong together into a folder, each whole, the last one when all others are there. Of two processes that write
 * there at once one waits for the other, so that no file of the one stays among those of the other.
 * @returns the files
 * @throws WhylightError naming the file that cannot be written and the reason; AbortedError through `signal` while it waits.
 */
export async function writeTogether(
  folder: string,
  files: readonly WrittenFile[],
  signal?: AbortSignal,
): Promise<string[]> {
  return withLock(
    path.join(folder, '.whylight.lock'),
    async () => {
      for (const [file, content] of files) await writeWhole(file, content);
      return files.map(([file]) => file);
    },
    signal,
  );
}
