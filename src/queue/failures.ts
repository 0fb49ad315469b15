import type { Redis } from 'ioredis';
import { WhylightError } from '../explain/errors';
import type { Unit, UnitJob } from './job';
import { PIECE } from './layout';
import { openQueue } from './queue';
import { clearFailures, countAttempt, failedPlaces, forgetRun, type Run } from './run';
import type { Store } from './store';
import { addJobs } from './submit';
import { readPiece } from './unit-list';

/** Units in one job of those that failed: one that ends its worker shall not hold up many. */
const FEW = 10;

/**
 * Has everything of a run that failed tried again.
 * @returns how many units
 * @throws WhylightError where the list of the run's units is not in the store
 */
export async function retryFailures(client: Redis, store: Store, run: Run): Promise<number> {
  const places = await failedPlaces(client, run.name);
  const attempt = await countAttempt(client, run.name);
  const jobs: UnitJob[] = [];
  let [number, units] = [-1, [] as readonly Unit[]];
  for (const place of places) {
    const piece = Math.floor(place / PIECE);
    if (piece !== number) [number, units] = [piece, await pieceOf(store, run, piece)];
    const unit = units[place % PIECE]!;
    const last = jobs.at(-1);
    if (last !== undefined && last.first + last.units.length === place && last.units.length < FEW) {
      jobs[jobs.length - 1] = { ...last, units: [...last.units, unit] };
    } else {
      jobs.push({ run: run.name, first: place, attempt, units: [unit] });
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

/** Lets what failed rest: it is no longer shown; the results still say that and why it failed. @returns how many units */
export async function dropFailures(client: Redis, run: Run): Promise<number> {
  const places = await failedPlaces(client, run.name);
  await clearFailures(client, run.name, places, false);
  return places.length;
}

/** Takes a run out of the queue, with the jobs of it that wait; what is at work is finished. */
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

async function pieceOf(store: Store, run: Run, piece: number): Promise<readonly Unit[]> {
  const units = await readPiece(store, run.name, piece);
  if (units !== null) return units;
  throw new WhylightError(`${store.label} lacks the list of what belongs to ${run.name}: its folder runs/ was changed`);
}
