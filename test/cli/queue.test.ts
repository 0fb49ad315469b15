import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { singleScene } from '../../src/scenes/study-scenes';
import { hasOpenssl, makeCertificates } from '../support/certificates';
import { whylight } from '../support/command';
import { freePort, type RedisServer, serverProgram, startRedis } from '../support/redis-server';
import { access, type ObjectServer, startObjectServer, storeOf } from '../support/s3-server';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-queue-cli-'));
const password = 'swordfish/42';
const method = ['--network', 'scenes-fair', '--method', 'saliency,cam', '--target', 'top2'];
let redis: RedisServer;
let objects: ObjectServer;

const environment = () => ({
  WHYLIGHT_QUEUE: redis.address,
  WHYLIGHT_QUEUE_PASSWORD: password,
  ...storeOf(objects).env,
});
/** What makes the store's certificate a trusted one. */
let authority = {};

/** An authority of the test's own, where the machine can make one. */
function tlsOf() {
  if (!hasOpenssl) return undefined;
  const files = makeCertificates(folder);
  authority = { NODE_EXTRA_CA_CERTS: files.authority };
  return { key: readFileSync(files.key), cert: readFileSync(files.certificate) };
}

/** Runs the command line where a queue's password and a store's keys are in the environment. */
const command = (...args: string[]) =>
  whylight(args, {
    cwd: folder,
    env: { ...environment(), ...authority },
  });

/** All files of a folder but hidden ones, with their bytes. */
function contents(place: string): Record<string, string> {
  const names = readdirSync(path.join(folder, place), { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => !name.startsWith('.') && statSync(path.join(folder, place, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, place, name), 'latin1')]));
}

beforeAll(() => mkdirSync(path.join(folder, 'photos/alps'), { recursive: true }));

