import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueAddress } from '../../src/queue/address';
import { connect } from '../../src/queue/connection';
import { openStore } from '../../src/queue/open-store';
import { queueState } from '../../src/queue/state';
import { submit } from '../../src/queue/submit';
import { type Answer, whylight } from '../support/command';
import { freePort, type RedisServer, serverProgram, startRedis } from '../support/redis-server';
import { type ObjectServer, startObjectServer, storeOf } from '../support/s3-server';

/** What a busy machine needs for four trainings and for a lost worker to be missed. */
const LONG = 900_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-queue-shared-'));
let redis: RedisServer;
let client: Redis;
let objects: ObjectServer;

/** Runs the command line with a cache of its own, as on a machine of its own. */
function command(machine: string, args: readonly string[], onStart?: (pid: number) => void): Promise<Answer> {
  const env = {
    ...storeOf(objects).env,
    WHYLIGHT_QUEUE: redis.address,
    HOME: path.join(folder, machine),
    XDG_CACHE_HOME: '',
  };
  return whylight(args, { cwd: folder, env, onStart });
}

/** Waits until all of the first run is in jobs, and so many units of it have ended. */
async function untilSubmitted(done: number): Promise<void> {
  for (;;) {
    const [first] = (await queueState(client)).runs;
    if (first !== undefined && first.submitted === first.run.total && first.done >= done) return;
    await sleep(50);
  }
}

const bytesOf = (place: string) =>
  Object.fromEntries(
    readdirSync(path.join(folder, place))
      .filter((name) => !name.startsWith('.'))
      .map((name) => [name, readFileSync(path.join(folder, place, name), 'latin1')]),
  );

test('what needs a queue or a place for results is told before anything is loaded', async () => {
  const lines: [string[], string][] = [
    [['evaluate', '--network', 'scenes-fair', '--records', 'r'], '--records goes with --queue'],
    [['trainings', 'ladder', '--out', 'l.json', '--priority', '3'], '--priority goes with --queue'],
    [['evaluate', '--network', 'scenes-fair', '--queue'], '--out DIR, or --records PLACE'],
    [['evaluate', '--network', 'scenes-fair', '--out', 'e', '--queue', '--no-cache'], '--no-cache does not go with'],
    [['trainings', 'ladder', '--out', 'l.json', '--show', '--queue'], '--queue does nothing with --show'],
  ];
  const env = { WHYLIGHT_QUEUE: 'redis://127.0.0.1:1' };
  const answers = await Promise.all(lines.map(([args]) => whylight(args, { cwd: folder, env })));
  for (const [i, [, words]] of lines.entries()) {
    expect(answers[i]).toMatchObject({ code: 1, err: expect.stringContaining(words) });
  }
});

