import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { withLock } from '../explain/file-lock';
import { ensureWritableFolder, reasonOf, writeWhole } from '../explain/files';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient } from '../explain/progress';
import { trainNetwork } from '../explain/training/train-network';
import type { Trained } from '../explain/training/trained';
import type { SceneDatasetOptions } from '../scenes/dataset';
import { scenePhotos } from './scene-photos';

/** One training on drawn scenes, as plain data: what decides every byte of its weights. */
export interface TrainingPlan {
  /** `bias-0.8-seed-3`: one name, one plan. */
  readonly name: string;
  readonly architecture: string;
  /** Side of the network's input in px. */
  readonly side: number;
  readonly epochs: number;
  /** Of weights, split and order. */
  readonly seed: number;
  readonly scenes: SceneDatasetOptions;
}

/** A finished training: its plan and what was measured. */
export interface TrainingOutcome<Result> {
  readonly plan: TrainingPlan;
  /** Share of right answers on held-out scenes of its own kind. */
  readonly heldOut: { readonly accuracy: number; readonly count: number };
  readonly result: Result;
}

/** What a series of trainings does with each network. */
export interface TrainingsOptions<Result> extends RunOptions {
  /** Measures a trained network; the result is plain JSON. */
  readonly measure: (network: Network, run: RunOptions) => Promise<Result>;
  /** Where an outcome comes from that no earlier run left. Default: it is trained and measured here. */
  readonly outcomeOf?: (plan: TrainingPlan) => Promise<TrainingOutcome<Result>>;
  /** Told of each network once it is trained and measured, to keep its weights. */
  readonly onTrained?: (trained: Trained, plan: TrainingPlan) => Promise<void>;
  /** Told of each outcome, and whether an earlier run had it. */
  readonly onOutcome?: (outcome: TrainingOutcome<Result>, earlier: boolean) => void;
}

/**
 * Trains and measures one network after another and keeps every outcome in a file as soon as it is there: the same call
 * goes on where an earlier one was interrupted, and trains again only what has another plan now.
 *
 * @returns the outcomes in the order of the plans.
 * @throws WhylightError for two plans of one name, and for a file that holds something else; AbortedError when interrupted.
 */
export async function runTrainings<Result>(
  file: string,
  plans: readonly TrainingPlan[],
  options: TrainingsOptions<Result>,
): Promise<readonly TrainingOutcome<Result>[]> {
  const { measure, onTrained, onOutcome, ...run } = withAmbient(options);
  const outcomeOf = options.outcomeOf ?? ((plan) => trainAndMeasure(plan, { measure, onTrained, ...run }));
  const names = new Set(plans.map(({ name }) => name));
  if (names.size < plans.length) throw new WhylightError('two trainings of one name (each needs a name of its own)');
  await ensureWritableFolder(path.dirname(path.resolve(file)));
  const outcomes = await earlierOutcomes<Result>(file);
  const results: TrainingOutcome<Result>[] = [];
  // What another run trained beside these plans stays, before or meanwhile.
  const keep = () =>
    withLock(`${file}.lock`, async () => {
      const others = (await earlierOutcomes<Result>(file)).filter(
        ({ plan }) => !results.some((one) => one.plan.name === plan.name),
      );
      await writeWhole(file, formatOutcomes([...results, ...others]));
    });
  for (const [i, plan] of plans.entries()) {
    const earlier = outcomeOfPlan(outcomes, plan);
    const outcome = earlier ?? (await outcomeOf(plan));
    results.push(outcome);
    if (earlier === undefined) await keep();
    onOutcome?.(outcome, earlier !== undefined);
    run.onProgress?.({ label: 'trainings', done: i + 1, total: plans.length });
  }
  await keep();
  return results;
}

const outcomeOfPlan = <Result>(outcomes: readonly TrainingOutcome<Result>[], plan: TrainingPlan) =>
  outcomes.find((outcome) => JSON.stringify(outcome.plan) === JSON.stringify(plan));

/** The plans of which a file has no outcome yet. @throws WhylightError for a file that holds something else */
export async function openPlans(file: string, plans: readonly TrainingPlan[]): Promise<readonly TrainingPlan[]> {
  const outcomes = await earlierOutcomes(file);
  return plans.filter((plan) => outcomeOfPlan(outcomes, plan) === undefined);
}

class MissingOutcomes extends WhylightError {}

/** {@link trainingOutcomes}, and none where there is no file. */
const earlierOutcomes = <Result>(file: string) =>
  trainingOutcomes<Result>(file).catch((error): readonly TrainingOutcome<Result>[] => {
    if (error instanceof MissingOutcomes) return [];
    throw error;
  });

/**
 * The outcomes that a series of trainings left in a file.
 * @throws WhylightError where there is none, or it holds something else.
 */
export async function trainingOutcomes<Result>(file: string): Promise<readonly TrainingOutcome<Result>[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const what = `cannot read the outcomes of trainings ${file}: ${reasonOf(error)}`;
    throw error.code === 'ENOENT' ? new MissingOutcomes(what) : new WhylightError(what, { cause: error });
  });
  const damaged = new WhylightError(`${file} does not hold outcomes of trainings (delete it, or name another file)`);
  try {
    const parsed = JSON.parse(text) as { readonly trainings: readonly TrainingOutcome<Result>[] };
    if (!Array.isArray(parsed.trainings) || parsed.trainings.some((one) => typeof one?.plan?.name !== 'string'))
      throw damaged;
    return parsed.trainings;
  } catch {
    throw damaged;
  }
}

/** A line for each training, so that a change is one line of a difference. */
const formatOutcomes = (outcomes: readonly TrainingOutcome<unknown>[]) =>
  `{"trainings":[\n${outcomes.map((outcome) => JSON.stringify(outcome)).join(',\n')}\n]}\n`;

/** Carries out one plan. @throws AbortedError when interrupted */
export async function trainAndMeasure<Result>(
  plan: TrainingPlan,
  { measure, onTrained, ...run }: Pick<TrainingsOptions<Result>, 'measure' | 'onTrained' | keyof RunOptions>,
): Promise<TrainingOutcome<Result>> {
  const labelled: RunOptions = {
    ...run,
    onProgress: (progress) => run.onProgress?.({ ...progress, label: `${plan.name}: ${progress.label}` }),
  };
  const { architecture, name, side, epochs, seed } = plan;
  const trained = await trainNetwork(architecture, scenePhotos(plan.scenes), {
    ...labelled,
    name,
    title: name,
    side,
    epochs,
    seed,
    duplicateDistance: null,
    half: true,
  });
  const result = await measure(trained.network, labelled);
  await onTrained?.(trained, plan);
  return { plan, heldOut: { accuracy: trained.test.accuracy, count: trained.test.count }, result };
}
