import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng, encodePngNow } from '../../src/plots/png';
import { drawnPhoto } from '../support/pictures';

test('another decoder reads the very pixels', async () => {
  const noise = (height: number, width: number) => ({
    width,
    height,
    pixels: Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * i * 2654435761) >>> 13),
  });
  for (const picture of [drawnPhoto(1, 1, 1), drawnPhoto(31, 7, 2), drawnPhoto(5, 300, 3), noise(700, 900)]) {
    const png = await encodePng(picture);
    const { format, space, depth, hasAlpha } = await sharp(png).metadata();
    expect([format, space, depth, hasAlpha]).toEqual(['png', 'srgb', 'uchar', false]);
    const { data, info } = await sharp(png, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([picture.width, picture.height, 3]);
    expect(data.equals(picture.pixels)).toBe(true);
    expect(encodePngNow(picture).equals(png)).toBe(true);
  }
});

test('what a canvas holds gives the file of its RGB', async () => {
  const picture = drawnPhoto(31, 7, 2);
  const pixels = Uint8Array.from({ length: 31 * 7 * 4 }, (_, i) => {
    return i % 4 === 3 ? 255 : picture.pixels[3 * ((i - (i % 4)) / 4) + 2 - (i % 4)]!;
  });
  expect((await encodePng({ ...picture, pixels, order: 'bgra' })).equals(await encodePng(picture))).toBe(true);
});

test('an even picture is far smaller than its bytes', async () => {
  const picture = { width: 400, height: 300, pixels: new Uint8Array(400 * 300 * 3).fill(77) };
  expect((await encodePng(picture)).length).toBeLessThan(400 * 3 + 3000);
});
