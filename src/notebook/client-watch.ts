/** A thread of the kernel that ends it once its client is gone, also where a cell computes without a pause, or for ever. */
import { parentPort, workerData } from 'node:worker_threads';
import { isAlive } from '../explain/process-identity';

/** The process that Jupyter says starts the kernel, and the one that did. */
export interface Client {
  readonly client: number;
  readonly parent: number;
}

/** Milliseconds between two looks, and for which a kernel may take to end by itself. */
const LOOK = 500;
const PATIENCE = 2000;

const { client, parent } = workerData as Client;
// A killed client that nobody waits for still has its id.
const isGone = () => !isAlive(client) || (parent === client && process.ppid !== parent);

const look = setInterval(() => {
  if (!isGone()) return;
  clearInterval(look);
  parentPort?.postMessage('gone');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE);
}, LOOK);
