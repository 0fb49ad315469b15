import { closeSync, openSync } from 'node:fs';
import util from 'node:util';

// tfjs-node 4.22 calls these two, which Node 23 removed: they must exist before it loads.
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacy.isArray ??= Array.isArray;

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

/**
 * Runs `load` with file descriptor 2 pointing nowhere: TensorFlow greets there before its log level counts.
 * Where the descriptor cannot be opened anew (a socket; not Linux), it greets.
 */
function quietly(load: () => void): void {
  let descriptor: number;
  try {
    descriptor = openSync('/proc/self/fd/2', 'a');
  } catch {
    load();
    return;
  }
  closeSync(2);
  openSync('/dev/null', 'w');
  try {
    load();
  } finally {
    closeSync(2);
    openSync(`/proc/self/fd/${descriptor}`, 'a');
    closeSync(descriptor);
  }
}

if (process.platform === 'linux') quietly(() => require('@tensorflow/tfjs-node'));
