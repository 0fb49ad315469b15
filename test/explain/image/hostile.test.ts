import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../../src/explain/errors';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { seededRandom } from '../../../src/explain/random';
import { pictures } from '../../support/pictures';

/** Decodes what may be damaged: a sound photo or one line, never anything else. Returns the line, or null. */
async function outcome(bytes: Uint8Array): Promise<string | null> {
  try {
    const { pixels, width, height } = await loadPhoto(bytes);
    expect(pixels).toHaveLength(width * height * 3);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(WhylightError);
    const { message } = error as WhylightError;
    expect(message).toMatch(/^cannot read the photo photo: [^\n\r]+$/);
    expect(message.length).toBeLessThan(600);
    return message;
  }
}

const files = [
  'colour.jpg',
  'progressive.jpg',
  'cmyk.jpg',
  'exif-6.jpg',
  'colour.png',
  'palette-alpha.png',
  'sixteen-bit.png',
  'lossy.webp',
  'palette.gif',
  'colour.tiff',
];

describe.each(files)('%s', (name) => {
  const bytes = new Uint8Array(readFileSync(path.join(pictures, name)));

  test('with bytes changed at random is sound or refused', async () => {
    const random = seededRandom(1);
    for (let round = 0; round < 60; round++) {
      const changed = bytes.slice();
      for (let i = 0; i <= Math.floor(8 * random() * random()); i++) {
        changed[Math.floor(random() * changed.length)] = Math.floor(256 * random());
      }
      await outcome(changed);
    }
  });

  test('cut off in its first half is refused', async () => {
    for (let i = 0; i < 12; i++) {
      const length = Math.floor((i / 24) * bytes.length);
      expect(await outcome(bytes.subarray(0, length)), `${length} bytes`).not.toBeNull();
    }
  });
});

test('a small file of very many pixels is refused before it is unpacked', async () => {
  const width = 8_200;
  const bomb = await sharp({ create: { width, height: width, channels: 3, background: 'white' } })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
  expect(bomb.length).toBeLessThan(2e6);
  expect(await outcome(bomb)).toBe(
    'cannot read the photo photo: 8200×8200, 67 megapixels, too large (allowed: up to 64 megapixels)',
  );
});

test('what lies behind a picture’s end changes nothing', async () => {
  const bytes = new Uint8Array(readFileSync(path.join(pictures, 'colour.jpg')));
  const longer = new Uint8Array(bytes.length + 5000);
  longer.set(bytes);
  expect((await loadPhoto(longer)).pixels).toEqual((await loadPhoto(bytes)).pixels);
});

test.each([
  [
    'an SVG that reads a file',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
  ],
  ['a PDF', '%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF'],
  ['a web page', '<!doctype html><title>404</title>'],
  ['a script', '#!/bin/sh\necho hello\n'],
  ['zeros', '\0'.repeat(4096)],
])('%s is no photo', async (_, text) => {
  expect(await outcome(Buffer.from(text))).toMatch(/not a picture in a known format|its format is svg/);
});
