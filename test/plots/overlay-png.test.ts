import sharp from 'sharp';
import { expect, test } from 'vitest';
import { contactSheet } from '../../src/plots/contact-sheet';
import { canvasOf, dataUri } from '../../src/plots/data-uri';
import { overlayPng } from '../../src/plots/overlay-png';
import { classTarget, mapOf, spots } from '../support/attributions';
import { drawnPhoto } from '../support/pictures';

/** Mean colour of a part of a PNG. */
async function meanOf(png: Buffer, left: number, top: number, width: number, height: number): Promise<number[]> {
  const { channels } = await sharp(await sharp(png).extract({ left, top, width, height }).png().toBuffer()).stats();
  return channels.slice(0, 3).map(({ mean }) => mean);
}

const grey = (height: number, width: number) => ({
  ...drawnPhoto(height, width, 1),
  pixels: new Uint8Array(height * width * 3).fill(128),
});

test('the photo on the left, the map over it on the right where its values are', async () => {
  const values = new Float32Array(20 * 40).map((_, i) => (i % 40 >= 20 ? 1 : 0));
  const png = overlayPng(mapOf(values, 20, 40, { input: grey(20, 40) }), { size: 200 });
  const { width, height, format } = await sharp(png).metadata();
  expect([format, width > 2 * 400, height > 200]).toEqual(['png', true, true]);
  const top = 62 + 20;
  const photo = await meanOf(png, 30, top, 380, 180);
  for (const channel of photo) expect(Math.abs(channel - 128)).toBeLessThan(2);
  const [without, within] = [await meanOf(png, 450, top, 180, 180), await meanOf(png, 650, top, 170, 180)];
  for (const channel of without) expect(Math.abs(channel - 128)).toBeLessThan(3);
  expect(within[0]! - within[2]!).toBeGreaterThan(40);
});

test('any map gives a picture: empty, negative, one pixel, huge and tiny values', async () => {
  for (const map of [
    mapOf(new Float32Array(600), 20, 30),
    mapOf(new Float32Array(600).fill(-2), 20, 30),
    mapOf([1], 1, 1),
    mapOf(
      spots(20, 30, [
        [3, 4, 1e30],
        [5, 6, -1e-30],
      ]),
      20,
      30,
    ),
    mapOf(spots(20, 30, [[3, 4, 1e-38]]), 20, 30, { signed: false }),
    mapOf(new Float32Array(600).fill(3), 20, 30, {
      target: classTarget('x'.repeat(500)),
      notes: ['a long note '.repeat(40)],
    }),
  ]) {
    const png = overlayPng(map, { size: 64 });
    expect((await sharp(png).metadata()).format).toBe('png');
  }
});

test('a note that does not fit below the title goes on in further lines', async () => {
  const values = new Float32Array(600).fill(3);
  const heightWith = async (notes: readonly string[]) =>
    (await sharp(overlayPng(mapOf(values, 20, 30, { notes }), { size: 200 })).metadata()).height!;
  const plain = await heightWith([]);
  expect(await heightWith(['short'])).toBe(plain);
  const long = await heightWith(['off by 2.9 % of the range, '.repeat(8)]);
  expect(long).toBeGreaterThan(plain);
  expect(await heightWith(['off by 2.9 % of the range, '.repeat(24)])).toBeGreaterThan(long);
});

test('the same map gives the same bytes', () => {
  const map = mapOf(spots(20, 30, [[3, 4, 1]]), 20, 30);
  expect(overlayPng(map).equals(overlayPng(map))).toBe(true);
});

test('a data URI holds the very pixels', async () => {
  const photo = drawnPhoto(7, 11, 3);
  const png = Buffer.from(dataUri(photo).split(',')[1]!, 'base64');
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([11, 7]);
  expect(new Uint8Array(data)).toEqual(photo.pixels);
  expect([canvasOf(photo).width, canvasOf(photo).height]).toEqual([11, 7]);
});

test('a contact sheet has a row for every six pictures', async () => {
  const tile = { image: grey(10, 20), lines: ['one', 'two', 'never shown'] };
  const heights = await Promise.all(
    [1, 6, 7, 13].map(async (count) => (await sharp(contactSheet(Array(count).fill(tile), 'title')).metadata()).height),
  );
  expect(heights[0]).toBe(heights[1]);
  expect(heights[2]! - heights[1]!).toBe(heights[3]! - heights[2]!);
  expect(heights[2]!).toBeGreaterThan(heights[1]!);
});
