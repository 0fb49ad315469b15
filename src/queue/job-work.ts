import path from 'node:path';
import type { Redis } from 'ioredis';
import type { UnitJob } from './job';
import { recordsName } from './layout';
import { type Patience, patiently, settled, unsettled } from './patience';
import { type Ending, noteEndings } from './run';
import { failure, type Places, type Prepared, prepare, putResult, type UnitRecord, workOn } from './unit-work';

/** How far a job was when its last worker ended. */
export interface JobProgress {
  /** Units whose records are stored. */
  readonly ended: number;
  /** The unit that was being worked on, where that was noted: it is, once a worker was lost over this job. */
  readonly at?: number;
  /** Workers that were lost over that unit. */
  readonly losses?: number;
}

/** What a job is worked on with. */
export interface JobContext extends Places, Patience {
  readonly client: Redis;
  /** A folder on this machine for this job alone. */
  readonly scratch: string;
  /** One job at a time is computed, while the next fetches its first unit and the last puts its records away. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether a worker was lost over this job: then each unit's record is stored at once, and which one is at work noted. */
  readonly isCautious: boolean;
  readonly progress: JobProgress;
  readonly keepProgress: (progress: JobProgress) => Promise<void>;
  readonly onUnit?: (record: UnitRecord, how: 'computed' | 'there') => void;
}

/** An ending's words name what ended: they are shown alone. */
const endingOf = ({ place, name, error }: UnitRecord): Ending => ({
  place,
  error: error === null || error.includes(name) ? error : `${name}: ${error}`,
});

/** Lost workers after which a unit is given up. */
const LOSSES = 2;

/**
 * Works on a job's units, from where its last worker left it.
 * @returns the units whose records are stored: fewer than all where the worker is to stop
 * @throws StoreError where a store does not answer for longer than `patience`
 */
export async function workOnJob(job: UnitJob, context: JobContext): Promise<number> {
  const { units } = job;
  const { client, isStopping, isCautious, turn, onUnit } = context;
  const { at = -1 } = context.progress;
  const losses = (context.progress.losses ?? 0) + (at >= 0 ? 1 : 0);
  let { ended } = context.progress;
  let records: UnitRecord[] = [];
  let [milliseconds, computed] = [0, 0];

  const keep = async () => {
    if (records.length === 0) return;
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const name = recordsName(job.run, job.first + ended, records.length, job.attempt);
    await patiently(context, () => context.out.write(name, Buffer.from(text)));
    await noteEndings(client, job.run, records.map(endingOf), { milliseconds, units: computed });
    ended += records.length;
    [records, milliseconds, computed] = [[], 0, 0];
    if (ended < units.length) await context.keepProgress({ ended });
  };
  const compute = async (prepared: Prepared, index: number): Promise<UnitRecord> => {
    const lost = index === at ? losses : 0;
    if (lost >= LOSSES) return failure(prepared.unit, prepared.place, `${lost + 1} workers were lost over it`);
    if (isCautious) await context.keepProgress({ ended, at: index, losses: lost });
    const started = performance.now();
    const record = await workOn(context, prepared);
    milliseconds += performance.now() - started;
    computed++;
    await patiently(context, () => putResult(context, record, prepared.scratch));
    return record;
  };
  const finish = async (prepared: Prepared, index: number) => {
    const record = prepared.before ?? (await compute(prepared, index));
    records.push(record);
    onUnit?.(record, prepared.before === null ? 'computed' : 'there');
    if (isCautious) await keep();
  };

  const fetchUnit = (index: number) =>
    settled(
      patiently(context, () =>
        prepare(context, units[index]!, job.first + index, path.join(context.scratch, String(index))),
      ),
    );
  let next = fetchUnit(ended);
  await turn(async () => {
    for (let index = ended; index < units.length; index++) {
      const prepared = await unsettled(next);
      if (isStopping()) return;
      if (index + 1 < units.length) next = fetchUnit(index + 1);
      await finish(prepared, index);
    }
  });
  // While the next job is at work.
  await keep();
  return ended;
}
