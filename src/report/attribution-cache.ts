import type { Attribution, OptionValue } from '../explain/attribution';
import type { ImageSample } from '../explain/image/sample';
import type { Looks } from '../explain/look';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import { memoryBudget, type RunOptions } from '../explain/progress';
import type { EntryKey } from '../explain/store/key';
import { networkIdentity } from '../explain/store/network-identity';
import { type StoreOptions, storedResult } from '../explain/store/store';
import type { Target as AnyTarget, ScoreTarget } from '../explain/target';

/** A target that a study can name. */
type Target = Exclude<AnyTarget, ScoreTarget>;

/** Options of a method as a study gives them; what is undefined has the method's default. */
export type StudyOptions = Readonly<Record<string, OptionValue | Target | undefined>>;

/** Computes or finds a map. */
export type Explain = (
  method: string,
  network: Network,
  photo: ImageSample,
  options: StudyOptions,
) => Promise<Attribution>;

export type { ResultEvent } from '../explain/store/store';

/** What the cache needs. */
export type CacheOptions = StoreOptions & RunOptions;

/**
 * A way to compute maps that keeps each in the store, whatever the photo's file is called.
 * @param looks what maps of one photo share, one resize and one forward pass; their opener closes them.
 */
export function cachedExplain({ folder, onResult, ...run }: CacheOptions, looks: Looks): Explain {
  return async (method, network, photo, { target, ...options }) => {
    const { sha256, width, height, source } = photo;
    const map = await storedResult(
      { folder, onResult },
      `${method} of ${source} (${network.name})`,
      mapKey(method, network, photo, { target, ...options }, run),
      async () =>
        (
          await findMethod(method).explain(looks.at(network, photo), [target as Target | undefined], {
            ...options,
            ...run,
          })
        )[0]!,
    );
    return { ...map, photo: { source, sha256, width, height }, input: { ...map.input, source } };
  };
}

/** What decides a map; batches, which the memory decides, are part of it: their sums differ in the last digits. */
export function mapKey(
  method: string,
  network: Network,
  { sha256, width, height }: ImageSample,
  options: StudyOptions,
  run: RunOptions = {},
): EntryKey {
  const photo = { sha256, width, height };
  return {
    kind: 'maps',
    added: [`method ${method}`],
    parts: { method, options, network: networkIdentity(network), photo, memoryMB: memoryBudget(run) },
  };
}
