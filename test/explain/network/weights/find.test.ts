import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AbortedError, WhylightError } from '../../../../src/explain/errors';
import { cacheFolder, type FindOptions, findFile } from '../../../../src/explain/network/weights/find';
import type { Progress } from '../../../../src/explain/progress';
import { project } from '../../../support/command';
import { FileServer } from '../../../support/file-server';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
const other = content.map((byte) => 255 - byte);

let server: FileServer;
let folder: string;
let cache: string;
beforeEach(async () => {
  server = new FileServer();
  server.content = content;
  await server.open();
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-find-'));
  cache = path.join(folder, 'cache');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const source = (more: object = {}) => ({ name: 'w.pth', sha256: sha256(content), url: server.url('w.pth'), ...more });
const find = (options: FindOptions = {}, more: object = {}) =>
  findFile(source(more), { mirror: null, cache, ...options });

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was found'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('where a file is looked for', () => {
  test('beside its card, in the mirror, in its weights folder, in the cache, and then downloaded', async () => {
    const places = ['card', 'mirror', 'mirror/weights', 'cache'].map((name) => path.join(folder, name));
    const look = () => findFile(source(), { mirror: path.join(folder, 'mirror'), cache }, path.join(folder, 'card'));
    for (const place of places) {
      await mkdir(place, { recursive: true });
      await writeFile(path.join(place, 'w.pth'), content);
    }
    for (const [i, foundIn] of ['project', 'mirror', 'mirror', 'cache'].entries()) {
      const file = path.join(places[i]!, 'w.pth');
      expect(await look()).toEqual({ path: file, sha256: sha256(content), foundIn });
      await rm(file);
    }
    expect(server.seen).toEqual([]);
    expect(await look()).toEqual({ path: path.join(cache, 'w.pth'), sha256: sha256(content), foundIn: 'download' });
    expect(await look()).toMatchObject({ foundIn: 'cache' });
    expect(server.seen).toHaveLength(1);
  });

  test('in a folder of its own', async () => {
    const found = await find({}, { name: 'my/model.bin' });
    expect(found).toMatchObject({ path: path.join(cache, 'my/model.bin'), foundIn: 'download' });
    expect(await readdir(path.join(cache, 'my'))).toEqual(['model.bin']);
  });

  test('a short sha256 suffices, in any letters; the whole one is answered', async () => {
    const found = await find({}, { sha256: sha256(content).slice(0, 8).toUpperCase() });
    expect(found.sha256).toBe(sha256(content));
  });

  test('of a short sha256 the first use keeps all digits, and another file with the same first ones is refused', async () => {
    const short = { sha256: sha256(content).slice(0, 8) };
    await find({}, short);
    const record = path.join(cache, `w.pth.${short.sha256}.sha256`);
    expect(await readFile(record, 'utf8')).toBe(`${sha256(content)}  w.pth\n`);
    expect(await find({}, short)).toMatchObject({ foundIn: 'cache' });
    // No second file with the same digits can be made here; a record of one can.
    const collision = `${sha256(content).slice(0, 8)}${sha256(other).slice(8)}`;
    await writeFile(record, `${collision}  w.pth\n`);
    const message = await refusal(find({}, short));
    expect(message).toContain(`sha256 ${sha256(content)}`);
    expect(message).toContain(`then ${collision}; its card pins 8 digits, which both have`);
    expect(message).toContain(`delete ${record}`);
    expect(await find({}, { sha256: sha256(content) })).toMatchObject({ foundIn: 'cache' });
    await rm(record);
    await rm(path.join(cache, 'w.pth'));
    expect(await find({}, short)).toMatchObject({ foundIn: 'download' });
  });

  test('a file of which the card says no digit may change', async () => {
    const mirror = path.join(folder, 'mirror');
    await mkdir(mirror);
    for (const bytes of [content, other]) {
      await writeFile(path.join(mirror, 'w.pth'), bytes);
      expect(await find({ mirror }, { sha256: '' })).toMatchObject({ foundIn: 'mirror' });
    }
    expect(await readdir(cache).catch(() => [])).toEqual([]);
  });

  test('a cache that cannot be written to keeps no record, and that is no error', async () => {
    const mirror = path.join(folder, 'mirror');
    await mkdir(mirror);
    await writeFile(path.join(mirror, 'w.pth'), content);
    await writeFile(cache, 'a file');
    const found = await find({ mirror }, { sha256: sha256(content).slice(0, 8) });
    expect(found).toMatchObject({ foundIn: 'mirror', sha256: sha256(content) });
  });

  test('WHYLIGHT_CACHE and XDG_CACHE_HOME move the cache', () => {
    const { WHYLIGHT_CACHE, XDG_CACHE_HOME } = process.env;
    try {
      process.env.WHYLIGHT_CACHE = '/a';
      process.env.XDG_CACHE_HOME = '/b';
      expect(cacheFolder()).toBe('/a');
      delete process.env.WHYLIGHT_CACHE;
      expect(cacheFolder()).toBe('/b/whylight');
    } finally {
      for (const [name, value] of Object.entries({ WHYLIGHT_CACHE, XDG_CACHE_HOME })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  test('a wrong file in the mirror or the cache is said, and stays', async () => {
    await mkdir(cache);
    const file = path.join(cache, 'w.pth');
    await writeFile(file, other);
    expect(await refusal(find())).toBe(
      `w.pth has a wrong checksum: sha256 ${sha256(other)}, expected ${sha256(content)} (${file})`,
    );
    expect(existsSync(file)).toBe(true);
    expect(server.seen).toEqual([]);
  });

  test('a folder in its place is said', async () => {
    await mkdir(path.join(cache, 'w.pth'), { recursive: true });
    expect(await refusal(find())).toMatch(/^cannot read .*w\.pth: it is a folder$/);
  });

  test.each(['../w.pth', '/etc/passwd', 'a/../../b.pth', 'a//b.pth', 'a\\..\\b', 'a\0b', '..', ''])(
    'the name %j is refused',
    async (name) => {
      expect(await refusal(find({}, { name }))).toMatch(/^unusable file name: .*\(allowed: a name, or folders/);
    },
  );
});

describe('absent', () => {
  test('not published', async () => {
    expect(await refusal(find({}, { url: null }))).toBe(
      `w.pth is not here and is not published for download; hand it over with --mirror DIR (a folder that holds it) or put it into ${cache}`,
    );
  });

  test('offline', async () => {
    expect(await refusal(find({ offline: true }))).toBe(
      `w.pth is not here, and downloads are off; it comes from ${server.url('w.pth')}; hand it over with --mirror DIR (a folder that holds it) or put it into ${cache}`,
    );
    expect(server.seen).toEqual([]);
    expect(existsSync(cache)).toBe(false);
  });

  test.each([404, 403, 410])('the server answers %i: no second try', async (status) => {
    server.status = status;
    expect(await refusal(find())).toMatch(
      new RegExp(
        `^w\\.pth is not here and could not be downloaded from http.* \\(the server answered ${status} .*; hand it over`,
      ),
    );
    expect(server.seen).toHaveLength(1);
    expect(await readdir(cache)).toEqual([]);
  });

  test('the server answers 500: some tries, then the reason', async () => {
    server.status = 500;
    expect(await refusal(find())).toMatch(/the server answered 500 Internal Server Error\); hand it over/);
    expect(server.seen).toHaveLength(4);
    expect(await readdir(cache)).toEqual([]);
  });

  test('the server answers 503 once', async () => {
    server.status = 503;
    const found = find();
    await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
    server.status = null;
    expect(await found).toMatchObject({ foundIn: 'download' });
  });

  test('nobody listens', async () => {
    const url = server.url('w.pth');
    await server.close();
    expect(await refusal(find({}, { url }))).toMatch(/could not be downloaded from http.*ECONNREFUSED/);
    await server.open();
  });
});

/** What an interrupted run leaves. */
async function leavePart(bytes: number): Promise<void> {
  server.stallAfter = bytes;
  const abort = new AbortController();
  const found = find({ signal: abort.signal, onProgress: ({ done }) => done >= bytes && abort.abort() });
  await expect(found).rejects.toBeInstanceOf(AbortedError);
  expect((await stat(path.join(cache, `w.pth.${sha256(content)}.part`))).size).toBe(bytes);
  server.stallAfter = Number.POSITIVE_INFINITY;
}

describe('a download', () => {
  test('tells how far it is', async () => {
    const seen: Progress[] = [];
    await find({ onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual({ label: 'w.pth', done: 300_000, total: 300_000 });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([300_000]));
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('goes on after any number of cuts, as long as more comes each time', async () => {
    server.cutAfter = 40_000;
    expect(await find()).toMatchObject({ foundIn: 'download' });
    expect(server.seen).toHaveLength(8);
  });

  test('goes on after a cut', async () => {
    server.cutAfter = 110_000;
    const seen: Progress[] = [];
    const found = await find({ onProgress: (progress) => seen.push(progress) });
    expect(new Uint8Array(await readFile(found.path))).toEqual(content);
    expect(server.seen).toHaveLength(3);
    expect(seen.every(({ total }) => total === 300_000)).toBe(true);
    expect(server.seen[0]).toEqual({ range: undefined, ifRange: undefined });
    for (const { range, ifRange } of server.seen.slice(1)) {
      expect(Number(/^bytes=(\d+)-$/.exec(range!)![1])).toBeGreaterThan(0);
      expect(ifRange).toBe('"one"');
    }
    expect(seen.at(-1)).toMatchObject({ done: 300_000, total: 300_000 });
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('starts anew after a cut where the server ignores ranges, or names no version', async () => {
    for (const change of [{ ranges: false }, { tag: null }, { tag: 'W/"weak"' }]) {
      Object.assign(server, { ranges: true, tag: '"one"', cutAfter: 200_000 }, change);
      server.seen.length = 0;
      const found = find();
      await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
      server.cutAfter = Number.POSITIVE_INFINITY;
      expect(new Uint8Array(await readFile((await found).path))).toEqual(content);
      await rm(cache, { recursive: true });
    }
  });

  test('a file that changed between two runs starts anew', async () => {
    Object.assign(server, { content: other, tag: '"old"' });
    await leavePart(50_000);
    Object.assign(server, { content, tag: '"new"' });
    server.seen.length = 0;
    expect(await find()).toMatchObject({ foundIn: 'download' });
    expect(server.seen).toEqual([{ range: expect.stringMatching(/^bytes=\d+-$/), ifRange: '"old"' }]);
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('a rest that does not fit what was there is downloaded again', async () => {
    server.content = other;
    await leavePart(50_000);
    server.content = content;
    server.seen.length = 0;
    expect(await find()).toMatchObject({ foundIn: 'download', sha256: sha256(content) });
    expect(server.seen.map(({ range }) => range === undefined)).toEqual([false, true]);
  });

  test('more bytes than the file has by now start anew', async () => {
    await mkdir(cache);
    const part = path.join(cache, `w.pth.${sha256(content)}.part`);
    await writeFile(part, new Uint8Array(400_000));
    await writeFile(`${part}.validator`, '"one"');
    expect(await find()).toMatchObject({ foundIn: 'download', sha256: sha256(content) });
  });

  test('with a wrong checksum leaves nothing behind', async () => {
    server.content = other;
    expect(await refusal(find())).toMatch(
      /^w\.pth has a wrong checksum: sha256 [0-9a-f]{64}, expected [0-9a-f]{64} \(/,
    );
    expect(await readdir(cache)).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });

  test('stops at once when interrupted, and the next one goes on', async () => {
    await leavePart(100_000);
    expect((await readdir(cache)).filter((name) => name.endsWith('.lock'))).toEqual([]);
    expect(await find()).toMatchObject({ foundIn: 'download' });
    expect(server.seen.at(-1)!.range).toBe('bytes=100000-');
    await expect(find({ signal: AbortSignal.abort() }, { name: 'second.pth' })).rejects.toBeInstanceOf(AbortedError);
  });

  test('into a cache that cannot be written', async () => {
    await writeFile(cache, 'a file');
    expect(await refusal(find())).toMatch(/^cannot write to the folder .*cache: there is a file of that name$/);
    expect(await refusal(find({ cache: '/proc/whylight' }))).toMatch(/^cannot write to the folder \/proc\/whylight: /);
    expect(server.seen).toEqual([]);
  });
});

describe('several at once', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Another process that wants the file; answers its last line. */
  function process2(): { child: ChildProcess; answer: Promise<string> } {
    const script = `require(${JSON.stringify(path.join(project, 'dist/explain/network/weights/find.js'))})
      .findFile(${JSON.stringify(source())}, { mirror: null, cache: ${JSON.stringify(cache)} })
      .then(({ foundIn }) => console.log(foundIn), (error) => console.log(error.message))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const answer = new Promise<string>((resolve) => {
      let said = '';
      child.stdout!.on('data', (text) => {
        said += text;
      });
      child.once('close', () => resolve(said.trim()));
    });
    return { child, answer };
  }

  test('calls in one process download once', async () => {
    server.slowness = 2;
    const found = await Promise.all([find(), find(), find()]);
    expect(found.map(({ foundIn }) => foundIn).sort()).toEqual(['cache', 'cache', 'download']);
    expect(server.seen).toHaveLength(1);
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('two processes download once', async () => {
    server.slowness = 10;
    const [first, second] = [process2(), process2()];
    expect([await first.answer, await second.answer].sort()).toEqual(['cache', 'download']);
    expect(server.seen).toHaveLength(1);
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('what a killed process left is gone on from', async () => {
    server.stallAfter = 100_000;
    const { child, answer } = process2();
    const part = path.join(cache, `w.pth.${sha256(content)}.part`);
    await expect.poll(async () => (await stat(part).catch(() => null))?.size, { timeout: 30_000 }).toBe(100_000);
    child.kill('SIGKILL');
    await answer;
    expect(existsSync(path.join(cache, 'w.pth.lock'))).toBe(true);
    server.stallAfter = Number.POSITIVE_INFINITY;
    expect(await find()).toMatchObject({ foundIn: 'download' });
    expect(server.seen.at(-1)).toEqual({ range: 'bytes=100000-', ifRange: '"one"' });
    expect(await readdir(cache)).toEqual(['w.pth']);
  });

  test('one that waits can be interrupted', async () => {
    server.stallAfter = 100_000;
    const [first, second] = [new AbortController(), new AbortController()];
    const downloading = find({ signal: first.signal });
    await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
    // Its own part file shows that the first one holds the lock; the second can only wait.
    const waiting = find({ signal: second.signal });
    await expect.poll(() => existsSync(path.join(cache, 'w.pth.lock')), { timeout: 20_000 }).toBe(true);
    second.abort();
    await expect(waiting).rejects.toBeInstanceOf(AbortedError);
    first.abort();
    await expect(downloading).rejects.toBeInstanceOf(AbortedError);
  });
});
