import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { csvRows } from '../../src/cli/csv-rows';
import { openManifest } from '../../src/cli/explain-manifest';
import type { PhotoRecord } from '../../src/cli/explain-one';

const top = mkdtempSync(path.join(os.tmpdir(), 'manifest-'));
afterAll(() => rmSync(top, { recursive: true }));
let count = 0;
function newFolder(): string {
  const folder = path.join(top, String(count++));
  mkdirSync(folder);
  return folder;
}

/** What became of a photo: two maps, in files that are there, or an error. */
function record(folder: string, photo: string, error: string | null = null): PhotoRecord {
  const base = path.parse(photo).name;
  const files = { [`${base}.cam.npy`]: 'aa', [`${base}.saliency.npy`]: 'bb' };
  if (error === null) for (const name of Object.keys(files)) writeFileSync(path.join(folder, name), '');
  const map = (method: string) => ({
    ...{ method, target: { label: 'dog, "spitz"', probability: 1 / 3, logit: -1e-7 }, layer: null, seed: 3 },
    ...{ options: { size: 1 }, files: [`${base}.${method}.npy`] },
  });
  const results = {
    photo: { sha256: 'cc', width: 4, height: 3 },
    network: { name: 'n', weightsSha256: 'dd' },
    classes: [],
    maps: [map('cam'), map('saliency')],
    pictures: [],
    files,
    origin: { results: 'ee' },
  };
  return {
    ...{ photo, base, state: error === null ? 'explained' : 'failed', elapsedMs: [], remark: null, stack: null },
    ...{ error, results: error === null ? (results as unknown as NonNullable<PhotoRecord['results']>) : null },
  };
}

async function run(folder: string, names: readonly string[], records: readonly PhotoRecord[]) {
  const manifest = openManifest(folder, 'manifest', names);
  for (const one of records) manifest.add(one);
  return manifest.close();
}

const bytes = (folder: string) => ['csv', 'parquet'].map((kind) => readFileSync(path.join(folder, `manifest.${kind}`)));
const photosOf = (folder: string) => [...csvRows(path.join(folder, 'manifest.csv'))].slice(1).map(([photo]) => photo);

test('rows of other photos stay, those of the same ones are replaced, and both files say the same', async () => {
  const out = newFolder();
  const dogs = [record(out, 'dogs/a.png'), record(out, 'dogs/b.png', 'cannot read the photo "b",\nnone')];
  expect(await run(out, ['dogs'], dogs)).toBe(0);
  const alone = bytes(out);
  expect(await run(out, ['dogs'], dogs)).toBe(0);
  expect(bytes(out)).toEqual(alone);
  // Another folder: the dogs stay, with all that was known of them.
  expect(await run(out, ['cats'], [record(out, 'cats/c.png')])).toBe(3);
  expect(photosOf(out)).toEqual(['cats/c.png', 'cats/c.png', 'dogs/a.png', 'dogs/a.png', 'dogs/b.png']);
  const [before, after] = [alone, bytes(out)].map(([csv]) => csv!.toString().split('\n'));
  expect(after!.slice(3)).toEqual(before!.slice(1));
  const read = await parquetReadObjects({ file: Uint8Array.from(bytes(out)[1]!).buffer });
  const table = read.map((row) => Object.values(row).map((value) => String(value ?? '')));
  expect(table).toEqual([...csvRows(path.join(out, 'manifest.csv'))].slice(1));
  // The same command again: the same bytes. The first one: its photos come first again, and only once.
  const both = bytes(out);
  expect(await run(out, ['cats'], [record(out, 'cats/c.png')])).toBe(3);
  expect(bytes(out)).toEqual(both);
  expect(await run(out, ['dogs'], dogs)).toBe(2);
  expect(photosOf(out)).toEqual(['dogs/a.png', 'dogs/a.png', 'dogs/b.png', 'cats/c.png', 'cats/c.png']);
  // Of the run's own folder what is no longer there goes; of others what has no file any more.
  rmSync(path.join(out, 'c.cam.npy'));
  expect(await run(out, ['dogs'], dogs.slice(0, 1))).toBe(1);
  expect(photosOf(out)).toEqual(['dogs/a.png', 'dogs/a.png', 'cats/c.png']);
});

test('a photo that is called otherwise is no other photo', async () => {
  const out = newFolder();
  await run(out, ['dogs'], [record(out, 'dogs/a.png')]);
  expect(await run(out, ['../elsewhere/dogs'], [record(out, '../elsewhere/dogs/a.png')])).toBe(0);
  expect(photosOf(out)).toEqual(['../elsewhere/dogs/a.png', '../elsewhere/dogs/a.png']);
  // Nor is a folder whose name begins alike the same folder.
  expect(await run(out, ['../elsewhere/dog'], [record(out, '../elsewhere/dog/z.png')])).toBe(2);
});

test('of two runs at once neither loses its rows', async () => {
  const out = newFolder();
  const [one, two] = [openManifest(out, 'manifest', ['dogs']), openManifest(out, 'manifest', ['cats'])];
  one.add(record(out, 'dogs/a.png'));
  two.add(record(out, 'cats/c.png'));
  expect((await Promise.all([one.close(), two.close()])).sort()).toEqual([0, 2]);
  expect(photosOf(out).sort()).toEqual(['cats/c.png', 'cats/c.png', 'dogs/a.png', 'dogs/a.png']);
});

test.each([
  ['a table of another', 'photo,score\na.png,3\n', 'is there and is no manifest of this version'],
  ['an empty file', '', 'is there and is no manifest of this version'],
  ['a row cut off', null, 'is there, and its row 2 is none of a manifest'],
])('%s in its place is not replaced', async (_, text, words) => {
  const out = newFolder();
  const file = path.join(out, 'manifest.csv');
  await run(out, ['dogs'], [record(out, 'dogs/a.png')]);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, text ?? whole.slice(0, whole.indexOf('\n') + 20));
  const before = readFileSync(file);
  expect(() => openManifest(out, 'manifest', ['cats'])).toThrow(
    `${file} ${words}: it would be replaced (choose another folder with --out, or delete it)`,
  );
  expect(readFileSync(file)).toEqual(before);
});
