import type { Redis } from 'ioredis';
import { z } from 'zod';
import { WhylightError } from '../explain/errors';

/** What stands in the queue's server before the name of every key. */
export const PREFIX = 'whylight';

/** All that a worker is told of the units that were submitted together. */
export interface Run {
  /** Hash of what is asked and of the list of units: submitted again it is the same run. */
  readonly name: string;
  /** What is asked of every unit, as the command line wrote it: plain JSON. */
  readonly plan: unknown;
  /** Of the plan, with the code and the network that carry it out: a worker with others would give other results. */
  readonly identity: string;
  /** Where the photos lie: a folder or `s3://BUCKET/PREFIX`; null where the units are told in full. */
  readonly photos: string | null;
  /** Where the results go, likewise. */
  readonly out: string;
  readonly total: number;
  /** From 1, which comes first, on. */
  readonly priority: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** How far a run is submitted, and what its units take. */
interface RunPace {
  /** Units that have been made into jobs. */
  readonly submitted: number;
  /** Milliseconds of work of all workers for one unit, as measured; null before the first. */
  readonly perUnit: number | null;
}

/** How far a run is. */
export interface RunState extends RunPace {
  /** Units that ended, as a result or as a failure. */
  readonly done: number;
  readonly failed: number;
}

/** How one unit ended: null is well. */
export interface Ending {
  readonly place: number;
  readonly error: string | null;
}

/** Failures whose words are kept for `whylight queue`; all stand in the results. */
const MOST_WORDS = 1000;
/** Seconds of one bucket of the rate, and how many are kept. */
export const BUCKET = 10;
const BUCKETS = 30;

const runKey = (name: string, part?: string) => `${PREFIX}:run:${name}${part === undefined ? '' : `:${part}`}`;
const rateKey = (name: string, bucket: number) => runKey(name, `rate:${bucket}`);
const listKey = `${PREFIX}:runs`;

const schema = z.object({
  plan: z.string().transform((text): unknown => JSON.parse(text)),
  identity: z.string(),
  photos: z.string().transform((place) => (place === '' ? null : place)),
  out: z.string(),
  total: z.coerce.number().int().min(0),
  priority: z.coerce.number().int().min(1),
  created: z.coerce.number(),
});

/** Keeps a run; one of that name stays as far as it was, and what is still to be submitted of it gets this priority. */
export async function keepRun(client: Redis, { name, plan, created, ...facts }: Run): Promise<void> {
  const key = runKey(name);
  // The list first: a run that is in no list would never be shown.
  await client.zadd(listKey, 'NX', created, name);
  await client.hsetnx(key, 'created', String(created));
  await client.hset(key, { ...facts, photos: facts.photos ?? '', plan: JSON.stringify(plan) });
}

/** A run by its name; null where the queue has none. */
export async function readRun(client: Redis, name: string): Promise<Run | null> {
  const fields = await client.hgetall(runKey(name));
  if (fields.plan === undefined) return null;
  const facts = schema.safeParse(fields);
  if (!facts.success)
    throw new WhylightError(`the run ${name} in the queue was written by another version of Whylight`);
  return { name, ...facts.data };
}

/** Names of all runs, the first submitted first. */
export const runNames = (client: Redis): Promise<string[]> => client.zrange(listKey, '0', '-1');

/** Takes a run and all that the queue knows of it away; its results stay. */
export async function forgetRun(client: Redis, name: string): Promise<void> {
  await client.del(runKey(name), runKey(name, 'done'), runKey(name, 'failed'), runKey(name, 'failures'));
  await client.zrem(listKey, name);
}

/** Notes that units up to a place are in jobs. */
export const noteSubmitted = (client: Redis, name: string, place: number) =>
  client.hset(runKey(name), { submitted: place });

/** Counts that a person has what failed tried again. @returns how often that was */
export const countAttempt = (client: Redis, name: string): Promise<number> =>
  client.hincrby(runKey(name), 'attempts', 1);

/** How far a run is submitted: a moment's work for the server, however long the run. */
export async function runPace(client: Redis, name: string): Promise<RunPace> {
  const [submitted, milliseconds, worked] = await client.hmget(runKey(name), 'submitted', 'milliseconds', 'worked');
  const perUnit = Number(worked ?? 0) > 0 ? Number(milliseconds) / Number(worked) : null;
  return { submitted: Number(submitted ?? 0), perUnit };
}

/** How far a run is. All its bits are counted for it. */
export async function runState(client: Redis, name: string): Promise<RunState> {
  const [done, failed] = [await client.bitcount(runKey(name, 'done')), await client.bitcount(runKey(name, 'failed'))];
  return { ...(await runPace(client, name)), done, failed };
}

/** Units that ended in each of the last buckets of {@link BUCKET} seconds, the oldest first; the last is not full yet. */
export async function recentEndings(client: Redis, name: string, now = Date.now()): Promise<number[]> {
  const last = Math.floor(now / 1000 / BUCKET);
  const keys = Array.from({ length: BUCKETS }, (_, i) => rateKey(name, last - BUCKETS + 1 + i));
  return (await client.mget(keys)).map((count) => Number(count ?? 0));
}

/**
 * A bit a unit, so that what is noted twice counts once, and ten million take 2.5 MB.
 * What has ended well stays so, whatever a late twin says.
 */
const finishScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local fresh = 0
for i = 4, #ARGV, 2 do
  local place, words = ARGV[i], ARGV[i + 1]
  local before = redis.call('SETBIT', KEYS[2], place, 1)
  local failed = redis.call('GETBIT', KEYS[3], place)
  if before == 0 then fresh = fresh + 1 end
  if words == '' then
    if failed == 1 then
      redis.call('SETBIT', KEYS[3], place, 0)
      redis.call('HDEL', KEYS[4], place)
    end
  elseif before == 0 or failed == 1 then
    redis.call('SETBIT', KEYS[3], place, 1)
    if redis.call('HLEN', KEYS[4]) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[4], place, words) end
  end
