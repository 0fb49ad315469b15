import type { Network } from '../explain/network/network';
import { memoryBudget, type RunOptions } from '../explain/progress';
import type { EntryKey } from '../explain/store/key';
import { networkIdentity } from '../explain/store/network-identity';
import { storedResult } from '../explain/store/store';
import type { CacheOptions } from './attribution-cache';

/** One measurement: what it is, and all that decides its result besides the code. */
export interface Measurement {
  /** `C4`. */
  readonly name: string;
  /** After the name: `on 40 scenes`. */
  readonly detail: string;
  readonly networks: readonly Network[];
  /** Numbers of scenes, seeds, hashes of photos. */
  readonly options: unknown;
  /** Parts of the source that compute it. Default: all that claims need. */
  readonly code?: readonly string[];
}

/** Measures, or finds what was measured before. */
export type Measure = <T>(measurement: Measurement, compute: () => Promise<T>) => Promise<T>;

/**
 * A way to measure that keeps each result in the store, so that a report that was stopped goes on where it was. Results
 * are plain JSON: computed ones pass through it too, so that both ways give the same values.
 */
export function cachedMeasure({ folder, onResult, memoryMB }: CacheOptions): Measure {
  return async <T>(measurement: Measurement, compute: () => Promise<T>) => {
    const { name, detail, networks } = measurement;
    const what = `${name} ${detail} (${networks.map((network) => network.name).join(', ')})`;
    const plain = async () => JSON.parse(JSON.stringify(await compute())) as T;
    return storedResult({ folder, onResult }, what, measurementKey(measurement, { memoryMB }), plain);
  };
}

const claimCode = ['explain', 'scenes', 'plots', 'analyses'];

/** What decides a measurement. */
export function measurementKey(
  { name, networks, options, code = claimCode }: Measurement,
  run: Pick<RunOptions, 'memoryMB'> = {},
): EntryKey {
  const parts = { name, networks: networks.map(networkIdentity), options, memoryMB: memoryBudget(run) };
  return { kind: 'measurements', parts, code };
}
