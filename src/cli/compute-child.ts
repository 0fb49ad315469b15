import { WhylightError } from '../explain/errors';
import type { OpenPlan } from '../queue/work';
import type { Question, Reply } from './compute-process';
import { openKind } from './queue-kinds';

let plan: OpenPlan | null = null;

async function reply(question: Question): Promise<Reply> {
  if (question.is === 'open') {
    plan = await openKind(question.plan, question.machine);
    return { is: 'open', identity: plan.identity };
  }
  if (plan === null) throw new WhylightError('no plan is open');
  return { is: 'outcome', outcome: await plan.work(question.task, question.folder) };
}

// The worker decides when to end: it finishes its unit first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', async (question: Question) => {
  const answer = await reply(question).catch((error: Error): Reply => ({ is: 'refusal', message: error.message }));
  process.send?.(answer);
});
