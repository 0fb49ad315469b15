import { classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { gradCam } from '../explain/methods/grad-cam';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean, estimateMeanShare, estimateShare } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { sceneDataset } from '../scenes/dataset';
import { camInstances } from './cam-instances';
import { camPointing } from './cam-pointing';
import { evaluationSeed } from './evaluation-seed';
import { knownAnimals, type SceneSample } from './rival-scenes';

/** How one network's Grad-CAM does where two animals, or several of one kind, are in the picture. */
export interface PooledMaps {
  readonly name: string;
  readonly title: string;
  /** Right answers on as many unseen scenes of one animal, any background under any. */
  readonly right: Estimate;
  /** C4: share of maps whose peak lies on the class's own animal. */
  readonly pointing: Estimate;
  /** C5: mean share of the animals with a peak inside, over scenes of which two to six animals are drawn. */
  readonly found: Estimate;
  /** Mean share of the peaks in these pictures that lie on such an animal: a map of many peaks finds all by chance. */
  readonly onAnimals: Estimate;
}

/** The same with how much it differs from the first network, scene by scene. */
export interface PoolingGain extends PooledMaps {
  readonly pointingGain: Estimate;
  readonly foundGain: Estimate;
  readonly onAnimalsGain: Estimate;
}

/** Networks that differ in what stands between the last map and the linear head. */
export interface PoolingCompared {
  /** The one with global average pooling. */
  readonly average: PooledMaps;
  readonly others: readonly PoolingGain[];
  /** Share of the cases in which the picture's centre would have hit. */
  readonly centre: Estimate;
  /** Px by which a peak may miss the animal. */
  readonly tolerance: number;
}

/** What one network gives, scene by scene. */
export interface PooledCases extends PooledMaps {
  /** Share of each scene's two maps whose peak lies on its own animal. */
  readonly own: readonly number[];
  /** The two shares of each scene, means over its pictures of two to six animals. */
  readonly pictures: readonly { readonly found: number; readonly onAnimals: number }[];
  readonly centre: Estimate;
  readonly tolerance: number;
}

/** Measures one network; Grad-CAM reads the last map whatever comes behind it. */
export async function pooledCases(
  network: Network,
  sample: SceneSample,
  options: RunOptions = {},
): Promise<PooledCases> {
  const pointing = await camPointing(network, sample, { ...options, explain: gradCam });
  const { counts } = await camInstances(network, sample, { ...options, explain: gradCam });
  // The pictures of one scene show the same animals: their mean counts once.
  const several = counts.filter(({ animals }) => animals > 1).flatMap(({ pictures }) => pictures);
  const byScene = (of: (one: (typeof several)[number]) => number) =>
    groupMeans(several, ({ scene }) => String(scene), of);
  const [shares, onAnimals] = [byScene(({ found: share }) => share), byScene((one) => one.onAnimals)];
  return {
    name: network.name,
    title: network.title,
    right: await rightAnswers(network, sample, options),
    pointing: pointing.own,
    found: estimateMeanShare(shares),
    onAnimals: estimateMeanShare(onAnimals),
    own: groupMeans(
      pointing.cases,
      ({ scene }) => scene,
      ({ own }) => Number(own),
    ),
    pictures: shares.map((share, i) => ({ found: share, onAnimals: onAnimals[i]! })),
    centre: pointing.centre,
    tolerance: pointing.tolerance,
  };
}

async function rightAnswers(network: Network, { scenes, seed, set }: SceneSample, { signal }: RunOptions) {
  const dataset = {
    count: scenes,
    classes: knownAnimals(network),
    bias: 0.5,
    seed: evaluationSeed('single', seed),
    set,
    width: 128,
    height: 128,
  };
  let right = 0;
  for (const { scene, label } of sceneDataset(dataset)) {
    await yieldToEvents(signal);
    if ((await classify(network, scene.image)).classes[0]!.label === label) right++;
  }
  return estimateShare(right, scenes);
}

/**
 * Is global average pooling to blame for what class activation maps miss? Networks alike but for their pooling, on the
 * same scenes; the first has global average pooling, the others' gains over it are means of the differences.
 *
 * @throws WhylightError where they were not measured on the same scenes.
 */
export function comparePooling([average, ...others]: readonly PooledCases[]): PoolingCompared {
  if (average === undefined || others.length === 0) throw new WhylightError('pooling is compared between two networks');
  const gain = (other: PooledCases, of: (cases: PooledCases) => readonly number[]) => {
    const [values, before] = [of(other), of(average)];
    if (values.length !== before.length) {
      throw new WhylightError(`${other.name} and ${average.name} were measured on different scenes`);
    }
    return estimateMean(
      values.map((value, i) => value - before[i]!),
      [-1, 1],
    );
  };
  const maps = ({ name, title, right, pointing, found: share, onAnimals }: PooledCases) => ({
    name,
    title,
    right,
    pointing,
    found: share,
    onAnimals,
  });
  return {
    average: maps(average),
    others: others.map((other) => ({
      ...maps(other),
      pointingGain: gain(other, ({ own }) => own),
      foundGain: gain(other, ({ pictures }) => pictures.map(({ found: share }) => share)),
      onAnimalsGain: gain(other, ({ pictures }) => pictures.map(({ onAnimals }) => onAnimals)),
    })),
    centre: average.centre,
    tolerance: average.tolerance,
  };
}
