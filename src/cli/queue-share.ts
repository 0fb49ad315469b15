import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AbortedError, WhylightError } from '../explain/errors';
import { type QueueAddress, queueAddress } from '../queue/address';
import { collectRecords } from '../queue/collect';
import { connect } from '../queue/connection';
import { dropRun } from '../queue/failures';
import type { Unit } from '../queue/job';
import { openStore } from '../queue/open-store';
import { type Run, readRun, runState } from '../queue/run';
import type { Store } from '../queue/store';
import { type Submission, submit } from '../queue/submit';
import type { UnitRecord } from '../queue/unit-work';
import { note } from './notes';
import type { Reporter } from './progress';
import { resultsPlace } from './queue-places';
import { failureLine, type QueuePlan, unitWord } from './queue-plan';

/** What a command takes that can leave its work to a queue and waits for it. */
export interface ShareRequest {
  /** true: the address is in the environment. */
  readonly queue?: string | true;
  readonly priority?: number;
  readonly records?: string;
}

/** Where work is left, and where its results go. */
export interface Sharing {
  readonly address: QueueAddress;
  /** The store for results, which every worker sees. */
  readonly out: string;
  readonly priority?: number;
}

/**
 * Whether the work is left to a queue, and to which.
 * @param usual the folder for results, where `--records` names none
 * @throws WhylightError for options that need a queue without one, and for a queue without a folder
 */
export function sharingOf({ queue, priority, records }: ShareRequest, usual: string | null): Sharing | null {
  if (queue === undefined) {
    const idle = priority !== undefined ? 'priority' : records !== undefined ? 'records' : null;
    if (idle !== null) throw new WhylightError(`--${idle} goes with --queue`);
    return null;
  }
  const place = records ?? usual;
  if (place === null) {
    throw new WhylightError('--queue needs a place for results that all workers see: --out DIR, or --records PLACE');
  }
  return { address: queueAddress(queue === true ? null : queue), out: resultsPlace(place), priority };
}

/** What is to be done of units. */
export interface SharedWork extends Pick<Submission, 'identity' | 'most'> {
  readonly plan: QueuePlan;
  readonly units: readonly Unit[];
}

interface ShareRun {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Leaves units to workers, waits until all have ended, and hands their records over; then the run leaves the queue. The same
 * units are the same run: interrupted here, workers go on, and the same call waits for them again.
 * @param use what is made of the records, and of the store in which their files lie
 * @throws WhylightError where some failed, with the first of them: they stay in the queue, to be tried again
 */
export async function shareWork<T>(
  { plan, units, identity, most }: SharedWork,
  { address, out, priority }: Sharing,
  { reporter, signal }: ShareRun,
  use: (store: Store, records: readonly UnitRecord[]) => Promise<T>,
): Promise<T> {
  const client = await connect(address, { onNote: (sentence) => note(sentence, reporter) });
  try {
    const store = await openStore(out);
    const submission: Submission = { plan, identity, photos: null, out, priority, most };
    const run = await submit(client, store, units, submission, { signal });
    const words = `${units.length} ${unitWord(plan)}${units.length === 1 ? '' : 's'}`;
    note(`${words} left to the workers of ${address.label}, as run ${run.name}`, reporter);
    await allEnded(client, run, { reporter, signal });
    const records: UnitRecord[] = [];
    for await (const record of collectRecords(store, run.name, run.total)) records.push(record);
    refuseFailures(run, records);
    const result = await use(store, records);
    await dropRun(client, run);
    return result;
  } finally {
    client.disconnect();
  }
}

/** Shows how far a run is until all of it has ended. */
async function allEnded(client: Redis, run: Run, { reporter, signal }: ShareRun): Promise<void> {
  const label = `${unitWord(run.plan)}s by workers`;
  for (;;) {
    const { done } = await runState(client, run.name);
    reporter.onProgress({ label, done, total: run.total });
    if (done >= run.total) return;
    if ((await readRun(client, run.name)) === null) {
      throw new WhylightError(`${run.name} is no longer in the queue: the same command submits it again`);
    }
    await sleep(500, undefined, { signal }).catch(() => {
      throw new AbortedError('interrupted (workers go on; the same command waits for them again)');
    });
  }
}

function refuseFailures({ name, plan }: Run, records: readonly UnitRecord[]): void {
  const failed = records.filter(({ error }) => error !== null);
  const [first] = failed;
  if (first === undefined) return;
  const more = failed.length === 1 ? '' : ` (and ${failed.length - 1} more failed)`;
  throw new WhylightError(
    `${failureLine(plan, first.name, first.error!)}${more}: whylight queue ${name} --retry has it tried again, then this command goes on`,
  );
}
