import type { Redis } from 'ioredis';
import { AbortedError } from '../explain/errors';
import { plainLine } from '../explain/plain-line';
import { queueAddress } from '../queue/address';
import { connect } from '../queue/connection';
import { runWorker, type WorkerSettings } from '../queue/worker';
import { openInProcess } from './compute-process';
import { interruptible } from './interrupt';
import { note } from './notes';
import { resultsPlace } from './queue-places';
import { failureLine, planOf, unitName } from './queue-plan';

export interface WorkerRequest {
  readonly queue?: string;
  readonly photos?: string;
  readonly out?: string;
  readonly jobs: number;
  readonly untilDone?: boolean;
  readonly timeout: number;
  readonly mirror?: string;
  readonly offline?: boolean;
}

/** Works on what is in the queue: the work of `whylight worker`. */
export async function work(request: WorkerRequest): Promise<void> {
  const { photos, out, jobs, untilDone, timeout, mirror, offline } = request;
  const address = queueAddress(request.queue ?? null);
  // Each time anew: a server that is lost twice is told twice.
  const client = await connect(address, { onNote: note });
  let [done, failed] = [0, 0];
  process.stderr.write(`working on ${address.label}${jobs === 1 ? '' : `, ${jobs} at once`}\n`);
  const settings: WorkerSettings = {
    ...{ untilDone, onNote: note, photos },
    ...(out !== undefined && { out: resultsPlace(out) }),
    open: async ({ plan }) => openInProcess(planOf(plan), { mirror, offline, photos }, timeout),
    onUnit: ({ name: run, plan }, { name, error }, how) => {
      done++;
      if (error === null) {
        const words = plainLine(`${run} ${unitName(plan, name)}`);
        process.stdout.write(`${words}${how === 'there' ? ': was there' : ''}\n`);
      } else {
        failed++;
        process.stderr.write(`whylight: ${plainLine(failureLine(plan, name, error))}\n`);
      }
    },
  };
  try {
    await interruptible((signal) => runWorkers(client, jobs, { ...settings, signal }));
  } finally {
    client.disconnect();
    process.stderr.write(`worked on ${done}${failed === 0 ? '' : `, failed ${failed}`}\n`);
  }
}

/** Several workers, each with a process that computes. Where one of them has to end, all do, and its reason is the whole's. */
async function runWorkers(client: Redis, count: number, settings: WorkerSettings): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([settings.signal!, stop.signal]);
  let failure: unknown = null;
  const one = async () => {
    try {
      await runWorker(client, { ...settings, signal });
    } catch (error) {
      if (failure === null || failure instanceof AbortedError) failure = error;
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: count }, one));
  if (failure !== null) throw failure;
}
