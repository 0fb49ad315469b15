import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortedError, WhylightError } from '../explain/errors';
import { temporaryFolder } from '../explain/leftovers';
import { oneAtATime } from '../explain/one-at-a-time';
import { parseJob } from './job';
import { type JobProgress, workOnJob } from './job-work';
import { pieceName } from './layout';
import { openStore } from './open-store';
import { engineOptions, openJobs, openQueue, QUEUE } from './queue';
import { type Run, readRun, runNames, runPace } from './run';
import { StoreError } from './store';
import type { Places, UnitRecord } from './unit-work';
import type { Opener, OpenPlan } from './work';

/** How a worker works. */
export interface WorkerSettings {
  readonly open: Opener;
  /** Folders or `s3://` places to use instead of those that the run names: where this machine sees them elsewhere. */
  readonly photos?: string;
  readonly out?: string;
  /** Ends when no job is open any more. Default: false, and it waits for more. */
  readonly untilDone?: boolean;
  /** Aborted: the present unit is finished, what is left of the job goes back, and the worker ends. */
  readonly signal?: AbortSignal;
  readonly onUnit?: (run: Run, record: UnitRecord, how: 'computed' | 'there') => void;
  readonly onNote?: (note: string) => void;
  /** Milliseconds for which a store that does not answer is tried again. Default: 60,000. */
  readonly patience?: number;
  /** Milliseconds after which a worker that no longer tells of itself is lost. Default: 30,000. */
  readonly lock?: number;
}

/** Plans that stay open: a run that interrupts another does not cost it its network. */
const OPEN = 2;
/** Jobs at once: of photos a second one fetches its first while the first computes its last. What needs no fetching waits for a free worker. */
const [ALONE, AHEAD] = [1, 2];
/** Milliseconds after which a job that this worker cannot do is offered to others. */
const BACK = 5000;

/**
 * Works until it is told to stop.
 * @throws StoreError where results cannot be put away, and WhylightError where this machine cannot carry out a plan as it was
 * submitted: the job is back in the queue, for others
 */
export async function runWorker(client: Redis, settings: WorkerSettings): Promise<void> {
  const { Worker, WaitingError, DelayedError } = await import('bullmq');
  const { signal, onNote, lock = 30_000, patience = 60_000 } = settings;
  const scratch = temporaryFolder('worker');
  const turn = oneAtATime();
  const places = createPlaces(settings);
  let [stopping, failure] = [false, null as unknown];
  let end: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stop = (error: unknown = null) => {
    stopping = true;
    failure ??= error;
    end();
  };

  const process = async (job: Job, token?: string) => {
    const data = parseJob(job.data);
    worker.concurrency = data.units.some(({ task }) => task === undefined) ? AHEAD : ALONE;
    const run = await readRun(client, data.run);
    // Somebody has taken the run away.
    if (run === null) return;
    const folder = await mkdtemp(path.join(scratch, 'job-'));
    try {
      const progress = progressOf(job);
      const ended = await workOnJob(data, {
        ...(await places(run)),
        ...{ client, turn, progress, scratch: folder, onNote, patience },
        isStopping: () => stopping,
        isCautious: job.stalledCounter > 0 || progress.at !== undefined,
        keepProgress: (now) => job.updateProgress(now),
        onUnit: (record, how) => settings.onUnit?.(run, record, how),
      });
      if (ended === data.units.length) return;
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof Unfit)) throw error;
      stop(error);
      await job.moveToDelayed(Date.now() + BACK, token);
      throw new DelayedError();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await job.moveToWait(token);
    throw new WaitingError();
  };

  const worker: Worker = new Worker(QUEUE, process, {
    ...engineOptions(client),
    concurrency: ALONE,
    lockDuration: lock,
    stalledInterval: lock,
    // A unit over which workers are lost is told by the job's own notes.
    maxStalledCount: 1_000_000,
    drainDelay: 2,
    autorun: false,
  });
  worker.on('error', () => undefined);
  worker.on('failed', (_, error) => onNote?.(`a job failed and is tried again: ${error.message}`));
  signal?.addEventListener('abort', () => stop());
  if (signal?.aborted) stop();
  const running = worker.run();
  if (settings.untilDone) watchEnd(client, () => stopping).then(() => stop(), stop);
  try {
    await Promise.race([ending, running]);
    await worker.close();
  } finally {
    stop();
    await places.close();
    await rm(scratch, { recursive: true, force: true });
  }
  if (failure !== null) throw failure;
  if (signal?.aborted) throw new AbortedError('interrupted');
}

/** Another plan than the one that was submitted would come of it. */
class Unfit extends WhylightError {}

function progressOf({ progress }: Job): JobProgress {
  return typeof progress === 'object' && 'ended' in progress ? (progress as JobProgress) : { ended: 0 };
}

/** Resolves once no job is open, and none is to come, or once it need not be known any more. */
async function watchEnd(client: Redis, isOver: () => boolean): Promise<void> {
  const queue = await openQueue(client);
  try {
    const isIdle = async () => {
      const { waiting, active } = await openJobs(queue);
      return waiting + active === 0;
    };
    for (;;) {
      await sleep(1000, undefined, { ref: false });
      if (isOver()) return;
      // Looked at again behind the runs: the last jobs of one may have been submitted between.
      if ((await isIdle()) && (await areSubmitted(client)) && (await isIdle())) return;
    }
  } finally {
    await queue.close();
  }
}

/** A run that is not wholly submitted has somebody who submits it. */
async function areSubmitted(client: Redis): Promise<boolean> {
  for (const name of await runNames(client)) {
    const [run, { submitted }] = [await readRun(client, name), await runPace(client, name)];
    if (run !== null && submitted < run.total) return false;
  }
  return true;
}

/** Opens what a run needs, each plan once; the oldest is closed where there are too many. */
function createPlaces({ open, photos, out }: WorkerSettings) {
  const plans = new Map<string, Promise<OpenPlan>>();
  /** Runs whose results' folder is the one that was meant. */
  const checks = new Set<string>();
  const close = async (key: string) => {
    const plan = plans.get(key);
    plans.delete(key);
    await (await plan?.catch(() => undefined))?.close?.();
  };
  const planOf = async (run: Run): Promise<OpenPlan> => {
    const key = JSON.stringify([run.identity, run.plan]);
    const plan = plans.get(key) ?? open(run);
    plans.delete(key);
    plans.set(key, plan);
    // Its work is over: one unit is computed at a time, and the two newest stay.
    if (plans.size > OPEN) await close(plans.keys().next().value!);
    try {
      return await plan;
    } catch (error) {
      plans.delete(key);
      throw new Unfit(`cannot work on ${run.name}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  };
  const openPlaces = async (run: Run): Promise<Places> => {
    const plan = await planOf(run);
    if (plan.identity !== run.identity) {
      throw new Unfit(
        `${run.name} was submitted with another version of Whylight, of its network or of what was added to it: this worker would give other results`,
      );
    }
    const store = await openStore(out ?? run.out);
    if (!checks.has(run.name) && (await store.read(pieceName(run.name, 0))) === null) {
      // One that is not mounted here would be made anew, and take results that nobody else sees.
      throw new Unfit(
        `${store.label} lacks the list of what belongs to ${run.name}: it is another folder than the one it was submitted with (--out says where this machine sees that)`,
      );
    }
    checks.add(run.name);
    return { plan, photos: run.photos === null ? null : await openStore(photos ?? run.photos), out: store };
  };
  return Object.assign(openPlaces, {
    close: async () => {
      for (const key of [...plans.keys()]) await close(key);
    },
  });
}
