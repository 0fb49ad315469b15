import { cam } from '../explain/methods/cam';
import { localPeaks } from '../explain/metrics/peaks';
import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMeanShare } from '../explain/statistics/estimate';
import { mixSeeds } from '../scenes/random';
import { drawScene } from '../scenes/scene';
import type { AnimalKind, SceneSpec } from '../scenes/spec';
import { instancesScene } from '../scenes/study-scenes';
import { evaluationSeed } from './evaluation-seed';
import { knownAnimals, type SceneSample } from './rival-scenes';
import { hits, type MapOptions, objectMasks, pointingTolerance } from './scene-input';

/** How many of several animals a class activation map finds. */
export interface CamInstances {
  /** By the number of animals in the picture: the mean share of them with a peak inside. */
  readonly counts: readonly {
    readonly animals: number;
    readonly found: Estimate;
    /** Mean share of the peaks that lie on such an animal. */
    readonly onAnimals: Estimate;
    /** Both shares of each picture. */
    readonly pictures: readonly { readonly found: number; readonly onAnimals: number }[];
  }[];
  /** A peak is a local maximum of at least this share of the largest value. */
  readonly least: number;
  readonly tolerance: number;
}

/** Pictures of each number of animals. */
export const instancesPerNumber = (scenes: number) => Math.max(2, Math.round(scenes / 2));

/** Picture i of a number of animals, not drawn yet. */
export const instancesSpec = (kind: AnimalKind, animals: number, seed: number, i: number): SceneSpec =>
  instancesScene(kind, animals, { seed: mixSeeds(evaluationSeed('instances', seed), animals, i) });

/** Does the class activation map of a kind find each of several animals of that kind? Tested on one to six of them. */
export async function camInstances(
  network: Network,
  { scenes, seed }: SceneSample,
  { signal, onProgress, least = 0.2, explain = cam }: MapOptions & { readonly least?: number } = {},
): Promise<CamInstances> {
  const kinds = knownAnimals(network);
  const tolerance = pointingTolerance(network.inputShape[1]);
  const counts: CamInstances['counts'][number][] = [];
  const each = instancesPerNumber(scenes);
  let done = 0;
  for (let animals = 1; animals <= 6; animals++) {
    const pictures: { found: number; onAnimals: number }[] = [];
    for (let i = 0; i < each; i++) {
      await yieldToEvents(signal);
      const kind = kinds[i % kinds.length]!;
      const scene = drawScene(instancesSpec(kind, animals, seed, i));
      const masks = objectMasks(network, scene, kind);
      const peaks = localPeaks(await explain(network, scene.image, { target: kind }), least);
      const matches = masks.filter((mask) => peaks.some(({ x, y }) => hits(mask, x, y, tolerance)));
      const inside = peaks.filter(({ x, y }) => masks.some((mask) => hits(mask, x, y, tolerance)));
      if (masks.length > 0) {
        pictures.push({ found: matches.length / masks.length, onAnimals: inside.length / Math.max(1, peaks.length) });
      }
      onProgress?.({ label: 'maps of several animals', done: ++done, total: 6 * each });
    }
    counts.push({
      animals,
      found: estimateMeanShare(pictures.map(({ found: share }) => share)),
      onAnimals: estimateMeanShare(pictures.map(({ onAnimals }) => onAnimals)),
      pictures,
    });
  }
  return { counts, least, tolerance };
}
