import { identityOf } from '../explain/store/key';
import type { OpenPlan as Work } from '../queue/work';
import { type OpenPlan, openPlan } from './explain-plan';
import { noteOnce } from './notes';
import { type ExplainPlan, type Machine, namedPhoto } from './queue-plan';

/** Of the plan, with the network and the code that are here: equal only where every byte of the results is. */
export function explainIdentity({ place }: ExplainPlan, { origin }: Pick<OpenPlan, 'origin'>): string {
  return identityOf({
    kind: 'results',
    parts: { place, ...origin },
    code: ['explain', 'plots', 'page', 'queue', 'cli'],
  });
}

/** Makes the plan ready to work. @throws WhylightError where this machine cannot carry it out */
export async function openExplain(goal: ExplainPlan, { mirror, offline }: Machine): Promise<Work> {
  if (goal.request.with !== undefined) (await import('./with.js')).addModules(goal.request.with);
  const plan = await openPlan({ ...goal.request, mirror, offline }, { onNote: noteOnce() });
  const { explainOne } = await import('./explain-one.js');
  return {
    identity: explainIdentity(goal, plan),
    work: async ({ local, name, base }, folder) => {
      const photo = namedPhoto(goal, name);
      const record = await explainOne(plan, { file: local, photo, folder, base });
      // Where the photo and the code lie on this machine is nobody's business elsewhere.
      const error = record.error?.replaceAll(local, photo) ?? null;
      return { record: { ...record, error, stack: null }, error };
    },
  };
}
