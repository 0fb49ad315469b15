import { createHash } from 'node:crypto';
import { evaluatePhoto, outcomeIdentities } from '../analyses/evaluate';
import { WhylightError } from '../explain/errors';
import { identityOf } from '../explain/store/key';
import type { OpenPlan } from '../queue/work';
import { type OpenEvaluation, openEvaluation } from './evaluate-plan';
import { noteOnce } from './notes';
import { seenFrom } from './queue-places';
import type { EvaluatePlan, EvaluateTask, Machine } from './queue-plan';

/** Of all outcomes: equal only where every one is, of networks, photos, methods, measures and code. */
export function evaluateIdentity(evaluation: OpenEvaluation): string {
  const { networks, photos, options } = evaluation;
  const all = createHash('sha256');
  for (const network of networks) {
    for (const photo of photos)
      all.update(JSON.stringify([network.name, photo.name, ...outcomeIdentities({ network, photo, photos }, options)]));
  }
  return identityOf({ kind: 'results', parts: { evaluate: all.digest('hex') }, code: ['queue'] });
}

/** Makes the plan ready to work. @throws WhylightError where this machine cannot carry it out */
export async function openEvaluate({ request }: EvaluatePlan, machine: Machine): Promise<OpenPlan> {
  const { mirror, offline, photos: here } = machine;
  const own = here === undefined ? request : { ...request, ...seenFrom(request, here) };
  const evaluation = await openEvaluation(
    { ...own, mirror, offline },
    { signal: new AbortController().signal, onNote: noteOnce() },
  );
  const { networks, photos, options } = evaluation;
  return {
    identity: evaluateIdentity(evaluation),
    work: async ({ task }, folder) => {
      const names = task as EvaluateTask;
      const network = networks.find(({ name }) => name === names.network);
      const photo = photos.find(({ name }) => name === names.photo);
      if (network === undefined || photo === undefined) {
        throw new WhylightError(`this evaluation has no ${names.network} or no ${names.photo}`);
      }
      await evaluatePhoto(network, photo, photos, { ...options, store: { folder } });
      return { record: null, error: null };
    },
  };
}
