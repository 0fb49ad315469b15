import type { Redis } from 'ioredis';
import { WhylightError } from '../explain/errors';
import type { PhotoJob, QueuedPhoto } from './job';
import { PIECE } from './layout';
import { readPiece } from './photo-list';
import { openQueue } from './queue';
import { clearFailures, countAttempt, failedPlaces, forgetRun, type Run } from './run';
import type { Store } from './store';
import { addJobs } from './submit';

/** Photos in one job of those that failed: one that ends its worker shall not hold up many. */
const FEW = 10;

/**
 * Has everything of a run that failed tried again.
 * @returns how many photos
 * @throws WhylightError where the list of the run's photos is not in the store
 */
export async function retryFailures(client: Redis, store: Store, run: Run): Promise<number> {
  const places = await failedPlaces(client, run.name);
  const attempt = await countAttempt(client, run.name);
  const jobs: PhotoJob[] = [];
  let [number, photos] = [-1, [] as readonly QueuedPhoto[]];
  for (const place of places) {
    const piece = Math.floor(place / PIECE);
    if (piece !== number) [number, photos] = [piece, await pieceOf(store, run, piece)];
    const photo = photos[place % PIECE]!;
    const last = jobs.at(-1);
    if (last !== undefined && last.first + last.photos.length === place && last.photos.length < FEW) {
      jobs[jobs.length - 1] = { ...last, photos: [...last.photos, photo] };
    } else {
      jobs.push({ run: run.name, first: place, attempt, photos: [photo] });
    }
  }
  const queue = await openQueue(client);
  try {
    // Open before they wait: a worker may be faster than the next line.
    await clearFailures(client, run.name, places, true);
    for (let i = 0; i < jobs.length; i += 100) await addJobs(queue, jobs.slice(i, i + 100), run.priority);
    await queue.retryJobs({ state: 'failed' });
  } finally {
    await queue.close();
  }
  return places.length;
}

/** Lets what failed rest: it is no longer shown; the results still say that and why it failed. @returns how many photos */
export async function dropFailures(client: Redis, run: Run): Promise<number> {
  const places = await failedPlaces(client, run.name);
  await clearFailures(client, run.name, places, false);
  return places.length;
}

/** Takes a run out of the queue, with the jobs of it that wait; a photo that is at work is finished. */
export async function dropRun(client: Redis, run: Run): Promise<void> {
  await forgetRun(client, run.name);
  const queue = await openQueue(client);
  try {
    // A worker takes what it finds of a forgotten run as done; here only memory is freed.
    for (const job of await queue.getJobs(['wait', 'prioritized', 'delayed', 'failed'])) {
      if (job.data.run === run.name) await job.remove().catch(() => undefined);
    }
  } finally {
    await queue.close();
  }
}

async function pieceOf(store: Store, run: Run, piece: number): Promise<readonly QueuedPhoto[]> {
  const photos = await readPiece(store, run.name, piece);
  if (photos !== null) return photos;
  throw new WhylightError(`${store.label} lacks the list of the photos of ${run.name}: its folder runs/ was changed`);
}
