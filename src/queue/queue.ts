import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { UnitJob } from './job';
import { PREFIX } from './run';

/** The number goes up where jobs change their form: a worker of another version does not see them. */
export const QUEUE = 'units-2';

/** What every part of the engine is opened with. */
export const engineOptions = (connection: Redis) => ({
  connection,
  prefix: PREFIX,
  // It would print to the console; `connect` looks at the one setting that matters.
  skipVersionCheck: true,
});

/** The queue itself, to put jobs in and to look at it. */
export async function openQueue(connection: Redis): Promise<Queue<UnitJob>> {
  const { Queue } = await import('bullmq');
  const queue = new Queue<UnitJob>(QUEUE, { ...engineOptions(connection), streams: { events: { maxLen: 100 } } });
  // The connection tells its own troubles.
  queue.on('error', () => undefined);
  return queue;
}

/** Jobs that are not done: waiting, at work, or waiting for another try. */
export async function openJobs(queue: Queue<UnitJob>): Promise<{ waiting: number; active: number; failed: number }> {
  const {
    wait = 0,
    prioritized = 0,
    delayed = 0,
    active = 0,
    failed = 0,
  } = await queue.getJobCounts(...(['wait', 'prioritized', 'delayed', 'active', 'failed'] as const));
  return { waiting: wait + prioritized + delayed, active, failed };
}
