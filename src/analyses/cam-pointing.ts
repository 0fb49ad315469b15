import { cam } from '../explain/methods/cam';
import { localPeaks } from '../explain/metrics/peaks';
import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { type Estimate, estimateShare } from '../explain/statistics/estimate';
import { rivalScenes, type SceneSample } from './rival-scenes';
import { hits, type MapOptions, maskInInput, pointingTolerance } from './scene-input';

/** Cases whose class has a probability in a range. */
export interface PointingBin {
  /** `below 1 %`. */
  readonly label: string;
  /** Share of the maps whose peak lies on the class's own animal; null where no case falls in the range. */
  readonly own: Estimate | null;
}

/** Where the class activation maps of two animals in one picture point. */
export interface CamPointing {
  /** Share of maps whose peak is on the own animal, and on the other one. */
  readonly own: Estimate;
  readonly other: Estimate;
  /** Share of the cases in which the picture's centre would have hit. */
  readonly centre: Estimate;
  /** By the class's probability: how uneven the scores may be. */
  readonly bins: readonly PointingBin[];
  /** Px by which a peak may miss the animal. */
  readonly tolerance: number;
  readonly cases: readonly {
    readonly scene: string;
    readonly target: string;
    readonly probability: number;
    readonly own: boolean;
    readonly other: boolean;
    readonly centre: boolean;
  }[];
}

const ranges = [
  ['below 1 %', 0, 0.01],
  ['1–50 %', 0.01, 0.5],
  ['50–99 %', 0.5, 0.99],
  ['above 99 %', 0.99, 1.001],
] as const;

/** Do the class activation maps of two animals in one picture each point at their own, even at uneven scores? */
export async function camPointing(
  network: Network,
  sample: SceneSample,
  { signal, onProgress, explain = cam }: MapOptions = {},
): Promise<CamPointing> {
  const cases: CamPointing['cases'][number][] = [];
  const tolerance = pointingTolerance(network.inputShape[1]);
  let done = 0;
  for (const { scene, kinds } of rivalScenes(network, sample)) {
    await yieldToEvents(signal);
    const masks = kinds.map((kind) => maskInInput(network, scene, [kind]));
    for (const [i, target] of kinds.entries()) {
      const map = await explain(network, scene.image, { target });
      const peak = localPeaks(map)[0];
      const at = (mask: number, x: number, y: number) => hits(masks[mask]!, x, y, tolerance);
      cases.push({
        scene: scene.image.source,
        target,
        probability: map.target.probability!,
        own: peak !== undefined && at(i, peak.x, peak.y),
        other: peak !== undefined && at(1 - i, peak.x, peak.y),
        centre: at(i, (map.width - 1) / 2, (map.height - 1) / 2),
      });
    }
    onProgress?.({ label: 'maps of two animals', done: ++done, total: sample.scenes });
  }
  const share = (of: typeof cases, key: 'own' | 'other' | 'centre') =>
    estimateShare(of.filter((one) => one[key]).length, of.length);
  return {
    own: share(cases, 'own'),
    other: share(cases, 'other'),
    centre: share(cases, 'centre'),
    bins: ranges.map(([label, from, to]) => {
      const inside = cases.filter(({ probability }) => probability >= from && probability < to);
      return { label, own: inside.length === 0 ? null : share(inside, 'own') };
    }),
    tolerance,
    cases,
  };
}
