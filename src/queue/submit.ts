import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { AbortedError, WhylightError } from '../explain/errors';
import { temporaryFolder } from '../explain/leftovers';
import type { RunOptions } from '../explain/progress';
import { jobId, jobOptions, type PhotoJob, type QueuedPhoto } from './job';
import { keepPhotos, type PhotoList, readPhotos, spoolPhotos } from './photo-list';
import { openJobs, openQueue } from './queue';
import { keepRun, noteSubmitted, type Run, runPace } from './run';
import { jobSize } from './size';
import type { Store } from './store';

/** What is to be done, and how fast it may come. */
export interface Submission {
  readonly plan: unknown;
  readonly identity: string;
  /** Names of stores: what workers open. */
  readonly photos: string;
  readonly out: string;
  /** From 1, which comes first, to 1000. Default: 100. */
  readonly priority?: number;
  /** Jobs that may wait at a time, in the whole queue. Default: 1000. */
  readonly window?: number;
  /** Milliseconds that a job should last. Default: 10,000. */
  readonly aim?: number;
  /** Milliseconds between two looks at a full queue. Default: 1000. */
  readonly pause?: number;
}

/** Jobs in one message to the server. */
const BULK = 100;

/**
 * Puts photos into the queue, no more at a time than its window. What was submitted before, under the same plan and with
 * the same photos, is the same run: the rest of it is submitted, and nothing twice.
 * @param store where results go: the list of photos is put there, from which the manifest is made at the end
 * @throws WhylightError for no photos; AbortedError once `signal` is aborted: what is in the queue stays there
 */
export async function submit(
  client: Redis,
  store: Store,
  photos: Iterable<QueuedPhoto> | AsyncIterable<QueuedPhoto>,
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
    const list = await spoolPhotos(photos, path.join(scratch, 'photos.jsonl'));
    if (list.count === 0) throw new WhylightError(`no photos to submit in ${source}`);
    const name = createHash('sha256')
      .update(JSON.stringify([plan, identity, source, out, list.hash]))
      .digest('hex')
      .slice(0, 16);
    const facts = { name, plan, identity, photos: source, out, total: list.count, priority, created: Date.now() };
    await keepPhotos(store, name, list);
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
  queue: Queue<PhotoJob>,
  list: PhotoList,
  run: Run,
  { window = 1000, aim = 10_000, pause = 1000 }: Submission,
  { onProgress, signal }: RunOptions,
): Promise<void> {
  const { name, total, priority } = run;
  let place = (await runPace(client, name)).submitted;
  const photos = readPhotos(list, place);
  while (place < total) {
    if (signal?.aborted) throw new AbortedError('interrupted');
    onProgress?.({ label: `submitting ${name}`, done: place, total });
    const { waiting } = await openJobs(queue);
    const room = Math.min(BULK, window - waiting);
    if (room <= 0) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const { perPhoto } = await runPace(client, name);
    const workers = await queue.getWorkersCount();
    const jobs: PhotoJob[] = [];
    while (jobs.length < room && place < total) {
      const size = jobSize({ perPhoto, left: total - place, workers, aim });
      const part: QueuedPhoto[] = [];
      while (part.length < size) part.push((await photos.next()).value as QueuedPhoto);
      jobs.push({ run: name, first: place, attempt: 0, photos: part });
      place += size;
    }
    await addJobs(queue, jobs, priority);
    // After the jobs: a server that lost its last second has neither, or the jobs alone.
    await noteSubmitted(client, name, place);
  }
  onProgress?.({ label: `submitting ${name}`, done: total, total });
}

/** Puts jobs into the queue; one that is there already stays as it is. */
export const addJobs = (queue: Queue<PhotoJob>, jobs: readonly PhotoJob[], priority: number) =>
  queue.addBulk(jobs.map((job) => ({ name: jobId(job), data: job, opts: jobOptions(job, priority) })));
