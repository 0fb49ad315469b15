import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortedError, WhylightError } from '../explain/errors';
import { temporaryFolder } from '../explain/leftovers';
import type { RunOptions } from '../explain/progress';
import { jobId, jobOptions, type Unit, type UnitJob } from './job';
import { openJobs, openQueue } from './queue';
import { keepRun, noteSubmitted, type Run, runPace } from './run';
import { jobSize } from './size';
import type { Store } from './store';
import { keepUnits, readUnits, spoolUnits, type UnitList } from './unit-list';

/** What is to be done, and how fast it may come. */
export interface Submission {
  readonly plan: unknown;
  readonly identity: string;
  /** Names of stores: what workers open. No photos where the units are told in full. */
  readonly photos: string | null;
  readonly out: string;
  /** From 1, which comes first, to 1000. Default: 100. */
  readonly priority?: number;
  /** Jobs that may wait at a time, in the whole queue. Default: 1000. */
  readonly window?: number;
  /** Milliseconds that a job should last. Default: 10,000. */
  readonly aim?: number;
  /** Units in one job at most. Default: 500. */
  readonly most?: number;
  /** Milliseconds between two looks at a full queue. Default: 1000. */
  readonly pause?: number;
}

/** Jobs in one message to the server. */
const BULK = 100;

/**
 * Puts units into the queue, no more at a time than its window. What was submitted before, under the same plan and with
 * the same units, is the same run: the rest of it is submitted, and nothing twice.
 * @param store where results go: the list of units is put there, from which they are put together at the end
 * @throws WhylightError for no units; AbortedError once `signal` is aborted: what is in the queue stays there
 */
export async function submit(
  client: Redis,
  store: Store,
  units: Iterable<Unit> | AsyncIterable<Unit>,
  submission: Submission,
  { onProgress, signal }: RunOptions = {},
): Promise<Run> {
  const { plan, identity, photos: source, out, priority = 100 } = submission;
  if (!Number.isInteger(priority) || priority < 1 || priority > 1000) {
    throw new WhylightError(`a priority is a whole number from 1 (first) to 1000: ${priority}`);
  }
  const scratch = temporaryFolder('queue');
  const queue = await openQueue(client);
  try {
    const list = await spoolUnits(units, path.join(scratch, 'units.jsonl'));
    if (list.count === 0) throw new WhylightError(`no photos to submit in ${source ?? 'nothing'}`);
    const name = createHash('sha256')
      .update(JSON.stringify([plan, identity, source, out, list.hash]))
      .digest('hex')
      .slice(0, 16);
    const facts = { name, plan, identity, photos: source, out, total: list.count, priority, created: Date.now() };
    await keepUnits(store, name, list);
    await keepRun(client, facts);
    await fill(client, queue, list, facts, submission, { onProgress, signal });
    return facts;
  } finally {
    await queue.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Makes jobs of what is not yet in any, as fast as workers take them. */
async function fill(
  client: Redis,
  queue: Queue<UnitJob>,
  list: UnitList,
  run: Run,
  { window = 1000, aim = 10_000, pause = 1000, most }: Submission,
  { onProgress, signal }: RunOptions,
): Promise<void> {
  const { name, total, priority } = run;
  let place = (await runPace(client, name)).submitted;
  const units = readUnits(list, place);
  while (place < total) {
    if (signal?.aborted) throw new AbortedError('interrupted');
    onProgress?.({ label: `submitting ${name}`, done: place, total });
    const { waiting } = await openJobs(queue);
    const room = Math.min(BULK, window - waiting);
    if (room <= 0) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const { perUnit } = await runPace(client, name);
    const workers = await queue.getWorkersCount();
    const jobs: UnitJob[] = [];
    while (jobs.length < room && place < total) {
      const size = jobSize({ perUnit, left: total - place, workers, aim, most });
      const part: Unit[] = [];
      while (part.length < size) part.push((await units.next()).value as Unit);
      jobs.push({ run: name, first: place, attempt: 0, units: part });
      place += size;
    }
    await addJobs(queue, jobs, priority);
    // After the jobs: a server that lost its last second has neither, or the jobs alone.
    await noteSubmitted(client, name, place);
  }
  onProgress?.({ label: `submitting ${name}`, done: total, total });
}

/** Puts jobs into the queue; one that is there already stays as it is. */
export const addJobs = (queue: Queue<UnitJob>, jobs: readonly UnitJob[], priority: number) =>
  queue.addBulk(jobs.map((job) => ({ name: jobId(job), data: job, opts: jobOptions(job, priority) })));
