import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { CrashError, type OpenPlan, type Outcome, type Task } from '../queue/work';
import type { Machine, QueuePlan } from './queue-plan';

/** What the process that computes is asked, and answers. */
export type Question =
  | { readonly is: 'open'; readonly plan: QueuePlan; readonly machine: Machine }
  | { readonly is: 'unit'; readonly task: Task; readonly folder: string };
export type Reply =
  | { readonly is: 'open'; readonly identity: string }
  | { readonly is: 'outcome'; readonly outcome: Outcome }
  | { readonly is: 'refusal'; readonly message: string };

/**
 * Opens a plan in a process of its own, which is started again where it ends: a unit that makes it crash, hang or run out
 * of memory ends that process, and not the worker.
 * @param timeout seconds after which the work on one unit is ended
 * @throws WhylightError where this machine cannot carry out the plan
 */
export async function openInProcess(plan: QueuePlan, machine: Machine, timeout: number): Promise<OpenPlan> {
  const opened = await start(plan, machine, timeout);
  let { child } = opened;
  return {
    identity: opened.identity,
    work: async (task, folder) => {
      if (child.exitCode !== null || child.signalCode !== null) ({ child } = await start(plan, machine, timeout));
      const reply = await ask(child, { is: 'unit', task, folder }, timeout);
      if (reply.is === 'outcome') return reply.outcome;
      throw new WhylightError(reply.is === 'refusal' ? reply.message : 'no outcome');
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function start(
  plan: QueuePlan,
  machine: Machine,
  timeout: number,
): Promise<{ child: ChildProcess; identity: string }> {
  const child = fork(path.join(__dirname, 'compute-child.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const reply = await ask(child, { is: 'open', plan, machine }, timeout);
  if (reply.is === 'open') return { child, identity: reply.identity };
  child.kill('SIGKILL');
  throw new WhylightError(reply.is === 'refusal' ? reply.message : 'no plan');
}

/** @throws CrashError where the process ends, or has to be ended, before it answers */
async function ask(child: ChildProcess, question: Question, seconds: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, 1000 * seconds);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      end();
    };
    const onMessage = (reply: Reply) => settle(() => resolve(reply));
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      const how = isLate ? `it took longer than ${seconds} s` : `its process ended with ${signal ?? `code ${code}`}`;
      settle(() => reject(new CrashError(how)));
    };
    const onError = (error: Error) =>
      settle(() => reject(new CrashError(`its process does not answer: ${error.message}`)));
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    child.send(question, (error) => {
      if (error !== null) onError(error);
    });
  });
}
