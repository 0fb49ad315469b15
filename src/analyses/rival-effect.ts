import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean, estimateMeanShare } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { withoutObject } from '../scenes/counterfactuals';
import { drawScene, type Scene } from '../scenes/scene';
import type { AnimalKind } from '../scenes/spec';
import { probabilitiesOf } from './probabilities';
import { knownAnimals, type RivalScene, rivalScenes, type SceneSample } from './rival-scenes';
import { paintKind } from './scene-input';

/** Colours with which a rival is painted over, for comparison: what a paint adds is evidence of its own. */
export const paints = ['black', 'grey', 'mean colour'] as const;
export type Paint = (typeof paints)[number];

/** One animal of one scene: the probability of its class in the scene as it is, and with one thing changed. */
export interface RivalCase {
  readonly scene: string;
  readonly target: string;
  readonly clean: number;
  /** The scene drawn again without the rival and its shadow. */
  readonly withoutRival: number;
  /** The scene drawn again without the target's own animal. */
  readonly withoutTarget: number;
  /** The rival's pixels in one colour. */
  readonly painted: Readonly<Record<Paint, number>>;
}

/** Changes of P(target), as shares of 1: means over scenes. */
export interface RivalChanges {
  /** With the rival drawn out. */
  readonly withoutRival: Estimate;
  /** With the target's own animal drawn out. */
  readonly withoutTarget: Estimate;
  /** With the rival's pixels painted. */
  readonly painted: Readonly<Record<Paint, Estimate>>;
}

/** What one of two animals does to the other's class. Every mean is over scenes, of two cases each. */
export interface RivalEffect extends RivalChanges {
  /** P(target) with both animals there: over the two cases of a scene a half at most, for the two classes' sum is 1 at most. */
  readonly clean: Estimate;
  /** P(target) with the rival drawn out. */
  readonly alone: Estimate;
  /** Share of the cases in which drawing the rival out raised P(target), and in which it lowered it. */
  readonly raised: Estimate;
  readonly lowered: Estimate;
  /** The same for the cases of each class alone: one a scene. */
  readonly classes: readonly (RivalChanges & { readonly label: string })[];
  /** One for each animal of each scene. */
  readonly cases: readonly RivalCase[];
}

/** Does removing a competing object raise the target's probability? The scene is drawn again without it, shadow and all. */
export async function rivalEffect(
  network: Network,
  sample: SceneSample,
  { signal, onProgress }: RunOptions = {},
): Promise<RivalEffect> {
  const cases: RivalCase[] = [];
  let done = 0;
  for (const rivals of rivalScenes(network, sample)) {
    await yieldToEvents(signal);
    cases.push(...(await casesOf(network, rivals, signal)));
    onProgress?.({ label: 'scenes without a rival', done: ++done, total: sample.scenes });
  }
  return { ...rivalEffectOf(cases, knownAnimals(network)), cases };
}

/** The means of measured cases, in all and class by class. */
export function rivalEffectOf(cases: readonly RivalCase[], labels: readonly string[]): Omit<RivalEffect, 'cases'> {
  const change = (one: RivalCase) => one.withoutRival - one.clean;
  const share = (of: (one: RivalCase) => number) => estimateMeanShare(groupMeans(cases, ({ scene }) => scene, of));
  return {
    ...changesOf(cases),
    clean: share(({ clean }) => clean),
    alone: share(({ withoutRival }) => withoutRival),
    raised: share((one) => Number(change(one) > 0)),
    lowered: share((one) => Number(change(one) < 0)),
    classes: labels.flatMap((label) => {
      const own = cases.filter(({ target }) => target === label);
      return own.length === 0 ? [] : [{ label, ...changesOf(own) }];
    }),
  };
}

function changesOf(cases: readonly RivalCase[]): RivalChanges {
  const mean = (of: (one: RivalCase) => number) =>
    estimateMean(
      groupMeans(
        cases,
        ({ scene }) => scene,
        (one) => of(one) - one.clean,
      ),
      [-1, 1],
    );
  return {
    withoutRival: mean(({ withoutRival }) => withoutRival),
    withoutTarget: mean(({ withoutTarget }) => withoutTarget),
    painted: {
      black: mean(({ painted }) => painted.black),
      grey: mean(({ painted }) => painted.grey),
      'mean colour': mean(({ painted }) => painted['mean colour']),
    },
  };
}

async function casesOf(network: Network, { scene, kinds }: RivalScene, signal?: AbortSignal): Promise<RivalCase[]> {
  const colours = { black: [0, 0, 0], grey: [128, 128, 128], 'mean colour': meanColour(scene.image) } as const;
  const pictures = [
    scene.image,
    ...kinds.map((kind) => without(scene, kind)),
    ...kinds.flatMap((kind) => paints.map((paint) => paintKind(scene, kind, colours[paint]))),
  ];
  const probabilities = await probabilitiesOf(network, pictures, signal, true);
  return kinds.map((target, i) => {
    const of = (picture: number) => probabilities[picture]!.get(target)!;
    const rival = 1 - i;
    const [black, grey, mean] = paints.map((_, paint) => of(3 + rival * paints.length + paint));
    return {
      scene: scene.image.source,
      target,
      clean: of(0),
      withoutRival: of(1 + rival),
      withoutTarget: of(1 + i),
      painted: { black: black!, grey: grey!, 'mean colour': mean! },
    };
  });
}

const without = ({ spec }: Scene, kind: AnimalKind): ImageSample =>
  drawScene(
    withoutObject(
      spec,
      spec.objects.findIndex((object) => object.kind === kind),
    ),
  ).image;

/** Mean of all pixels, in whole bytes. */
function meanColour({ pixels }: ImageSample): [number, number, number] {
  const sums = [0, 0, 0];
  pixels.forEach((value, i) => {
    sums[i % 3]! += value;
  });
  const [red, green, blue] = sums.map((sum) => Math.round((3 * sum) / pixels.length));
  return [red!, green!, blue!];
}
