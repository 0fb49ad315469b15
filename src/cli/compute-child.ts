import { WhylightError } from '../explain/errors';
import type { Question, Reply } from './compute-process';
import { explainOne } from './explain-one';
import { type OpenPlan, openPlan } from './explain-plan';
import { noteOnce } from './notes';
import { planIdentity } from './queue-plan';

const onNote = noteOnce();
let plan: OpenPlan | null = null;

async function reply(question: Question): Promise<Reply> {
  if (question.is === 'open') {
    const { plan: goal, machine } = question;
    if (goal.request.with !== undefined) (await import('./with.js')).addModules(goal.request.with);
    plan = await openPlan({ ...goal.request, ...machine }, { onNote });
    return { is: 'open', identity: planIdentity(goal, plan) };
  }
  if (plan === null) throw new WhylightError('no plan is open');
  return { is: 'record', record: await explainOne(plan, question.task) };
}

// The worker decides when to end: it finishes its photo first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', async (question: Question) => {
  const answer = await reply(question).catch((error: Error): Reply => ({ is: 'refusal', message: error.message }));
  process.send?.(answer);
});
