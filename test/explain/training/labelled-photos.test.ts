import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { dataHash, labelledPhotos } from '../../../src/explain/training/labelled-photos';
import { describeWithMirror, mirrored } from '../../support/mirror';

const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-photos-'));
afterAll(() => rmSync(home, { recursive: true }));

const files: Record<string, string> = {
  'set/wolf/b.JPG': 'b',
  'set/wolf/a.png': 'a',
  'set/wolf/deep/c.webp': 'c',
  'set/dog/_1.jpeg': '1',
  'set/dog/notes.txt': 'no photo',
  'set/dog/.hidden.jpg': 'no',
  'set/__MACOSX/dog/_1.jpeg': 'no',
  'set/loose.jpg': 'of no class',
};
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

test('a folder and a zip of it list the same photos, by class and name', async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }
  writeFileSync(
    path.join(home, 'set.zip'),
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name.slice(4), bytes(text)]))),
  );
  const folder = await labelledPhotos(path.join(home, 'set'));
  const zip = await labelledPhotos(path.join(home, 'set.zip'));
  expect(folder.classes).toEqual(['dog', 'wolf']);
  expect(folder.photos.map(({ name, label }) => `${label} ${name}`)).toEqual([
    '0 dog/_1.jpeg',
    '1 wolf/a.png',
    '1 wolf/b.JPG',
    '1 wolf/deep/c.webp',
  ]);
  expect(zip.photos.map(({ name }) => name)).toEqual(folder.photos.map(({ name }) => name));
  expect(Buffer.from(await zip.photos[1]!.read()).toString()).toBe('a');
  expect(await dataHash(zip)).toBe(await dataHash(folder));
  expect([folder.source, zip.source]).toEqual(['set', 'set.zip']);
});

test('folders around the class folders are stepped into', async () => {
  const names = ['kaggle/train/cat/1.jpg', 'kaggle/train/dog/1.jpg', 'kaggle/train/dog/2.jpg'];
  writeFileSync(path.join(home, 'k.zip'), zipSync(Object.fromEntries(names.map((name) => [name, bytes(name)]))));
  const { classes, photos } = await labelledPhotos(path.join(home, 'k.zip'));
  expect(classes).toEqual(['cat', 'dog']);
  expect(photos).toHaveLength(3);
});

test('less than two classes is an error that says what was found', async () => {
  writeFileSync(path.join(home, 'one.zip'), zipSync({ 'dog/1.jpg': bytes('1'), 'dog/2.jpg': bytes('2') }));
  await expect(labelledPhotos(path.join(home, 'one.zip'))).rejects.toThrow('holds 2 photos in 1 class folders (dog)');
  await expect(labelledPhotos(path.join(home, 'none'))).rejects.toThrow('no such data set');
});

test('a zip that unpacks to far more than its size is refused before it is unpacked', async () => {
  const empty = new Uint8Array(2 ** 25);
  writeFileSync(
    path.join(home, 'bomb.zip'),
    zipSync(Object.fromEntries(['cat/1.png', 'dog/1.png', 'dog/2.png'].map((name) => [name, empty])), { level: 9 }),
  );
  const before = process.memoryUsage().rss;
  await expect(labelledPhotos(path.join(home, 'bomb.zip'))).rejects.toThrow(
    /^bomb\.zip: \d+ bytes that unpack to 100663296 \(allowed: up to \d+\); unpack it and hand over the folder$/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 25);
});

test('a zip’s photos are read again and again', async () => {
  const photo = Uint8Array.from({ length: 2 ** 24 }, (_, i) => i % 251);
  writeFileSync(path.join(home, 'again.zip'), zipSync({ 'cat/1.png': photo, 'dog/1.png': photo }));
  const { photos } = await labelledPhotos(path.join(home, 'again.zip'));
  for (let time = 0; time < 8; time++) expect(await photos[time % 2]!.read()).toHaveLength(2 ** 24);
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a directory cut off', zipSync({ 'cat/1.png': bytes('1'), 'dog/1.png': bytes('2') }).slice(0, -30)],
])('a zip of %s', async (_, content) => {
  writeFileSync(path.join(home, 'cut.zip'), content);
  await expect(labelledPhotos(path.join(home, 'cut.zip'))).rejects.toMatchObject({
    name: 'WhylightError',
    message: expect.stringMatching(/^cut\.zip is neither a folder nor a readable zip: the zip/),
  });
});

describeWithMirror("Kaggle's photos", () => {
  test('all 2,000 of them', async () => {
    const { classes, photos } = await labelledPhotos(mirrored('photos', 'dogs-vs-wolves'));
    expect(classes.map((_, label) => photos.filter((photo) => photo.label === label).length)).toEqual([1000, 1000]);
  });
});
