import path from 'node:path';
import { ladderPicture } from '../analyses/ladder';
import type { PooledOutcome } from '../analyses/pooling-compared';
import type { Reliance } from '../analyses/reliance';
import {
  runTrainings,
  type TrainingOutcome,
  type TrainingsOptions,
  trainingOutcomes,
} from '../analyses/scene-trainings';
import { ladderSeries, poolingTrainings, type TrainingSeries } from '../analyses/training-series';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import type { Figure } from '../plots/figure';
import { pngOf } from './figure-file';
import { interruptible } from './interrupt';
import { createReporter } from './progress';
import { type ShareRequest, sharingOf } from './queue-share';
import { relianceCells, relianceColumns } from './reliance-table';
import { table } from './table';
import { keepNetwork, type Series } from './training-networks';
import { shareTrainings } from './trainings-submit';

/** What the command line says of a series of trainings. */
export interface TrainingsRequest extends ShareRequest {
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

/** Trains and measures a series, or shows what it left: the work of `whylight trainings`. */
export async function trainings(series: Series, request: TrainingsRequest): Promise<void> {
  if (series === 'ladder') {
    const outcomes = await outcomesOf<Reliance>(request, series, ladderSeries);
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
  const outcomes = await outcomesOf<PooledOutcome>(request, series, poolingTrainings);
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
  request: TrainingsRequest,
  name: Series,
  series: TrainingSeries<Result>,
): Promise<readonly TrainingOutcome<Result>[]> {
  const { show, out, weights = [], weightsDir } = request;
  const sharing = sharingOf(request, path.dirname(path.resolve(out)));
  if (show && sharing !== null) throw new WhylightError('--queue does nothing with --show, which trains nothing');
  if (show) return trainingOutcomes<Result>(out);
  const plans = series.plans(defined(request));
  const unknown = weights.find((one) => !plans.some((plan) => plan.name === one));
  if (unknown !== undefined)
    throw new WhylightError(
      `no training is called ${unknown} (they are: ${plans.map((plan) => plan.name).join(', ')})`,
    );
  // Not at the end of a training, which would be lost.
  if (weights.length > 0) await ensureWritableFolder(path.resolve(weightsDir));
  const reporter = createReporter();
  const onTrained: TrainingsOptions<Result>['onTrained'] = async (trained, plan) => {
    if (weights.includes(plan.name)) await keepNetwork(trained, plan.name, weightsDir);
  };
  return interruptible(async (signal) => {
    const run = { measure: series.openMeasure(), onTrained, onProgress: reporter.onProgress, signal };
    if (sharing === null) return runTrainings(out, plans, run);
    const shared = { series: name, plans, file: out, weights, weightsDir };
    const outcomes = await shareTrainings<Result>(shared, sharing, { reporter, signal });
    return runTrainings(out, plans, { ...run, outcomeOf: async (plan) => outcomes.get(plan.name)! });
  }).finally(() => reporter.stop());
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
