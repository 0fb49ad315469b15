import { type RunOptions, yieldToEvents } from '../progress';
import type { Change, MeasuredMap } from './define-measure';

/**
 * Every map made again for every change: maps × changes, each over the network's input.
 * @param label of the progress: the measure's name.
 * @throws AbortedError within one map of the signal.
 */
export async function remakeEach(
  label: string,
  maps: readonly MeasuredMap[],
  changes: readonly Change[],
  run: RunOptions,
): Promise<Float32Array[][]> {
  const result = maps.map((): Float32Array[] => []);
  let done = 0;
  // Change after change, so that the maps of one share a look and its passes.
  for (const change of changes) {
    for (const [i, map] of maps.entries()) {
      await yieldToEvents(run.signal);
      result[i]!.push(await map.remake!(change, run));
      done++;
      run.onProgress?.({ label, done, total: maps.length * changes.length });
    }
  }
  return result;
}