describe.skipIf(serverProgram === '')('evaluate and trainings through a queue', () => {
  beforeAll(async () => {
    for (const place of ['data', 'one', 'two', 'three', 'four', 'five']) mkdirSync(path.join(folder, place));
    redis = await startRedis(path.join(folder, 'data'), await freePort());
    client = await connect(queueAddress(redis.address, {}));
    objects = await startObjectServer();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
    await objects.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'workers of both, one killed, give what one machine gives, byte for byte',
    async () => {
      const maps = ['--methods', 'saliency,cam', '--measures', 'relevance-mass,deletion', '--scenes', '6'];
      const evaluation = ['evaluate', '--network', 'scenes-fair', ...maps, '--out'];
      const series = ['trainings', 'ladder', '--seeds', '1', '--biases', '0.5,1', '--scenes', '100'];
      const keep = (out: string) => [...series, '--weights', 'bias-1-seed-1', '--weights-dir', out, '--out'];
      const alone = [
        await command('one', [...evaluation, 'alone']),
        await command('one', [...keep('alone'), 'alone/ladder.json']),
      ];
      expect(alone.map(({ code }) => code)).toEqual([0, 0]);

      // One leaves its records in a bucket, the other beside its results.
      const { place } = storeOf(objects);
      const evaluated = command('two', [...evaluation, 'shared', '--queue', '--priority', '1', '--records', place]);
      await untilSubmitted(0);
      let victim = 0;
      const killed = command('three', ['worker'], (pid) => {
        victim = pid;
      });
      await untilSubmitted(1);
      process.kill(victim, 'SIGKILL');
      expect((await killed).code).toBeNull();
      // In the middle of a photo, and the next one it had not begun.
      const { jobs, runs } = await queueState(client);
      expect(jobs.active).toBe(1);
      expect(runs[0]!.done).toBeLessThan(6);
      const trained = command('two', [...keep('shared'), 'shared/ladder.json', '--queue']);
      const pids: number[] = [];
      const workers = ['four', 'five'].map((machine) => command(machine, ['worker'], (pid) => pids.push(pid)));
      expect(await Promise.all([evaluated, trained])).toMatchObject(
        alone.map(({ out }) => ({ code: 0, out: out.replaceAll('alone', 'shared') })),
      );
      expect(bytesOf('shared')).toEqual(bytesOf('alone'));
      expect(Object.keys(bytesOf('shared'))).toEqual(
        expect.arrayContaining(['evaluation.json', 'ladder.json', 'scenes-bias-1-seed-1.safetensors']),
      );
      // Both are done, and nothing of them is left in the queue.
      expect(await queueState(client)).toMatchObject({ runs: [], jobs: { waiting: 0, active: 0, failed: 0 } });
      for (const pid of pids) process.kill(pid, 'SIGTERM');
      expect((await Promise.all(workers)).map(({ code }) => code)).toEqual([143, 143]);
      // Nothing is left to do: no worker is needed.
      expect(await command('two', [...evaluation, 'shared', '--queue'])).toMatchObject({ code: 0 });
    },
    LONG,
  );

  test('what fails is told with the words of one machine, and is tried again where a person asks for it', async () => {
    const module = path.join(folder, 'moody.mjs');
    const moody = `name: 'moody', title: 'Moody', unit: 'nothing',
      bibtex: '@misc{nobody2026moody, author = {Name, Your}, title = {On Moods}, year = {2026}}',
      formula: 'M = 0', where: 'nothing', sentence: 'has no map', cost: 'nothing', passes: () => 0, needs: [],
      perTarget: 'nothing', schema: z.strictObject({}), explain: async () => { throw new Error('no map today'); }`;
    writeFileSync(module, `export default ({ defineMethod, z }) => defineMethod({ ${moody} });\n`);
    const measured = ['--methods', 'moody', '--measures', 'sparseness', '--scenes', '2'];
    const request = ['evaluate', '--network', 'scenes-fair', '--with', module, ...measured, '--out', 'failed'];
    const alone = await command('one', request);
    const words = 'no map today';
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    const shared = command('two', [...request, '--queue']);
    await untilSubmitted(0);
    expect((await command('four', ['worker', '--until-done'])).err).toContain(words);
    const answer = await shared;
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining(words) });
    const { runs } = await queueState(client);
    const [{ run }] = runs as [(typeof runs)[0]];
    expect(answer.err).toContain(`whylight queue ${run.name} --retry`);
    const collection = await command('two', ['queue', run.name, '--collect']);
    expect(collection).toMatchObject({
      code: 1,
      err: expect.stringContaining('whylight evaluate --queue, given again'),
    });
    expect((await command('two', ['queue', '--retry'])).out).toContain(`${run.name}: 2 are tried again`);
    expect((await command('two', ['queue', '--remove'])).out).toContain('removed');
  });

  test('a worker gives back what it does not know, and says so', async () => {
    const out = path.join(folder, 'other/.queue');
    const units = [{ name: 'a waltz', base: 'a-waltz', task: { steps: 3 } }];
    const plan = { kind: 'dance' };
    const run = await submit(client, await openStore(out), units, { plan, identity: 'x', photos: null, out });
    expect(await command('four', ['worker', '--until-done'])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`cannot work on ${run.name}: this version knows no work of the kind dance`),
    });
    expect(await queueState(client)).toMatchObject({ jobs: { waiting: 1, active: 0, failed: 0 } });
    expect((await command('two', ['queue'])).out).toContain('0 of 1 unit (0 %)');
    expect((await command('two', ['queue', '--remove'])).out).toContain('removed');
  });
});
