import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { dropFailures, dropRun, retryFailures } from '../../src/queue/failures';
import { openStore } from '../../src/queue/open-store';
import { expectedLoss, startTrial, type Trial } from '../support/queue-trial';
import { serverProgram } from '../support/redis-server';
import { startProxy } from '../support/tcp-proxy';

/** More rounds, each with other moments, by `npm run queue-trials`. */
const rounds = Number(process.env.WHYLIGHT_QUEUE_TRIALS ?? 1);

let trial: Trial | null = null;
afterEach(async () => {
  await trial?.end();
  trial = null;
});

const sleepers = (count: number, milliseconds: number) =>
  Array.from({ length: count }, (_, i) => `sleep ${milliseconds} photo ${i}`);

/** Every photo ended once, as one process alone would end it, byte for byte. */
async function expectWhole(run: Awaited<ReturnType<Trial['submit']>>): Promise<void> {
  const [queued, alone] = [await trial!.collected(run), await trial!.alone(run)];
  expect(queued.records.map(({ place, name, base, error, record }) => ({ place, name, base, error, record }))).toEqual(
    alone.records,
  );
  expect(queued.files).toEqual(alone.files);
  const { runs, jobs } = await trial!.state();
  const failed = alone.records.filter(({ error }) => error !== null).length;
  expect(runs[0]).toMatchObject({ done: run.total, submitted: run.total, failed });
  expect(jobs).toEqual({ waiting: 0, active: 0, failed: 0 });
}

