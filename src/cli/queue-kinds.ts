import type { OpenPlan } from '../queue/work';
import type { Machine, QueuePlan } from './queue-plan';

type Opener<Plan> = (plan: Plan, machine: Machine) => Promise<OpenPlan>;

/** Makes each kind of plan ready to work; only what it needs is loaded. */
const openers: { readonly [Kind in QueuePlan['kind']]: Opener<Extract<QueuePlan, { kind: Kind }>> } = {
  explain: async (plan, machine) => (await import('./queue-explain.js')).openExplain(plan, machine),
  evaluate: async (plan, machine) => (await import('./queue-evaluate.js')).openEvaluate(plan, machine),
  trainings: async (plan) => (await import('./queue-trainings.js')).openTrainings(plan),
};

/** Makes a plan ready to work. @throws WhylightError where this machine cannot carry it out */
export const openKind = (plan: QueuePlan, machine: Machine): Promise<OpenPlan> =>
  (openers[plan.kind] as Opener<QueuePlan>)(plan, machine);
