import path from 'node:path';
import type { TrainingPlan } from '../analyses/scene-trainings';
import { WhylightError } from '../explain/errors';
import type { EvaluationRequest } from './evaluate-plan';
import type { ExplainRequest } from './explain-choice';
import { isStore } from './queue-places';
import type { Series } from './training-networks';

/** Photos to explain. */
export interface ExplainPlan {
  readonly kind: 'explain';
  /** Without what belongs to one machine: where results lie, weights are found, and how it prints. */
  readonly request: ExplainRequest;
  /** How the person named the photos' place: what results call a photo begins with it. */
  readonly place: string;
}

/** Photos under networks, with all maps and measures of each. */
export interface EvaluatePlan {
  readonly kind: 'evaluate';
  /** With whole paths. */
  readonly request: EvaluationRequest;
}

/** What is to be done of an {@link EvaluatePlan} for one unit: names of both. */
export interface EvaluateTask {
  readonly network: string;
  readonly photo: string;
}

/** Trainings of one series, each measured. */
export interface TrainingsPlan {
  readonly kind: 'trainings';
  readonly series: Series;
}

/** What is to be done of a {@link TrainingsPlan} for one unit. */
export interface TrainingsTask {
  readonly plan: TrainingPlan;
  /** Whether the network's card and weights are results too. */
  readonly weights: boolean;
}

/** What workers are told to do with every unit of a run: plain JSON. */
export type QueuePlan = ExplainPlan | EvaluatePlan | TrainingsPlan;

/** What belongs to the machine that works. */
export interface Machine {
  readonly mirror?: string;
  readonly offline?: boolean;
  /** Where this machine sees the photos, if elsewhere. */
  readonly photos?: string;
}

/** What one unit of each kind is called. */
const words: Readonly<Record<QueuePlan['kind'], string>> = {
  explain: 'photo',
  evaluate: 'photo',
  trainings: 'training',
};

const kindOf = (plan: unknown): string | undefined => ((plan ?? {}) as Partial<QueuePlan>).kind;
const isKind = (kind: string | undefined): kind is QueuePlan['kind'] =>
  kind !== undefined && Object.hasOwn(words, kind);

/** A run's plan. @throws WhylightError for a kind of work that this version does not know */
export function planOf(plan: unknown): QueuePlan {
  const kind = kindOf(plan);
  if (isKind(kind)) return plan as QueuePlan;
  throw new WhylightError(
    `this version knows no work of the kind ${kind ?? 'none'} (it knows: ${Object.keys(words).join(', ')})`,
  );
}

/** What one unit of a run is called: `photo`, `training`; `unit` where this version does not know its kind. */
export function unitWord(plan: unknown): string {
  const kind = kindOf(plan);
  return isKind(kind) ? words[kind] : 'unit';
}

/** The command that a run comes from: `whylight explain`. */
export const commandOf = (plan: unknown): string => `whylight ${kindOf(plan) ?? 'of another version'}`;

/** Whether {@link ExplainPlan} is what a run carries out: the only kind that `whylight queue` brings together. */
export const isExplain = (plan: unknown): boolean => kindOf(plan) === 'explain';

/** The plan behind a request to explain. */
export function explainPlan(request: ExplainRequest, place: string): ExplainPlan {
  const { mirror, offline, json, ...rest } = request;
  const own = { ...rest, ...{ queue: undefined, priority: undefined, debug: undefined } };
  // As JSON, in which what is undefined is not there: what a worker reads is what was written.
  const plain = JSON.parse(JSON.stringify({ ...own, cache: false, out: '' })) as ExplainRequest;
  return { kind: 'explain', request: plain, place };
}

/** What a photo of the run is called in results. */
export const namedPhoto = ({ place }: ExplainPlan, name: string): string =>
  isStore(place) ? `${place.replace(/\/+$/, '')}/${name}` : path.join(place, name);

/** What a unit of the run is called in results and lines. */
export const unitName = (plan: unknown, name: string): string =>
  isExplain(plan) ? namedPhoto(plan as ExplainPlan, name) : name;

/** A unit's failure as a line that names it. */
export function failureLine(plan: unknown, name: string, error: string): string {
  const unit = unitName(plan, name);
  return error.includes(unit) ? error : `${unit}: ${error}`;
}
