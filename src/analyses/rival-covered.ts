import { classify } from '../explain/classify';
import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean, estimateMeanShare } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { type RivalScene, rivalScenes, type SceneSample } from './rival-scenes';
import { coverKind } from './scene-input';

/** What covering exactly one of two animals does to the other's class. Every mean is over scenes, of two cases each. */
export interface RivalCovered {
  /** Mean change of P(target), as a share of 1, with the rival animal covered in black. */
  readonly rivalCovered: Estimate;
  /** The same with the target's own animal covered. */
  readonly targetCovered: Estimate;
  /** Share of the cases in which covering the rival raised P(target), and in which it lowered it. */
  readonly raised: Estimate;
  readonly lowered: Estimate;
  /** One for each animal of each scene. */
  readonly cases: readonly {
    readonly scene: string;
    readonly target: string;
    readonly clean: number;
    readonly rivalCovered: number;
    readonly targetCovered: number;
  }[];
}

/** Does covering a competing object raise the target's probability? Tested where the competitor's pixels are known. */
export async function rivalCovered(
  network: Network,
  sample: SceneSample,
  { signal, onProgress }: RunOptions = {},
): Promise<RivalCovered> {
  const cases: RivalCovered['cases'][number][] = [];
  let done = 0;
  for (const rivals of rivalScenes(network, sample)) {
    await yieldToEvents(signal);
    cases.push(...(await casesOf(network, rivals)));
    onProgress?.({ label: 'rival covered', done: ++done, total: sample.scenes });
  }
  type Case = (typeof cases)[number];
  const byScene = (value: (one: Case) => number) => groupMeans(cases, ({ scene }) => scene, value);
  const change = (one: Case) => one.rivalCovered - one.clean;
  return {
    rivalCovered: estimateMean(byScene(change), [-1, 1]),
    targetCovered: estimateMean(
      byScene((one) => one.targetCovered - one.clean),
      [-1, 1],
    ),
    raised: estimateMeanShare(byScene((one) => Number(change(one) > 0))),
    lowered: estimateMeanShare(byScene((one) => Number(change(one) < 0))),
    cases,
  };
}

async function casesOf(network: Network, { scene, kinds }: RivalScene) {
  const probabilities = async (picture: ImageSample) => {
    const { classes } = await classify(network, picture);
    return (label: string) => classes.find((one) => one.label === label)!.probability ?? Number.NaN;
  };
  const clean = await probabilities(scene.image);
  const without = new Map(
    await Promise.all(kinds.map(async (kind) => [kind, await probabilities(coverKind(scene, kind))] as const)),
  );
  return kinds.map((target, i) => ({
    scene: scene.image.source,
    target,
    clean: clean(target),
    rivalCovered: without.get(kinds[1 - i]!)!(target),
    targetCovered: without.get(target)!(target),
  }));
}