end
if fresh > 0 then
  redis.call('INCRBY', KEYS[5], fresh)
  redis.call('EXPIRE', KEYS[5], ${BUCKET * BUCKETS * 2})
end
if tonumber(ARGV[2]) > 0 then
  redis.call('HINCRBYFLOAT', KEYS[1], 'milliseconds', ARGV[1])
  redis.call('HINCRBY', KEYS[1], 'worked', ARGV[2])
end
return fresh`;

/**
 * Notes how units ended.
 * @param cost milliseconds that the units took that were computed for it, and how many these were
 */
export async function noteEndings(
  client: Redis,
  name: string,
  endings: readonly Ending[],
  cost: { readonly milliseconds: number; readonly units: number },
): Promise<void> {
  const keys = [
    runKey(name),
    runKey(name, 'done'),
    runKey(name, 'failed'),
    runKey(name, 'failures'),
    rateKey(name, Math.floor(Date.now() / 1000 / BUCKET)),
  ];
  const list = endings.flatMap(({ place, error }) => [place, error ?? '']);
  await client.eval(finishScript, keys.length, ...keys, cost.milliseconds.toFixed(1), cost.units, MOST_WORDS, ...list);
}

/** What failed, with its words: places in the run, in order, no more than a thousand. */
export async function failureWords(client: Redis, name: string): Promise<{ place: number; words: string }[]> {
  const all = Object.entries(await client.hgetall(runKey(name, 'failures')));
  return all.map(([place, words]) => ({ place: Number(place), words })).sort((a, b) => a.place - b.place);
}

/** Places of all units that failed, in order. */
export const failedPlaces = async (client: Redis, name: string): Promise<number[]> =>
  bitsOf(await client.getBuffer(runKey(name, 'failed')));

function bitsOf(bytes: Buffer | null): number[] {
  const places: number[] = [];
  for (const [i, byte] of (bytes ?? Buffer.alloc(0)).entries()) {
    for (let bit = 0; byte !== 0 && bit < 8; bit++) if (byte & (128 >> bit)) places.push(8 * i + bit);
  }
  return places;
}

/** Failures that are no longer to be shown: tried again (`reopen`), or given up. */
export async function clearFailures(client: Redis, name: string, places: readonly number[], reopen: boolean) {
  const pipeline = client.pipeline();
  for (const place of places) {
    pipeline.setbit(runKey(name, 'failed'), place, 0).hdel(runKey(name, 'failures'), String(place));
    if (reopen) pipeline.setbit(runKey(name, 'done'), place, 0);
  }
  await pipeline.exec();
}
