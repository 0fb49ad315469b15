import { closeSync, fstatSync, openSync } from 'node:fs';
import util from 'node:util';

// tfjs-node 4.22 calls these two, which Node 23 removed: they must exist before it loads.
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacy.isArray ??= Array.isArray;

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

/**
 * A second opening of file descriptor 2; null where there is none (a socket), or where it would lose what is written:
 * a file that is stdout's too (`> log 2>&1`) has one place for the next byte, which a second opening does not share.
 */
function openStderrAgain(): number | null {
  try {
    return fstatSync(2).isFile() ? null : openSync('/proc/self/fd/2', 'a');
  } catch {
    return null;
  }
}

/** Runs `load` with file descriptor 2 pointing nowhere: TensorFlow greets there before its log level counts. */
function quietly(load: () => void): void {
  const descriptor = openStderrAgain();
  if (descriptor === null) {
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
