import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classesOfCategories, maskedCase, maskedPhotos } from '../../src/analyses/masked-photos';
import { WhylightError } from '../../src/explain/errors';
import { withLook } from '../../src/explain/look';
import { findMeasure } from '../../src/explain/measures';
import { mapByMethod } from '../../src/explain/measures/remake';
import { findMethod } from '../../src/explain/methods';
import { loadNetwork } from '../../src/explain/network/load-network';
import { describeWithMirror, mirror, mirrored } from '../support/mirror';
import { seededNetwork } from '../support/networks';
import { noise } from '../support/pictures';

const root = mkdtempSync(path.join(tmpdir(), 'whylight-masked-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [height, width] = [20, 30];
const raw = { width, height };
const inside = (x: number, y: number) => x >= 15 && y >= 10;
const maskBytes = (value: (x: number, y: number) => number) =>
  Buffer.from(Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))));
const png = (bytes: Buffer, channels: 1 | 3 = 1, shape = raw) => sharp(bytes, { raw: { ...shape, channels } }).png();
const photoPng = () => png(Buffer.from(noise([height, width], 5).pixels), 3);

/** A folder with one photo and what is put in the place of its mask or its index. */
async function folderOf(name: string, { mask, index }: { mask?: sharp.Sharp | string; index?: unknown } = {}) {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  await photoPng().toFile(path.join(folder, 'a.png'));
  const picture = mask ?? png(maskBytes((x, y) => (inside(x, y) ? 255 : 0)));
  if (typeof picture === 'string') writeFileSync(path.join(folder, 'a-dog.png'), picture);
  else await picture.toFile(path.join(folder, 'a-dog.png'));
  const content = index ?? [
    { image: 'a.png', mask: 'a-dog.png', category: 'dog', licence: 'CC0', boxes: [[1, 2, 3, 4]] },
  ];
  writeFileSync(path.join(folder, 'index.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

const readFirst = async (folder: string) => maskedPhotos(folder).entries[0]!.read();

test('a folder is listed by its index, and a photo comes with its mask', async () => {
  const set = maskedPhotos(await folderOf('whole'));
  expect(set).toMatchObject({ categories: ['dog'], source: 'whole' });
  const { photo, mask, category } = await set.entries[0]!.read();
  expect([photo.width, photo.height, category]).toEqual([width, height, 'dog']);
  expect([...mask]).toEqual(Array.from({ length: 600 }, (_, i) => (inside(i % 30, Math.floor(i / 30)) ? 255 : 0)));
});

test('the mask lies on the input where the crop shows the object', async () => {
  // Short side 20 to 10, the middle 10×10 of 15×10: photo px 5 to 25, two to a px of the input.
  const network = seededNetwork('tiny-resnet', 3, [10, 10, 3], 6);
  const preprocessing = { ...network.preprocessing, resize: 10, crop: [10, 10] as const };
  const entry = await readFirst(await folderOf('crop'));
  await withLook({ ...network, preprocessing }, entry.photo, async (at) => {
    const measured = maskedCase(at, entry, [0, 2], 9);
    expect(measured.mask).toEqual(Uint8Array.from({ length: 100 }, (_, i) => (i % 10 >= 5 && i >= 50 ? 255 : 0)));
    const logits = [at.target(0).logit, at.target(2).logit];
    expect(measured.target.index).toBe(logits[1]! > logits[0]! ? 2 : 0);
    expect(maskedCase(at, entry, [1], 9).target.index).toBe(1);
    expect([measured.seed, measured.things]).toEqual([9, null]);
    expect(() => maskedCase(at, entry, [], 9)).toThrow('dog stands for no class');
    const other = { ...entry, photo: { ...entry.photo, sha256: '0' } };
    expect(() => maskedCase(at, other, [0], 9)).toThrow('the look is at a.png');
  });
});

describe('an index that cannot be is refused by its name', () => {
  const entry = { image: 'a.png', mask: 'a-dog.png', category: 'dog' };
  test.each([
    ['no-json', '[{', 'index.json is not JSON'],
    ['no-list', { image: 'a.png' }, 'index.json: the index: unusable (allowed: a list)'],
    ['empty', [], 'index.json: the index'],
    ['no-mask', [{ image: 'a.png', category: 'dog' }], 'index.json: 0.mask: missing'],
    ['twice', [entry, entry], 'index.json: a.png is listed twice'],
    ['outside', [{ ...entry, mask: '../../etc/passwd' }], '../../etc/passwd (allowed: paths inside the folder)'],
    ['absolute', [{ ...entry, image: '/etc/passwd' }], '/etc/passwd (allowed: paths inside the folder)'],
  ])('%s', async (name, index, message) => {
    const folder = await folderOf(name, { index });
    expect(() => maskedPhotos(folder)).toThrow(WhylightError);
    expect(() => maskedPhotos(folder)).toThrow(message);
  });

  test('a folder without one', () => {
    const folder = path.join(root, 'none');
    expect(() => maskedPhotos(folder)).toThrow('index.json: there is no such file or folder');
  });
});

describe('a mask that cannot be is refused by its name', () => {
  const colour = Buffer.alloc(3 * width * height);
  colour[3 * 31 + 1] = 255;
  test.each([
    ['grey', () => png(maskBytes((x, y) => (x === 4 && y === 2 ? 128 : 255))), 'is (128, 128, 128) at x 4, y 2'],
    ['ones', () => png(maskBytes((x) => Number(x > 3))), 'is (1, 1, 1) at x 4, y 0'],
    ['colour', () => png(colour, 3), 'is (0, 255, 0) at x 1, y 1'],
    ['black', () => png(maskBytes(() => 0)), 'holds no object'],
    ['size', () => png(Buffer.alloc(600, 255), 1, { width: 20, height: 30 }), 'is 20×30 px, its photo'],
    ['text', () => 'no picture', 'it is not a picture'],
  ])('%s', async (name, mask, message) => {
    const folder = await folderOf(`mask-${name}`, { mask: mask() });
    const outcome = readFirst(folder);
    await expect(outcome).rejects.toThrow(WhylightError);
    await expect(outcome).rejects.toThrow(message);
    await expect(outcome).rejects.toThrow('a-dog.png');
  });
});

describe('classesOfCategories', () => {
  const network = { name: 'net', classes: ['dog', 'timber wolf, grey wolf', 'tabby, cat', 'zebra', 'cat'] };

  test('matches by name, or by what is said', () => {
    expect([...classesOfCategories(network, ['dog', 'grey wolf'])]).toEqual([
      ['dog', [0]],
      ['grey wolf', [1]],
    ]);
    const own = { bear: ['1-3', 'dog', 2], dog: 3 };
    expect([...classesOfCategories(network, ['bear', 'dog'], own)]).toEqual([
      ['bear', [1, 2, 3, 0]],
      ['dog', [3]],
    ]);
  });

  test('refuses with both sides named, and guesses nothing', () => {
    expect(() => classesOfCategories(network, ['dog', 'bear', 'bird'])).toThrow(
      'net has no class named bear, bird (it has: dog, timber wolf, grey wolf, tabby, cat, zebra, cat); say which',
    );
    expect(() => classesOfCategories(network, ['constructor'])).toThrow('no class named constructor');
    expect(() => classesOfCategories({ ...network, classes: ['cat, a', 'cat, b'] }, ['cat'])).toThrow('ambiguous');
    expect(() => classesOfCategories(network, ['dog'], { cat: 1 })).toThrow(
      'the set has no category cat (it has: dog)',
    );
    expect(() => classesOfCategories(network, ['dog'], { dog: '3-1' })).toThrow('classes 3-1');
    expect(() => classesOfCategories(network, ['dog'], { dog: 'poodle' })).toThrow('unknown class: poodle');
    expect(() => classesOfCategories(network, ['dog'], { dog: '3-9' })).toThrow('unknown class: 9');
  });
});

describeWithMirror('the mirror’s animals with masks', () => {
  const folder = () => mirrored('photos', 'animals-with-masks');
  let set: ReturnType<typeof maskedPhotos>;
  beforeAll(() => {
    set = maskedPhotos(folder());
  });

  test('all are read, and the masks’ share of the area is the index’s', async () => {
    expect(set.entries).toHaveLength(29);
    expect(set.categories).toEqual(['bear', 'bird', 'cat', 'dog', 'elephant', 'giraffe', 'horse', 'sheep', 'zebra']);
    const index = JSON.parse(readFileSync(path.join(folder(), 'index.json'), 'utf8')) as { area: number }[];
    for (const [i, entry] of set.entries.entries()) {
      const { mask } = await entry.read();
      const share = mask.reduce((sum, value) => sum + Number(value > 0), 0) / mask.length;
      expect(share).toBeCloseTo(index[i]!.area, 3);
    }
  });

  test('of ImageNet’s classes only the zebra has its name, and its CAM lies on it', async () => {
    const network = await loadNetwork('squeezenet1_0-deep-compression', { mirror });
    expect(() => classesOfCategories(network, set.categories)).toThrow(
      'no class named bear, bird, cat, dog, elephant, giraffe, horse, sheep (it has: tench',
    );
    const classes = classesOfCategories(network, ['zebra']);
    expect(classes.get('zebra')).toEqual([340]);
    const masses: number[] = [];
    const shares: number[] = [];
    for (const entry of set.entries.filter(({ category }) => category === 'zebra')) {
      const masked = await entry.read();
      await withLook(network, masked.photo, async (at) => {
        const measured = maskedCase(at, masked, classes.get('zebra')!, 1);
        const map = await mapByMethod(findMethod('cam'), at, measured.target);
        const [outcome] = await findMeasure('relevance-mass').measure(measured, [map]);
        masses.push(outcome!.value!);
        shares.push(outcome!.parts!.chance!);
      });
    }
    expect(masses).toHaveLength(3);
    masses.forEach((mass, i) => {
      expect(mass).toBeGreaterThan(shares[i]!);
    });
  });
});
