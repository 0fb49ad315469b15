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

/** Photos may be handed over before the plan is open. */
function begin(message: PoolStart): void {
  start = message;
  plan = open(message);
  plan.catch((error: Error) => {
    if (!signal.aborted) send({ refusal: error.message });
  });
}

async function open({ request }: PoolStart): Promise<OpenPlan> {
  // The command that started this process has said what it adds.
  if (request.with !== undefined) {
    const { addModule } = await import('../report/additions.js');
    for (const file of request.with) addModule(file);
  }
  return openPlan(request, { signal, onNote: (note) => send({ note }) });
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
