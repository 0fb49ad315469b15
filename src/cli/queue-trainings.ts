import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { trainAndMeasure } from '../analyses/scene-trainings';
import { identityOf } from '../explain/store/key';
import type { OpenPlan } from '../queue/work';
import type { TrainingsPlan, TrainingsTask } from './queue-plan';
import { keepNetwork, trainingSeries } from './training-networks';

/** The file of a unit's result that holds its outcome. */
export const OUTCOME = 'outcome.json';

/** Of the series, with the code that is here: equal only where every outcome is, to the last digit. */
export const trainingsIdentity = ({ series }: TrainingsPlan): string =>
  identityOf({ kind: 'results', parts: { trainings: series }, code: ['explain', 'analyses', 'scenes', 'cli'] });

/** Makes the plan ready to work. */
export async function openTrainings(goal: TrainingsPlan): Promise<OpenPlan> {
  const measure = trainingSeries[goal.series].openMeasure();
  return {
    identity: trainingsIdentity(goal),
    work: async ({ task }, folder) => {
      const { plan, weights } = task as TrainingsTask;
      const onTrained: Parameters<typeof trainAndMeasure>[1]['onTrained'] = async (trained) => {
        if (weights) await keepNetwork(trained, plan.name, folder);
      };
      const outcome = await trainAndMeasure(plan, { measure, onTrained });
      await writeFile(path.join(folder, OUTCOME), JSON.stringify(outcome));
      return { record: null, error: null };
    },
  };
}
