import path from 'node:path';
import { ladderPicture, ladderPlans } from '../analyses/ladder';
import { type PooledOutcome, pooledOutcome } from '../analyses/pooling-compared';
import { poolingPlans, poolingSample } from '../analyses/pooling-trainings';
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
import type { Figure } from '../plots/figure';
import { pngOf } from './figure-file';
import { interruptible } from './interrupt';
import { createReporter } from './progress';
import { relianceCells, relianceColumns } from './reliance-table';
import { table } from './table';

/** What the command line says of a series of trainings. */
export interface TrainingsRequest {
  readonly seeds: number;
  readonly biases?: readonly number[];
  readonly scenes?: number;
  readonly weights?: readonly string[];
  readonly weightsDir: string;
  readonly picture?: string;
  readonly out: string;
  readonly show?: boolean;
  readonly json?: boolean;
}

export type Series = 'ladder' | 'poolings';

/** Trains and measures a series, or shows what it left: the work of `whylight trainings`. */
export async function trainings(series: Series, request: TrainingsRequest): Promise<void> {
  if (series === 'ladder') {
    // Drawn once: every network of the series takes the same pictures.
    let pictures: Promise<readonly BodyPictures[]> | undefined;
    const outcomes = await outcomesOf<Reliance>(request, ladderPlans(defined(request)), async (network, run) => {
      pictures ??= reliancePictures(network, { ...run, size: 96 });
      return (await reliance(network, await pictures, run))[0]!;
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
  const outcomes = await outcomesOf<PooledOutcome>(request, poolingPlans(defined(request)), (network, run) =>
    pooledOutcome(network, poolingSample, run),
  );
  const columns = ['TRAINING', 'RIGHT', 'PEAK ON ITS OWN ANIMAL'];
  print(request, outcomes, columns, ({ plan, result }) => [
    plan.name,
    percent(result.right),
    percent(mean(result.own)),
  ]);
}

async function draw(file: string, figure: Figure): Promise<void> {
  await writeWhole(file, await pngOf(figure));
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
    const network = {
      ...trained.network,
      name: `scenes-${plan.name}`,
      title: `${plan.name.replaceAll('-', ' ')} (drawn scenes)`,
    };
    const source = `trained by whylight trainings, ${plan.name}`;
    await saveTrained({ ...trained, network }, { folder: path.resolve(weightsDir), backbone: null, source });
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
