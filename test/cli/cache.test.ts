import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeEntry } from '../../src/explain/store/entry-file';
import { placeOf } from '../../src/explain/store/store';
import { runCommand } from '../support/in-process';

const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-cache-'));
const before = process.env.WHYLIGHT_CACHE;
beforeAll(() => {
  process.env.WHYLIGHT_CACHE = home;
});
afterAll(() => {
  if (before === undefined) delete process.env.WHYLIGHT_CACHE;
  else process.env.WHYLIGHT_CACHE = before;
  rmSync(home, { recursive: true });
});

/** A published file that a card names; here its bytes are not those of the publisher. */
const weights = path.join(home, 'resnet18-f37072fd.pth');
const earlier = path.join(home, 'maps', `${'ab'.repeat(32)}.measured`);
const mine = path.join(home, 'maps', 'mine.txt');
const places = [1, 2].map((number) => placeOf(home, { kind: 'maps', parts: number }));
const feature = placeOf(home, { kind: 'features', parts: 1 });

beforeEach(() => {
  rmSync(home, { recursive: true });
  mkdirSync(home);
  for (const place of [...places, feature]) writeEntry(place, new Float32Array(100_000));
  for (const file of [weights, earlier, mine]) writeFileSync(file, 'bytes');
});

const json = async (...args: string[]) => JSON.parse((await runCommand('cache', ...args, '--json')).out);
const there = () =>
  [...places.map(({ file }) => file), feature.file, weights, earlier, mine].map((file) => existsSync(file));

test('shows where the cache lies and what is in it, by kind', async () => {
  const { code, out } = await runCommand('cache');
  expect(code).toBe(0);
  expect(out.split('\n')[0]).toBe(home);
  expect(out).toMatch(/^maps +2 +0\.8 MB$/m);
  expect(out).toMatch(/^features +1 +0\.4 MB$/m);
  expect(out).toMatch(/^unfinished +0 +0\.0 MB$/m);
  expect(out).toMatch(/^weights +1 /m);
  expect(out).toMatch(/^1 files \(0\.0 MB\) of earlier versions or killed runs are not read any more/m);
  const { folder, kinds, unread } = await json();
  expect(folder).toBe(home);
  expect(kinds.map(({ kind, files }: { kind: string; files: number }) => [kind, files])).toEqual([
    ['maps', 2],
    ['measurements', 0],
    ['maximised', 0],
    ['features', 1],
    ['trials', 0],
    ['unfinished', 0],
    ['weights', 1],
  ]);
  expect(unread).toEqual({ files: 1, bytes: 5 });
});

test('verify names damaged entries and weights, and ends with 1', async () => {
  rmSync(weights);
  expect(await runCommand('cache', 'verify')).toMatchObject({
    code: 0,
    out: 'entries that are whole: 3, damaged: 0\n',
    error: '',
  });
  writeFileSync(weights, 'bytes');
  const { file } = places[1]!;
  writeFileSync(file, readFileSync(places[0]!.file));
  const { code, out, error } = await runCommand('cache', 'verify');
  expect(out.trim().split('\n').sort()).toEqual([file, weights].sort());
  expect(error).toBe('whylight: 2 of 4 entries are damaged; none of them is ever used\n');
  expect(code).toBe(1);
  expect(await json('verify')).toEqual({ entries: 4, damaged: [file, weights] });
});

test('clear removes what is named, and weights only then', async () => {
  expect(await json('clear', 'features')).toEqual({
    removed: [{ kind: 'features', files: 1, bytes: expect.any(Number) }],
  });
  expect(there()).toEqual([true, true, false, true, true, true]);
  expect((await runCommand('cache', 'clear')).out).toMatch(/^maps +3 +0\.8 MB$/m);
  expect(there()).toEqual([false, false, false, true, false, true]);
  await runCommand('cache', 'clear', 'weights');
  expect(there()).toEqual([false, false, false, false, false, true]);
  expect(await runCommand('cache', 'clear', 'letters')).toMatchObject({
    code: 2,
    error: expect.stringContaining(
      'Allowed choices are maps, measurements, maximised, features, trials, unfinished, weights',
    ),
  });
});
