import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { queueAddress } from '../../src/queue/address';
import { collectRecords, placeFiles } from '../../src/queue/collect';
import { connect } from '../../src/queue/connection';
import { openStore } from '../../src/queue/open-store';
import type { Run } from '../../src/queue/run';
import { queueState } from '../../src/queue/state';
import { type Submission, submit } from '../../src/queue/submit';
import type { UnitRecord } from '../../src/queue/unit-work';
import { toyWork } from './queue-worker.mjs';
import { freePort, type RedisServer, startRedis } from './redis-server';

const script = path.resolve(__dirname, 'queue-worker.mjs');

/** A worker in a process of its own, and what it told. */
export interface TrialWorker {
  readonly process: ChildProcess;
  /** Photos it ended, in order. */
  readonly photos: { place: number; error: string | null; how: string }[];
  readonly notes: () => string;
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** A queue, photos and results in folders of their own, all gone after `end`. */
export interface Trial {
  readonly folder: string;
  readonly client: Redis;
  readonly server: () => RedisServer;
  readonly submit: (more?: Partial<Submission>) => Promise<Run>;
  readonly worker: (settings?: Record<string, unknown>, address?: string) => TrialWorker;
  /** Kills the server, as a power cut would, and starts it again on its append-only file. */
  readonly restart: () => Promise<void>;
  readonly state: () => Promise<Awaited<ReturnType<typeof queueState>>>;
  /** Waits until so many photos have ended. */
  readonly until: (done: number) => Promise<void>;
  /** What the queue brought together: records, and the files as one folder. */
  readonly collected: (run: Run) => Promise<{ records: UnitRecord[]; files: Record<string, string> }>;
  /** The same by one process that knows no queue. */
  readonly alone: (run: Run) => Promise<{ records: Partial<UnitRecord>[]; files: Record<string, string> }>;
  readonly end: () => Promise<void>;
}

/**
 * @param photos what each photo holds, which is what its worker does: see queue-worker.mjs
 * @param redis further settings of the server
 * @param told whether that stands in the jobs, and there are no photos
 */
export async function startTrial(
  photos: readonly string[],
  redis: readonly string[] = [],
  told = false,
): Promise<Trial> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'whylight-queue-test-'));
  const [source, out, data] = ['photos', 'out', 'redis'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [source, out, data]) await mkdir(place);
  // Every seventh in a folder of its own kind, as people's photos lie.
  await mkdir(path.join(source, 'deep'));
  const names = photos.map((_, i) => `${i % 7 === 3 ? 'deep/' : ''}photo-${String(i).padStart(4, '0')}`);
  await Promise.all(photos.map((text, i) => writeFile(path.join(source, `${names[i]}.jpg`), text)));
  const list = names.map((base, i) => ({ name: `${base}.jpg`, base, ...(told && { task: photos[i]! }) }));
  let server = await startRedis(data, await freePort(), redis);
  const client = await connect(queueAddress(server.address, {}));
  const workers: TrialWorker[] = [];

  return {
    folder,
    client,
    server: () => server,
    submit: async (more = {}) =>
      submit(client, await openStore(out), list, {
        ...{ plan: { identity: 'toy' }, identity: 'toy', photos: told ? null : source, out, pause: 50, aim: 400 },
        ...more,
      }),
    worker: (settings = {}, address = server.address) => {
      const child = spawn(process.execPath, [script, address, JSON.stringify({ lock: 1000, ...settings })]);
      const worker = watch(child);
      workers.push(worker);
      return worker;
    },
    restart: async () => {
      await server.stop();
      await sleep(300);
      server = await startRedis(data, server.port, redis);
    },
    state: () => queueState(client),
    until: async (done) => {
      for (;;) {
        const { runs } = await queueState(client);
        if (runs.length > 0 && runs[0]!.done >= done) return;
        await sleep(50);
      }
    },
    collected: async (run) => {
      const store = await openStore(out);
      const place = path.join(folder, 'collected');
      const target = await openStore(place);
      const records: UnitRecord[] = [];
      for await (const record of collectRecords(store, run.name, run.total)) {
        records.push(record);
        await placeFiles(store, record, target);
      }
      return { records, files: await contents(place) };
    },
    alone: async () => {
      const place = path.join(folder, 'alone');
      await mkdir(place, { recursive: true });
      const records: Partial<UnitRecord>[] = [];
      for (const [i, { name, ...unit }] of list.entries()) {
        const facts = { place: i, name, base: unit.base };
        if (photos[i]!.startsWith('poison')) {
          records.push({ ...facts, error: expectedLoss, record: null });
          continue;
        }
        try {
          const outcome = await toyWork({ local: path.join(source, name), name, ...unit }, place, readFile);
          records.push({ ...facts, ...outcome });
        } catch (error) {
          records.push({ ...facts, error: (error as Error).message, record: null });
        }
      }
      return { records, files: await contents(place) };
    },
    end: async () => {
      for (const { process: child } of workers) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const closed = once(child, 'close');
        // One that a test has stopped does not hear anything else.
        child.kill('SIGKILL');
        await closed;
      }
      client.disconnect();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is said of a photo that ends the processes of its workers. */
export const expectedLoss = '3 workers were lost over it';

function watch(child: ChildProcess): TrialWorker {
  const photos: TrialWorker['photos'] = [];
  let [rest, notes] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop()!;
    photos.push(...lines.map((line) => JSON.parse(line)));
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    notes += chunk.toString();
  });
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { process: child, photos, notes: () => notes, exit };
}

/** Files of a folder with what they hold. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'latin1')] as const)),
  );
}
