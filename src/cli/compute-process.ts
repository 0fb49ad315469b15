import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { CrashError, type OpenPlan as Plan } from '../queue/work';
import type { PhotoRecord, PhotoTask } from './explain-one';
import { namedPhoto, type QueuePlan } from './queue-plan';

/** What belongs to this machine. */
export interface Machine {
  readonly mirror?: string;
  readonly offline?: boolean;
  /** Seconds after which the work on one photo is ended. */
  readonly timeout: number;
}

/** What the process that computes is asked, and answers. */
export type Question =
  | { readonly is: 'open'; readonly plan: QueuePlan; readonly machine: Machine }
  | { readonly is: 'photo'; readonly task: PhotoTask };
export type Reply =
  | { readonly is: 'open'; readonly identity: string }
  | { readonly is: 'record'; readonly record: PhotoRecord }
  | { readonly is: 'refusal'; readonly message: string };

/**
 * Opens a plan in a process of its own, which is started again where it ends: a photo that makes it crash, hang or run out
 * of memory ends that process, and not the worker.
 * @throws WhylightError where this machine cannot carry out the plan
 */
export async function openInProcess(plan: QueuePlan, machine: Machine): Promise<Plan> {
  const opened = await start(plan, machine);
  let { child } = opened;
  return {
    identity: opened.identity,
    work: async ({ local, file, base }, folder) => {
      if (child.exitCode !== null || child.signalCode !== null) ({ child } = await start(plan, machine));
      const task = { file: local, photo: namedPhoto(plan, file), folder, base };
      const reply = await ask(child, { is: 'photo', task }, machine.timeout);
      if (reply.is !== 'record') throw new WhylightError(reply.is === 'refusal' ? reply.message : 'no record');
      // Where the photo and the code lie on this machine is nobody's business elsewhere.
      const error = reply.record.error?.replaceAll(local, task.photo) ?? null;
      return { record: { ...reply.record, error, stack: null }, error };
    },
    close: async () => {
      child.kill('SIGKILL');
    },
  };
}

async function start(plan: QueuePlan, machine: Machine): Promise<{ child: ChildProcess; identity: string }> {
  const child = fork(path.join(__dirname, 'compute-child.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const reply = await ask(child, { is: 'open', plan, machine }, machine.timeout);
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
