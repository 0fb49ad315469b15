import path from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { WhylightError } from '../explain/errors';
import { memoryJournal } from '../explain/journal';
import { setAmbientRun } from '../explain/progress';
import { runningCell } from './cell';
import { errorLine } from './cell-errors';
import { prepareExecutor } from './cell-executor';
import { followRequests } from './cell-requests';
import type { Client } from './client-watch';
import { cellProgress } from './progress';

/**
 * Makes long work at home in a notebook: it reports into the cell that runs it, an interrupt of the kernel stops it
 * within a batch and its cell, run again, goes on from there, an error of ours is one line instead of a stack, and
 * errors that no cell awaited are kept. Called once by the kernel's launcher.
 */
export function prepareKernel(): void {
  endWithoutClient();
  prepareExecutor();
  followRequests();
  let controller = new AbortController();
  const journal = memoryJournal();
  const begin = () => {
    controller = new AbortController();
    const onProgress = cellProgress();
    setAmbientRun({ onProgress, signal: controller.signal, journal });
  };
  begin();
  process.on('SIGINT', () => {
    controller.abort();
    begin();
  });
  // Jupyter drops what a cell prints after its end: whoever runs a notebook asks for these at the end.
  const floating: { readonly at: number; readonly message: string }[] = [];
  const note = (reason: unknown) => floating.push({ at: Date.now(), message: String(reason) });
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  Object.assign(globalThis, { whylightFloatingErrors: floating });
  Object.defineProperty(WhylightError.prototype, inspect.custom, {
    value(this: WhylightError) {
      return `${this.name}: ${this.message}`;
    },
  });
}

/** Errors that no cell awaited are said as those of cells are: in tslab's place, which has to have started. */
export function sayFloatingErrors(): void {
  for (const [event, words] of [
    ['unhandledRejection', 'UnhandledPromiseRejection'],
    ['uncaughtException', 'UncaughtException'],
  ] as const) {
    // The last to listen is tslab, which prints a stack.
    const tslab = process.listeners(event as 'uncaughtException').at(-1);
    if (tslab !== undefined) process.off(event, tslab);
    process.on(event, (error: unknown) =>
      process.stderr.write(`${words}: ${errorLine(error, runningCell().number)}\n`),
    );
  }
}

/**
 * Jupyter names the process that starts a kernel in a variable: once that was killed, be it before the kernel was up,
 * nobody can reach the kernel or end it.
 */
function endWithoutClient(): void {
  const client = Number(process.env.JPY_PARENT_PID);
  if (!(client > 0)) return;
  const workerData: Client = { client, parent: process.ppid };
  const watch = new Worker(path.join(__dirname, 'client-watch.js'), { workerData });
  watch.once('message', () => process.exit(143)).unref();
}
