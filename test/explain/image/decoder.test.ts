import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type * as decoderFile from '../../../src/explain/image/decoder';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { project } from '../../support/command';
import { pictures } from '../../support/pictures';

// Of the build: the process is started from there.
const { openDecoder } = createRequire(__filename)(
  path.join(project, 'dist/explain/image/decoder.js'),
) as typeof decoderFile;

const folder = mkdtempSync(path.join(os.tmpdir(), 'decoder-'));
const file = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const picture = path.join(pictures, 'colour.jpg');

/** A PNG with a header of this size, and nothing behind it that would fit. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(readFileSync(path.join(pictures, 'colour.png')));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

test('gives the photos of this process, one after the other, also after one that cannot be read', async () => {
  writeFileSync(file('text.png'), 'text');
  const decoder = openDecoder();
  const [first, text, again] = await Promise.allSettled(
    [picture, file('text.png'), picture].map((name) => decoder.load(name, 'a name')),
  );
  const photo = await loadPhoto(picture, { source: 'a name' });
  expect(first).toEqual({ status: 'fulfilled', value: photo });
  expect(text).toMatchObject({ reason: { message: expect.stringMatching(/text\.png: it is not a picture/) } });
  expect(again).toEqual(first);
  decoder.close();
});

test('what takes too long or too much memory is that photo’s error, and the next is read', async () => {
  const size = 4000;
  const pixels = Buffer.alloc(size * size * 3, 7);
  await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(file('large.png'));
  const hasty = openDecoder({ seconds: 0.001 });
  await expect(hasty.load(file('large.png'), '')).rejects.toThrow(
    /large\.png: it takes longer than allowed \(0\.001 s\)/,
  );
  hasty.close();
  const decoder = openDecoder({ megabytes: 1 });
  await expect(decoder.load(file('large.png'), '')).rejects.toThrow(
    /large\.png: it takes more memory than allowed \(1 MB\)/,
  );
  decoder.close();
  const small = openDecoder({ maxMegapixels: 1 });
  await expect(small.load(file('large.png'), '')).rejects.toThrow(
    /4000×4000, 16 megapixels, too large \(allowed: up to 1 meg/,
  );
  expect((await small.load(picture, '')).width).toBeGreaterThan(0);
  small.close();
});

test.each([
  [64_000_000, 1],
  [1, 64_000_000],
])('%i×%i px is refused by its length, before it is decoded', async (width, height) => {
  const message = new RegExp(`${width}×${height} px, too long \\(allowed: up to 100000 px a side\\)`);
  await expect(loadPhoto(pngOf(width, height))).rejects.toThrow(message);
});

/** An uncompressed TIFF of CIE Lab, 16 bits, all of one grey. */
function labTiff(side: number, lightness: number): Buffer {
  const bytes = side * side * 6;
  const pixels = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i += 6) pixels.writeUInt16LE(lightness, i);
  const tags: [tag: number, type: 3 | 4, count: number, value: number][] = [
    [256, 4, 1, side],
    [257, 4, 1, side],
    // Bits of the three channels stand behind the pixels.
    [258, 3, 3, 8 + bytes],
    [259, 3, 1, 1],
    [262, 3, 1, 8],
    [273, 4, 1, 8],
    [277, 3, 1, 3],
    [278, 4, 1, side],
    [279, 4, 1, bytes],
  ];
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + bytes + 6, 4);
  const list = Buffer.alloc(2 + 12 * tags.length + 4);
  list.writeUInt16LE(tags.length);
  tags.forEach(([tag, type, count, value], i) => {
    list.writeUInt16LE(tag, 2 + 12 * i);
    list.writeUInt16LE(type, 4 + 12 * i);
    list.writeUInt32LE(count, 6 + 12 * i);
    list.writeUInt32LE(value, 10 + 12 * i);
  });
  return Buffer.concat([head, pixels, Buffer.from([16, 0, 16, 0, 16, 0]), list]);
}

test('a Lab TIFF is read', async () => {
  const lab = labTiff(16, 137 * 256);
  expect((await sharp(lab).metadata()).space).toBe('labs');
  const { pixels, width } = await loadPhoto(lab);
  expect([width, pixels.length]).toEqual([16, 16 * 16 * 3]);
  // L* = 137 / 255 · 100 is a grey of 128 in sRGB.
  expect(pixels.every((value) => Math.abs(value - 128) <= 1)).toBe(true);
});
