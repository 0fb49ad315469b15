/** A process of `whylight explain --jobs`: opens the plan once, and explains the photos that it is handed. */
import { explainOne, type PhotoTask } from './explain-one';
import { type OpenPlan, openPlan } from './explain-plan';
import type { PoolMessage, PoolStart } from './explain-pool';
import { unfinishedRuns } from './unfinished';

const send = (message: PoolMessage) => process.send?.(message);
const controller = new AbortController();
const { signal } = controller;

let plan: Promise<OpenPlan> | null = null;
let start: PoolStart | null = null;

async function begin(message: PoolStart): Promise<void> {
  start = message;
  try {
    if (message.request.with !== undefined) (await import('./with.js')).addModules(message.request.with);
    plan = openPlan(message.request, { signal, onNote: (note) => send({ note }) });
    await plan;
  } catch (error) {
    if (!signal.aborted) send({ refusal: (error as Error).message });
  }
}

async function explain(id: number, task: PhotoTask): Promise<void> {
  const { request, inputs } = start!;
  try {
    const run = { signal, inputs: new Set(inputs), openJournal: () => unfinishedRuns(request) };
    send({ id, record: await explainOne(await plan!, task, run) });
  } catch {
    // Interrupted, or there is no plan: both are known.
  }
}

process.on('message', (message: PoolStart | { readonly id: number; readonly task: PhotoTask }) =>
  'request' in message ? begin(message) : explain(message.id, message.task),
);
const end = () => {
  controller.abort();
  // What is at its last file may finish it.
  setTimeout(() => process.exit(), 500).unref();
};
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
process.on('disconnect', end);
