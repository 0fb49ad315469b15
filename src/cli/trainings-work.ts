import path from 'node:path';
import { ladderPicture, ladderPlans } from '../analyses/ladder';
import { type PooledOutcome, pooledOutcome, poolingPlans } from '../analyses/pooling-trainings';
import { type BodyPictures, type Reliance, reliance, reliancePictures } from '../analyses/reliance';
import {
  runTrainings,
  type TrainingOutcome,
  type TrainingPlan,
  type TrainingsOptions,
  trainingOutcomes,
} from '../analyses/scene-trainings';
import { WhylightError } from '../explain/errors';
import { writeWhole } from '../explain/files';
import { saveTrained } from '../explain/training/save-trained';
import { findChromium } from '../page/find-chromium';
import { figurePng } from '../page/picture';
import type { Figure } from '../plots/figure';
import { interruptible } from './interrupt';
import { createReporter } from './progress';
import { relianceCells, relianceColumns } from './reliance-table';
import { table } from './table';
import type { Series, TrainingsRequest } from './trainings';

/** Trains and measures a series, or shows what it left: the work of `whylight trainings`. */
export async function trainings(series: Series, request: TrainingsRequest): Promise<void> {
  if (series === 'ladder') {
    // Drawn once: every network of the series takes the same pictures.
    let drawn: Promise<readonly BodyPictures[]> | undefined;
    const outcomes = await outcomesOf<Reliance>(request, ladderPlans(defined(request)), async (network, run) => {
      drawn ??= reliancePictures(network, { ...run, size: 96 });
      return (await reliance(network, await drawn, run))[0]!;
    });
    if (request.picture !== undefined) await draw(request.picture, ladderPicture(outcomes, { width: 640 }));
    print(request, outcomes, ['TRAINING', ...relianceColumns], ({ plan, result }) => [
      plan.name,
      ...relianceCells(result),
    ]);
    return;
  }
  if (request.picture !== undefined)
    throw new WhylightError('--picture does nothing for poolings (whylight trainings --help)');
  if (request.biases) throw new WhylightError('--biases does nothing for poolings (whylight trainings --help)');
  const sample = { scenes: 200, seed: 1 };
  const outcomes = await outcomesOf<PooledOutcome>(request, poolingPlans(defined(request)), (network, run) =>
    pooledOutcome(network, sample, run),
  );
  const columns = ['TRAINING', 'RIGHT', 'PEAK ON ITS OWN ANIMAL', 'ANIMALS WITH A PEAK', 'PEAKS ON ANIMALS'];
  print(request, outcomes, columns, ({ plan, result }) => [
    plan.name,
    percent(result.right),
    ...[result.own, result.instances, result.onAnimals].map((shares) => percent(mean(shares))),
  ]);
}

async function draw(file: string, figure: Figure): Promise<void> {
  const png = figurePng(figure, findChromium());
  if (png === null) throw new WhylightError('Chromium did not draw a picture in time; whylight doctor says how it is');
  await writeWhole(file, png);
}

async function outcomesOf<Result>(
  { show, out, weights, weightsDir }: TrainingsRequest,
  plans: readonly TrainingPlan[],
  measure: TrainingsOptions<Result>['measure'],
): Promise<readonly TrainingOutcome<Result>[]> {
  if (show) return trainingOutcomes<Result>(out);
  const unknown = weights?.find((name) => !plans.some((plan) => plan.name === name));
  if (unknown !== undefined)
    throw new WhylightError(`no training is called ${unknown} (they are: ${plans.map(({ name }) => name).join(', ')})`);
  const reporter = createReporter();
  const onTrained: TrainingsOptions<Result>['onTrained'] = async (trained, plan) => {
    if (!weights?.includes(plan.name)) return;
    const source = `whylight trainings, training ${plan.name}`;
    await saveTrained(trained, { folder: path.resolve(weightsDir), backbone: null, source });
  };
  return interruptible((signal) =>
    runTrainings(out, plans, { measure, onTrained, onProgress: reporter.onProgress, signal }),
  ).finally(() => reporter.stop());
}

/** Only what was said: an option left out is the series' own. */
const defined = ({ seeds, biases, scenes }: TrainingsRequest) => ({
  seeds,
  ...(biases && { biases }),
  ...(scenes !== undefined && { scenes }),
});

function print<Result>(
  { json }: TrainingsRequest,
  outcomes: readonly TrainingOutcome<Result>[],
  columns: readonly string[],
  row: (outcome: TrainingOutcome<Result>) => readonly string[],
): void {
  process.stdout.write(
    json ? `${JSON.stringify({ trainings: outcomes }, null, 2)}\n` : `${table([columns, ...outcomes.map(row)])}\n`,
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
