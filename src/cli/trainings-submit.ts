import path from 'node:path';
import { openPlans, type TrainingOutcome, type TrainingPlan } from '../analyses/scene-trainings';
import { WhylightError } from '../explain/errors';
import { type WrittenFile, writeTogether } from '../explain/write-together';
import type { Unit } from '../queue/job';
import type { Store } from '../queue/store';
import type { UnitRecord } from '../queue/unit-work';
import type { Reporter } from './progress';
import type { TrainingsTask } from './queue-plan';
import { type Sharing, shareWork } from './queue-share';
import { OUTCOME, trainingsIdentity } from './queue-trainings';
import { networkFiles, type Series } from './training-networks';

/** A series, and where what comes of it goes. */
export interface SharedTrainings {
  readonly series: Series;
  readonly plans: readonly TrainingPlan[];
  /** The file of outcomes: what it holds is not trained again. */
  readonly file: string;
  /** Trainings whose networks are kept, and the folder for them. */
  readonly weights: readonly string[];
  readonly weightsDir: string;
}

/**
 * Has workers train and measure what a file of outcomes lacks, one training a job, and keeps the networks that are asked for.
 * @returns the outcomes by the names of their trainings
 * @throws WhylightError where some failed
 */
export async function shareTrainings<Result>(
  { series, plans, file, weights, weightsDir }: SharedTrainings,
  sharing: Sharing,
  run: { readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, TrainingOutcome<Result>>> {
  const outcomes = new Map<string, TrainingOutcome<Result>>();
  const open = await openPlans(file, plans);
  if (open.length === 0) return outcomes;
  const units = open.map((plan): Unit => {
    const task: TrainingsTask = { plan, weights: weights.includes(plan.name) };
    return { name: plan.name, base: plan.name, task };
  });
  const plan = { kind: 'trainings', series } as const;
  const work = { plan, units, identity: trainingsIdentity(plan), most: 1 };
  await shareWork(work, sharing, run, async (store, records) => {
    for (const record of records) {
      const outcome = JSON.parse((await fileOf(store, record, OUTCOME)).toString('utf8')) as TrainingOutcome<Result>;
      outcomes.set(record.name, outcome);
      if (weights.includes(record.name)) await takeNetwork(store, record, weightsDir);
    }
  });
  return outcomes;
}

async function takeNetwork(store: Store, record: UnitRecord, folder: string): Promise<void> {
  const files: WrittenFile[] = [];
  for (const file of networkFiles(record.name, folder)) {
    files.push([file, await fileOf(store, record, path.basename(file))]);
  }
  await writeTogether(path.resolve(folder), files);
}

async function fileOf(store: Store, { folder, name }: UnitRecord, file: string): Promise<Buffer> {
  const bytes = folder === null ? null : await store.read(folder + file);
  if (bytes !== null) return bytes;
  throw new WhylightError(`${store.label} lacks ${file} of ${name}, which was there when it was done`);
}
