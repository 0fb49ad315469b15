import sharp from 'sharp';
import { expect, test } from 'vitest';
import { colourScale } from '../../src/plots/colour';
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
  const png = await overlayPng(mapOf(values, 20, 40, { input: grey(20, 40) }), { size: 200 });
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
    const png = await overlayPng(map, { size: 64 });
    expect((await sharp(png).metadata()).format).toBe('png');
  }
});

test('a note that does not fit below the title goes on in further lines', async () => {
  const values = new Float32Array(600).fill(3);
  const heightWith = async (notes: readonly string[]) =>
    (await sharp(await overlayPng(mapOf(values, 20, 30, { notes }), { size: 200 })).metadata()).height!;
  const plain = await heightWith([]);
  expect(await heightWith(['short'])).toBe(plain);
  const long = await heightWith(['off by 2.9 % of the range, '.repeat(8)]);
  expect(long).toBeGreaterThan(plain);
  expect(await heightWith(['off by 2.9 % of the range, '.repeat(24)])).toBeGreaterThan(long);
});

test('the same map gives the same bytes, alone and beside others', async () => {
  const map = mapOf(spots(20, 30, [[3, 4, 1]]), 20, 30);
  const photo = drawnPhoto(60, 100, 2);
  const alone = await overlayPng(map, { photo });
  const others = [2, 5, 7].map((value) => mapOf(spots(20, 30, [[value, 4, value]]), 20, 30));
  const [again] = await Promise.all([map, ...others].map((one) => overlayPng(one, { photo: { ...photo } })));
  expect(again!.equals(alone)).toBe(true);
});

test('what the network sees of a large photo is framed: bright within, pale beside', async () => {
  const photo = { ...grey(400, 1200), pixels: new Uint8Array(400 * 1200 * 3) };
  const map = mapOf(new Float32Array(600), 20, 30, {
    input: grey(20, 30),
    crop: { x: 300, y: 0, width: 600, height: 400 },
  });
  const png = await overlayPng(map, { size: 200, photo });
  // 600 px wide, as wide as two pictures, and so 200 high.
  const [beside, within] = [await meanOf(png, 30, 100, 100, 100), await meanOf(png, 180, 100, 200, 100)];
  expect(Math.abs(beside[0]! - 255 * 0.65)).toBeLessThan(1.5);
  expect(within).toEqual([0, 0, 0]);
});

test('a picture is as large as what the network sees, within bounds', async () => {
  const widthOf = async (side: number) => {
    const map = mapOf(new Float32Array(side * side), side, side, { input: grey(side, side) });
    return (await sharp(await overlayPng(map)).metadata()).width!;
  };
  const widths = await Promise.all([32, 320, 400, 448, 600].map(widthOf));
  const texts = widths[1]! - 2 * 320;
  expect(widths.map((width) => (width - texts) / 2)).toEqual([320, 320, 400, 448, 448]);
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

test('a plain overlay is the map over what the network sees, px by px', async () => {
  const values = spots(20, 30, [
    [3, 4, 1],
    [5, 6, 0.5],
    [7, 8, -1],
  ]);
  const map = mapOf(values, 20, 30, { input: drawnPhoto(20, 30, 1) });
  const png = await overlayPng(map, { layout: 'plain', photo: drawnPhoto(200, 900, 2), clip: 0 });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([30, 20, 3]);
  const scale = colourScale([map], { clip: 0 });
  for (let i = 0; i < values.length; i++) {
    const [r, g, b, a] = scale.colour(values[i]!);
    [r, g, b].forEach((channel, c) => {
      const seen = a * channel + (1 - a) * map.input.pixels[3 * i + c]!;
      expect(Math.abs(data[3 * i + c]! - seen)).toBeLessThan(2);
    });
  }
  expect((await overlayPng(map, { layout: 'plain', clip: 0 })).equals(png)).toBe(true);
});
