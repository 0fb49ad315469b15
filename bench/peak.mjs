import { readFileSync, writeFileSync } from 'node:fs';
import { alternate } from './alternate.mjs';

/** From here on the kernel notes the most memory that this process holds. */
export function restartPeak() {
  writeFileSync('/proc/self/clear_refs', '5');
}

/** The most memory held since, in MB. */
export function peak() {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1000;
}

/**
 * `alternate` with the most memory that each side's process held while it ran, warm-up included. A side's `run` gives seconds,
 * where this process does the work, or a worker's answer with its own peak.
 *
 * @returns for each side the seconds of each round, and its peak in MB.
 */
export async function alternateWithPeaks(sides, how) {
  const peaks = sides.map(() => 0);
  const times = await alternate(
    sides.map(({ run }, i) => async () => {
      restartPeak();
      const answer = await run();
      const { seconds, peak: most } = typeof answer === 'number' ? { seconds: answer, peak: peak() } : answer;
      peaks[i] = Math.max(peaks[i], most);
      return seconds;
    }),
    how,
  );
  return { times, peaks };
}