test('help needs no queue, and what cannot be is told before anything is submitted', async () => {
  const { code, out } = await whylight(['worker', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('WHYLIGHT_QUEUE_PASSWORD');
  const lines: [string[], number, string][] = [
    [['explain', 'photos', ...method, '--priority', '3'], 1, '--priority goes with --queue'],
    [['explain', 'photos', 'more', ...method, '--queue', 'redis://127.0.0.1:1'], 1, 'one folder of photos'],
    [['worker', '--queue', 'redis://me:swordfish@127.0.0.1:1'], 1, 'WHYLIGHT_QUEUE_PASSWORD'],
    [['worker', '--queue', `redis://me:${password}@127.0.0.1:1`], 1, 'no address of a queue: redis://…@127.0.0.1:1'],
    [['explain', 'photos', ...method, '--shard', '1/2', '--queue', 'redis://127.0.0.1:1'], 1, '--shard does nothing'],
    [['queue'], 1, 'no queue: name one with --queue or WHYLIGHT_QUEUE'],
  ];
  for (const [args, exit, words] of lines) {
    const { code, err } = await whylight(args, { cwd: folder, env: { WHYLIGHT_QUEUE: '' } });
    expect({ code, err }).toEqual({ code: exit, err: expect.stringContaining(words) });
    expect(err).not.toContain('swordfish');
  }
});

describe.skipIf(serverProgram === '')('explain, worker and queue together', () => {
  beforeAll(async () => {
    mkdirSync(path.join(folder, 'data'));
    redis = await startRedis(path.join(folder, 'data'), await freePort(), ['--requirepass', password]);
    objects = await startObjectServer({ temporary: true, tls: tlsOf() });
    for (const [i, name] of ['wolf', 'alps/dog', 'alps/wolf in snow'].entries()) {
      const { image } = drawScene(
        singleScene(i === 1 ? 'dog' : 'wolf', { seed: 40 + i, width: 150 + 10 * i, height: 120 }),
      );
      const { width, height, pixels } = image;
      await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path.join(folder, `photos/${name}.png`));
    }
    writeFileSync(path.join(folder, 'photos/broken.jpg'), 'no photo');
    writeFileSync(path.join(folder, 'photos/notes.txt'), 'nothing');
  });
  afterAll(async () => {
    await redis.stop();
    await objects.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('two workers write what one machine writes, byte for byte, and nobody tells the password', async () => {
    const alone = await command('explain', 'photos', ...method, '--out', 'alone');
    expect(alone.code).toBe(1);
    const submission = await command('explain', 'photos', ...method, '--out', 'queued', '--queue');
    expect(submission).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^submitted 4 photos as run [0-9a-f]{16} to redis:\/\/127\.0\.0\.1:\d+\/0, left out 1 \(\.txt 1\)\n$/,
      ),
    });
    const workers = await Promise.all([command('worker', '--until-done'), command('worker', '--until-done')]);
    expect(workers.map(({ code }) => code)).toEqual([0, 0]);
    const collection = await command('queue', '--collect');
    expect(collection.code).toBe(1);
    expect(collection.out).toContain('explained 3, failed 1');
    expect(collection.out).toContain('4 of 4 photos (100 %), 1 failed');
    const [queued, single] = [contents('queued'), contents('alone')];
    expect(Object.keys(single).length).toBe(29);
    expect(Object.keys(single)).toEqual(expect.arrayContaining(['manifest.csv', 'manifest.parquet']));
    expect(queued).toEqual(single);
    // The failure in the words of one machine.
    const line = /whylight: (.*broken\.jpg.*)\n/.exec(alone.err)![1]!;
    expect(collection.out).toContain(line);
    expect(workers.map(({ err }) => err).join('')).toContain(line);
    const told = [submission, ...workers, collection].flatMap(({ out, err }) => [out, err]);
    const written = readdirSync(path.join(folder, 'queued'), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(folder, 'queued', name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, 'latin1'));
    for (const text of [...told, ...written]) expect(text).not.toContain(password);
    // Again it changes nothing, and it replaces nothing.
    expect((await command('queue', '--collect')).out).toContain('explained 3, failed 1');
    writeFileSync(path.join(folder, 'queued/wolf.json'), 'a text of my own');
    const second = await command('queue', '--collect');
    expect(second.err).toContain('queued/wolf.json is there and is of other results');
    expect(contents('queued')['wolf.json']).toBe('a text of my own');
    expect((await command('queue', '--remove')).out).toContain('removed');
  });

  test.skipIf(!hasOpenssl)('a store with a certificate of an authority that nobody named is refused', async () => {
    const { place } = storeOf(objects);
    const args = ['explain', `${place}/in`, ...method, '--out', `${place}/out`, '--queue'];
    const answer = await whylight(args, { cwd: folder, env: environment() });
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('NODE_EXTRA_CA_CERTS names one') });
    expect(objects.log).toEqual([]);
  });

  test('photos from an object store, results in it, by TLS and with temporary keys', async () => {
    const { place } = storeOf(objects);
    for (const [name, content] of Object.entries(contents('photos'))) {
      objects.objects.set(`a folder/in/${name}`, Buffer.from(content, 'latin1'));
    }
    const submission = await command('explain', `${place}/in`, ...method, '--out', `${place}/out`, '--queue', '--json');
    expect(JSON.parse(submission.out)).toMatchObject({ photos: 4, leftOut: { '.txt': 1 } });
    expect((await command('worker', '--until-done', '--jobs', '2')).code).toBe(0);
    const collection = await command('queue', '--collect', 'fetched', '--json');
    const state = JSON.parse(collection.out);
    expect(state.runs[0]).toMatchObject({ done: 4, failed: 1, run: { total: 4 } });
    // Equal but for the name by which the photo was called, and the sums over that.
    const plain = (files: Record<string, string>) =>
      Object.entries(files)
        .filter(([name]) => !name.endsWith('.parquet'))
        .map(([name, text]) => [
          name,
          text.replaceAll(`${place}/in/`, 'photos/').replace(/"checksum": "[0-9a-f]{64}"/, ''),
        ]);
    expect(plain(contents('fetched'))).toEqual(plain(contents('alone')));
    const { AWS_SECRET_ACCESS_KEY: secret } = storeOf(objects).env;
    const texts = [submission, collection].flatMap(({ out, err }) => [out, err]);
    for (const text of [...texts, ...[...objects.objects.values()].map((bytes) => bytes.toString('latin1'))]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(access.token);
    }
  });
});
