import path from 'node:path';
import { identityOf } from '../explain/store/key';
import type { ExplainRequest } from './explain-choice';
import type { OpenPlan } from './explain-plan';
import { isStore } from './queue-places';

/** What workers are told to do with every photo of a run: plain JSON. */
export interface QueuePlan {
  /** Without what belongs to one machine: where results lie, weights are found, and how it prints. */
  readonly request: ExplainRequest;
  /** How the person named the photos' place: what results call a photo begins with it. */
  readonly place: string;
}

/** The plan behind a request. */
export function queuePlan(request: ExplainRequest, place: string): QueuePlan {
  const { mirror, offline, json, ...rest } = request;
  const own = { ...rest, ...{ queue: undefined, priority: undefined, debug: undefined } };
  // As JSON, in which what is undefined is not there: what a worker reads is what was written.
  return { request: JSON.parse(JSON.stringify({ ...own, cache: false, out: '' })) as ExplainRequest, place };
}

/** What a photo of the run is called in results. */
export const namedPhoto = ({ place }: QueuePlan, file: string): string =>
  isStore(place) ? `${place.replace(/\/+$/, '')}/${file}` : path.join(place, file);

/** A photo's failure as a line that names it. */
export function failureLine(plan: QueuePlan, file: string, error: string): string {
  const photo = namedPhoto(plan, file);
  return error.includes(photo) ? error : `${photo}: ${error}`;
}

/** Of the plan, with the network and the code that are here: equal only where every byte of the results is. */
export function planIdentity({ place }: QueuePlan, { origin }: Pick<OpenPlan, 'origin'>): string {
  return identityOf({
    kind: 'results',
    parts: { place, ...origin },
    code: ['explain', 'plots', 'page', 'queue', 'cli'],
  });
}