describe.skipIf(serverProgram === '')('a queue with a real server', () => {
  test('three workers do what one process does, each photo once', async () => {
    trial = await startTrial([...sleepers(40, 10), 'bad', ...sleepers(20, 5)]);
    const workers = [trial.worker(), trial.worker(), trial.worker()];
    const run = await trial.submit();
    expect(await Promise.all(workers.map(({ exit }) => exit))).toEqual([0, 0, 0]);
    await expectWhole(run);
    const places = workers.flatMap(({ photos }) => photos.map(({ place }) => place));
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: 61 }, (_, i) => i));
  });

  test.each(Array.from({ length: rounds }, (_, i) => i))(
    'workers killed in the middle of a job (round %i)',
    async (round) => {
      trial = await startTrial(sleepers(60, 30));
      const workers = [trial.worker(), trial.worker(), trial.worker()];
      const submission = trial.submit();
      for (let i = 0; i < 4; i++) {
        await trial.until(5 + 10 * i);
        await sleep((17 * (i + 1) * (round + 1)) % 60);
        const victim = workers.shift()!;
        victim.process.kill('SIGKILL');
        expect(await victim.exit).toBe('SIGKILL');
        workers.push(trial.worker());
      }
      const run = await submission;
      await Promise.all(workers.map(({ exit }) => exit));
      await expectWhole(run);
    },
  );

  test.each(Array.from({ length: rounds }, (_, i) => i))(
    'the server killed and started again (round %i)',
    async (round) => {
      trial = await startTrial(sleepers(50, 30));
      const workers = [trial.worker(), trial.worker(), trial.worker()];
      const submission = trial.submit({ window: 8 });
      for (const done of [8, 25]) {
        await trial.until(done);
        await sleep((13 * (round + 1)) % 50);
        await trial.restart();
      }
      const run = await submission;
      expect(await Promise.all(workers.map(({ exit }) => exit))).toEqual([0, 0, 0]);
      await expectWhole(run);
      expect(workers[0]!.notes()).toContain('out of reach');
      expect(workers[0]!.notes()).toContain('is back');
    },
  );

  test.each(Array.from({ length: rounds }, (_, i) => i))(
    'the connection cut, for less and for longer than a lock (round %i)',
    async (round) => {
      trial = await startTrial(sleepers(50, 30));
      const proxy = await startProxy(trial.server().port);
      const far = `redis://127.0.0.1:${proxy.port}`;
      const workers = [trial.worker({}, far), trial.worker({}, far), trial.worker()];
      const run = await trial.submit();
      for (const [done, length] of [
        [5, 200],
        [20, 2500],
      ] as const) {
        await trial.until(done);
        await sleep((7 * (round + 1)) % 40);
        proxy.cut();
        await sleep(length);
        proxy.mend();
      }
      await Promise.all(workers.map(({ exit }) => exit));
      expect(proxy.connections()).toBeGreaterThan(4);
      await expectWhole(run);
      await proxy.close();
    },
  );

  test('a photo that ends its workers is named, its neighbours are done, and one that hangs is done by another', async () => {
    trial = await startTrial([...sleepers(8, 5), 'poison', ...sleepers(12, 5)]);
    const run = await trial.submit();
    // Restarted as an orchestrator would.
    const frozen = trial.worker({ slow: 300 });
    while (frozen.photos.length === 0) await sleep(20);
    frozen.process.kill('SIGSTOP');
    let restarts = 0;
    for (;;) {
      const worker = trial.worker();
      const code = await worker.exit;
      if (code === 0) break;
      expect(code).toBe('SIGKILL');
      restarts++;
    }
    await expectWhole(run);
    expect(restarts).toBe(3);
    expect((await trial.state()).runs[0]!.failures).toEqual([
      { place: 8, words: expect.stringContaining(expectedLoss) },
    ]);
    // It wakes up, and what it still says changes nothing.
    frozen.process.kill('SIGCONT');
    expect(await frozen.exit).toBe(0);
    await expectWhole(run);
  });

  test('what is told in full needs no photos, and no worker holds two of it', async () => {
    trial = await startTrial(sleepers(4, 400), [], true);
    await rm(path.join(trial.folder, 'photos'), { recursive: true });
    const workers = [trial.worker(), trial.worker()];
    while ((await trial.state()).workers < 2) await sleep(20);
    const run = await trial.submit({ most: 1 });
    expect(await Promise.all(workers.map(({ exit }) => exit))).toEqual([0, 0]);
    expect(workers.map(({ photos }) => photos.length)).toEqual([2, 2]);
    await expectWhole(run);
    // Done before, by whomever.
    await trial.client.flushall();
    await trial.submit({ most: 1 });
    const again = trial.worker();
    expect(await again.exit).toBe(0);
    expect(again.photos.map(({ how }) => how)).toEqual(Array(4).fill('there'));
  });

  test('a worker that is asked to end finishes its photo and gives the rest back', async () => {
    trial = await startTrial(sleepers(12, 150));
    const run = await trial.submit({ aim: 2000 });
    const first = trial.worker();
    await trial.until(2);
    first.process.kill('SIGTERM');
    expect(await first.exit).toBe(143);
    const { jobs, runs } = await trial.state();
    expect(jobs.active).toBe(0);
    expect(runs[0]!.done).toBe(first.photos.length);
    const second = trial.worker();
    expect(await second.exit).toBe(0);
    expect(first.photos.length + second.photos.length).toBe(12);
    await expectWhole(run);
  });

  test('where results cannot be written the job goes back and the worker ends; nothing fails for it', async () => {
    trial = await startTrial(sleepers(6, 5));
    const run = await trial.submit();
    const results = path.join(trial.folder, 'out/results');
    await writeFile(results, '');
    const worker = trial.worker({ patience: 300 });
    expect(await worker.exit).toBe(1);
    expect(worker.notes()).toMatch(/StoreError: cannot write .*out.*\n$/);
    const { jobs, runs } = await trial.state();
    expect(jobs).toMatchObject({ active: 0, failed: 0 });
    expect(runs[0]).toMatchObject({ done: 0, failed: 0 });
    await rm(results);
    expect(await trial.worker().exit).toBe(0);
    await expectWhole(run);
  });

  test('a results folder that is full: nothing fails for it, and with room again all is done', async (context) => {
    trial = await startTrial(sleepers(40, 5));
    const run = await trial.submit();
    const results = path.join(trial.folder, 'out/results');
    await mkdir(results);
    const mount = (...options: string[]) => spawnSync('mount', options).status === 0;
    context.skip(!mount('-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', results), 'mounting a small disk needs root');
    try {
      const worker = trial.worker({ patience: 300 });
      expect(await worker.exit).toBe(1);
      expect(worker.notes()).toMatch(/StoreError: cannot write .*: (?:the disk is full|no space)/i);
      const { jobs, runs } = await trial.state();
      expect(jobs).toMatchObject({ active: 0, failed: 0 });
      expect(runs[0]!.failed).toBe(0);
      expect(worker.photos.length).toBeGreaterThan(0);
      expect(worker.photos.length).toBeLessThan(40);
      expect(mount('-o', 'remount,size=16m', results)).toBe(true);
      expect(await Promise.all([trial.worker().exit, trial.worker().exit])).toEqual([0, 0]);
      await expectWhole(run);
    } finally {
      spawnSync('umount', [results]);
    }
  });

  test.each([
    ['the photos', 'photos', /StoreError: cannot read the folder .*elsewhere: there is no such file or folder\n$/],
    ['the results', 'out', /elsewhere lacks the list of what belongs to .*--out says where/],
  ])('a worker that does not see the folder of %s ends, and nothing is lost in another', async (_, which, words) => {
    trial = await startTrial(sleepers(6, 5));
    const run = await trial.submit();
    const elsewhere = path.join(trial.folder, 'elsewhere');
    const worker = trial.worker({ [which]: elsewhere, patience: 300 });
    expect(await worker.exit).toBe(1);
    expect(worker.notes()).toMatch(words);
    expect((await trial.state()).runs[0]).toMatchObject({ done: 0, failed: 0 });
    expect(existsSync(elsewhere)).toBe(false);
    expect(await trial.worker().exit).toBe(0);
    await expectWhole(run);
  });

  test('no more waits than the window; what comes first is done first; submitted twice it is one', async () => {
    trial = await startTrial(sleepers(30, 20));
    const submission = trial.submit({ window: 5 });
    await sleep(400);
    expect((await trial.state()).jobs.waiting).toBe(5);
    const hurried = await trial.submit({ window: 1000, priority: 1, plan: { identity: 'toy', other: true } });
    const worker = trial.worker();
    const runs = new Set<number>();
    const [patient, code] = await Promise.all([submission, worker.exit]);
    expect(code).toBe(0);
    for (const { place } of worker.photos.slice(0, 30)) runs.add(place);
    // All of the hurried run, before any of the other but what was at work.
    expect(runs.size).toBe(30);
    await expectWhole(patient);
    const again = await trial.submit();
    expect(again.name).toBe(patient.name);
    expect((await trial.state()).jobs.waiting).toBe(0);
    expect(again.name).not.toBe(hurried.name);
  });

  test('what failed is tried again, or given up; a run is taken away whole', async () => {
    trial = await startTrial(['bad', ...sleepers(4, 1), 'bad', 'bad']);
    const run = await trial.submit();
    expect(await trial.worker().exit).toBe(0);
    const store = await openStore(path.join(trial.folder, 'out'));
    const errors = async () => (await trial!.collected(run)).records.map(({ error }) => error);
    expect((await trial.state()).runs[0]).toMatchObject({ done: 7, failed: 3 });
    await writeFile(path.join(trial.folder, 'photos/photo-0005.jpg'), 'mended');
    expect(await retryFailures(trial.client, store, run)).toBe(3);
    expect((await trial.state()).runs[0]).toMatchObject({ done: 4, failed: 0 });
    expect(await trial.worker().exit).toBe(0);
    expect((await trial.state()).runs[0]).toMatchObject({ done: 7, failed: 2 });
    const bad = (base: string) => `${base} cannot be explained`;
    expect(await errors()).toEqual([bad('photo-0000'), null, null, null, null, null, bad('photo-0006')]);
    expect(await dropFailures(trial.client, run)).toBe(2);
    expect((await trial.state()).runs[0]).toMatchObject({ done: 7, failed: 0, failures: [] });
    expect(await errors()).toEqual([bad('photo-0000'), null, null, null, null, null, bad('photo-0006')]);
    await dropRun(trial.client, run);
    expect((await trial.state()).runs).toEqual([]);
  });

  test('a queue that lost everything is filled again, and finds the results that are there', async () => {
    trial = await startTrial(sleepers(10, 5));
    await trial.submit();
    expect(await trial.worker().exit).toBe(0);
    await trial.client.flushall();
    const run = await trial.submit();
    const worker = trial.worker();
    expect(await worker.exit).toBe(0);
    expect(worker.photos.map(({ how }) => how)).toEqual(Array(10).fill('there'));
    await expectWhole(run);
  });

  test('a worker with another network or version ends, and leaves the job to others', async () => {
    trial = await startTrial(sleepers(3, 1));
    const run = await trial.submit({ plan: { identity: 'other' }, identity: 'toy' });
    const worker = trial.worker();
    expect(await worker.exit).toBe(1);
    expect(worker.notes()).toContain('would give other results');
    expect((await trial.state()).jobs).toMatchObject({ waiting: 3, active: 0, failed: 0 });
    await dropRun(trial.client, run);
    expect((await trial.state()).jobs.waiting).toBe(0);
  });
});
