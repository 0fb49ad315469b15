import { classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { gradCam } from '../explain/methods/grad-cam';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { crossedMean } from '../explain/statistics/crossed-mean';
import type { Estimate } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { sceneDataset } from '../scenes/dataset';
import { camPointing } from './cam-pointing';
import { evaluationSeed } from './evaluation-seed';
import { knownAnimals, type SceneSample } from './rival-scenes';

/** What stands before the linear head: the mean of the last map, its maximum, or its four quarters side by side. */
export const poolings = ['average', 'maximum', 'flat'] as const;
export type Pooling = (typeof poolings)[number];

/** What one trained network gives, scene by scene. */
export interface PooledOutcome {
  /** The scenes it was measured on. */
  readonly sample: SceneSample;
  /** Share of right answers on as many new scenes of one animal, any background under any. */
  readonly right: number;
  /** For each scene of two animals the share of the two Grad-CAM maps whose peak lies on its own animal. */
  readonly own: readonly number[];
}

/** Measures one network; Grad-CAM reads the last map whatever comes behind it. */
export async function pooledOutcome(
  network: Network,
  sample: SceneSample,
  options: RunOptions = {},
): Promise<PooledOutcome> {
  const { cases } = await camPointing(network, sample, { ...options, explain: gradCam });
  const own = groupMeans(
    cases,
    ({ scene }) => scene,
    ({ own: hit }) => Number(hit),
  );
  return { sample, right: await rightAnswers(network, sample, options), own };
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
  return right / scenes;
}

/** The trainings of one pooling. */
export interface PooledMaps {
  readonly pooling: Pooling;
  readonly trainings: number;
  /** The least and the most right of them, as shares. */
  readonly right: readonly [number, number];
  /** Share of maps whose peak lies on the class's own animal, for other scenes and other trainings. */
  readonly pointing: Estimate;
  /** The same of each training alone, in the order of their seeds. */
  readonly byTraining: readonly number[];
}

/** The same with how much more often than with average pooling: intervals of all gains that hold together. */
export interface PoolingGain extends PooledMaps {
  readonly gain: Estimate;
}

/** Networks that differ in what stands between the last map and the linear head. */
export interface PoolingCompared {
  readonly average: PooledMaps;
  readonly others: readonly PoolingGain[];
  readonly scenes: number;
}

/**
 * Is global average pooling to blame for what class activation maps miss? Several trainings of each pooling, on the same
 * scenes; the gain over global average pooling is paired by seed, which decides scenes, weights and order of a training.
 *
 * @throws WhylightError where a pooling has fewer than two trainings or others than average pooling, or other scenes.
 */
export function comparePooling(
  outcomes: readonly { readonly pooling: Pooling; readonly seed: number; readonly result: PooledOutcome }[],
): PoolingCompared {
  const of = (pooling: Pooling) => outcomes.filter((one) => one.pooling === pooling).sort((a, b) => a.seed - b.seed);
  const [average, ...others] = poolings.map((pooling) => ({ pooling, series: of(pooling) }));
  const seeds = (series: typeof outcomes) => series.map(({ seed }) => seed).join(', ');
  const [first, ...rest] = outcomes;
  if (first === undefined) throw new WhylightError('no trainings of poolings');
  const odd = rest.find(({ result }) => JSON.stringify(result.sample) !== JSON.stringify(first.result.sample));
  if (odd) throw new WhylightError(`the ${odd.pooling} training of seed ${odd.seed} was measured on other scenes`);
  const unpaired = others.find(({ series }) => seeds(series) !== seeds(average!.series));
  if (unpaired) {
    throw new WhylightError(
      `trainings of ${unpaired.pooling} pooling with the seeds ${seeds(unpaired.series) || 'none'}, of average pooling ${seeds(average!.series) || 'none'} (allowed: the same)`,
    );
  }
  const maps = ({ pooling, series }: NonNullable<typeof average>): PooledMaps => {
    const right = series.map(({ result }) => result.right);
    const rows = series.map(({ result }) => result.own);
    return {
      pooling,
      trainings: series.length,
      right: [Math.min(...right), Math.max(...right)],
      pointing: crossedMean(rows, [0, 1]),
      byTraining: rows.map((row) => row.reduce((sum, one) => sum + one, 0) / row.length),
    };
  };
  return {
    average: maps(average!),
    others: others.map((other) => {
      const rows = other.series.map(({ result }, i) =>
        result.own.map((value, k) => value - average!.series[i]!.result.own[k]!),
      );
      return { ...maps(other), gain: crossedMean(rows, [-1, 1], others.length) };
    }),
    scenes: first.result.own.length,
  };
}
