import { cam } from '../explain/methods/cam';
import { localPeaks } from '../explain/metrics/peaks';
import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { rivalScenes, type SceneSample } from './rival-scenes';
import { hits, type MapOptions, maskInInput, pointingTolerance } from './scene-input';

/** Cases whose class has a probability in a range. */
export interface PointingBin {
  /** `below 1 %`. */
  readonly label: string;
  readonly cases: number;
  /** Share of the maps whose peak lies on the class's own animal; null where no case falls in the range. */
  readonly own: Estimate | null;
  /** How much more often the peak hits than the picture's centre would, scene by scene. */
  readonly gain: Estimate | null;
}

/** Where the class activation maps of two animals in one picture point. Every share is a mean over scenes, of two maps each. */
export interface CamPointing {
  /** Share of maps whose peak is on the own animal, and on the other one. */
  readonly own: Estimate;
  readonly other: Estimate;
  /** Share of the cases in which the picture's centre would have hit. */
  readonly centre: Estimate;
  /** How much more often the peak hits than the centre, scene by scene. */
  readonly gain: Estimate;
  /** By the class's probability: how uneven the scores may be. */
  readonly bins: readonly PointingBin[];
  /** Px by which a peak may miss the animal. */
  readonly tolerance: number;
  readonly cases: readonly PointingCase[];
}

/** One class's map of one scene. */
export interface PointingCase {
  readonly scene: string;
  readonly target: string;
  readonly probability: number;
  readonly own: boolean;
  readonly other: boolean;
  readonly centre: boolean;
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
  const cases: PointingCase[] = [];
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
  return { ...pointingOf(cases), tolerance, cases };
}

/** The shares of measured cases, in all and by the class's probability. */
export function pointingOf(cases: readonly PointingCase[]): Omit<CamPointing, 'tolerance' | 'cases'> {
  return {
    own: overScenes(cases, ({ own }) => Number(own)),
    other: overScenes(cases, ({ other }) => Number(other)),
    centre: overScenes(cases, ({ centre }) => Number(centre)),
    gain: gainOf(cases),
    bins: ranges.map(([label, from, to]) => {
      const inside = cases.filter(({ probability }) => probability >= from && probability < to);
      const some = inside.length > 0;
      return {
        label,
        cases: inside.length,
        own: some ? overScenes(inside, ({ own }) => Number(own)) : null,
        gain: some ? gainOf(inside) : null,
      };
    }),
  };
}

const gainOf = (cases: readonly PointingCase[]) =>
  overScenes(cases, ({ own, centre }) => Number(own) - Number(centre), -1);

/** The two maps of a scene are not independent: their mean counts once. */
const overScenes = (cases: readonly PointingCase[], value: (one: PointingCase) => number, least = 0) =>
  estimateMean(
    groupMeans(cases, ({ scene }) => scene, value),
    [least, 1],
  );
