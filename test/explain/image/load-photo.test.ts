import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WhylightError } from '../../../src/explain/errors';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { golden, largestDifference, noise, pictures, sha256, unpack } from '../../support/pictures';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-photo-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, bytes);
  return place;
}

async function refusal(photo: string | Uint8Array, options?: Parameters<typeof loadPhoto>[1]): Promise<string> {
  const error = await loadPhoto(photo, options).then(
    () => new Error('it was decoded'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('loadPhoto', () => {
  it.each(Object.entries(golden.decoded))('decodes %s to the bytes Pillow gives', async (name, want) => {
    const photo = await loadPhoto(path.join(pictures, name));
    expect([photo.height, photo.width]).toEqual([want.height, want.width]);
    expect(photo.pixels).toHaveLength(want.height * want.width * 3);
    expect(largestDifference(photo.pixels, unpack(want))).toBe(0);
  });

  it('turns all eight EXIF orientations upright', async () => {
    const upright = await loadPhoto(path.join(pictures, 'exif-1.jpg'));
    for (let orientation = 2; orientation <= 8; orientation++) {
      const photo = await loadPhoto(path.join(pictures, `exif-${orientation}.jpg`));
      const turned = orientation > 4;
      expect([photo.width, photo.height]).toEqual(
        turned ? [upright.height, upright.width] : [upright.width, upright.height],
      );
    }
  });

  it('records the file name and the hash of the encoded file', async () => {
    const place = path.join(pictures, 'colour.png');
    const photo = await loadPhoto(place);
    expect(photo.source).toBe('colour.png');
    expect(photo.sha256).toBe(sha256(readFileSync(place)));
    const fromBytes = await loadPhoto(readFileSync(place), { source: 'drawn' });
    expect(fromBytes).toEqual({ ...photo, source: 'drawn' });
  });

  it('refuses what is missing, a folder, empty, or not a picture', async () => {
    const text = await file('notes.jpg', 'this is a text, not a photo\n'.repeat(50));
    expect(await refusal(path.join(folder, 'absent.jpg'))).toMatch(/absent\.jpg: there is no such file/);
    expect(await refusal(folder)).toMatch(/it is a folder/);
    expect(await refusal('/dev/null')).toMatch(/not a file/);
    expect(await refusal(await file('empty.jpg', ''))).toMatch(/the file is empty/);
    expect(await refusal(text)).toMatch(/notes\.jpg: it is not a picture in a known format \(JPEG, PNG/);
    const heic = `\0\0\0\x18ftypheic${'\0'.repeat(40)}`;
    expect(await refusal(await file('phone.jpg', heic))).toMatch(/it is a HEIC picture \(allowed: JPEG/);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    expect(await refusal(await file('drawing.png', svg))).toMatch(/its format is svg \(allowed: JPEG/);
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)(
    'refuses a cut-off %s, wherever it is cut',
    async (format) => {
      const { pixels, width, height } = noise([90, 120], 3);
      const whole = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .toFormat(format)
        .toBuffer();
      await expect(loadPhoto(whole)).resolves.toBeDefined();
      for (const share of [0.01, 0.3, 0.6, 0.9]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        expect(await refusal(await file(`cut.${format}`, cut))).toMatch(/cut off or damaged|damaged|not a picture/);
      }
    },
  );

  it('refuses 100 megapixels from the header alone, before any pixel is decoded', async () => {
    // A PNG header that promises 10,000×10,000 px, and no pixels behind it: decoding would say "cut off".
    const header = Buffer.alloc(25);
    header.writeUInt32BE(13, 0);
    header.write('IHDR', 4);
    header.writeUInt32BE(10_000, 8);
    header.writeUInt32BE(10_000, 12);
    header.set([8, 2, 0, 0, 0], 16);
    header.writeUInt32BE(crc32(header.subarray(4, 21)), 21);
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from('IDAT'), Buffer.alloc(12)]);
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), header, chunk]);
    const place = await file('huge.png', png);
    expect(await refusal(place)).toMatch(
      /huge\.png: 10000×10000, 100 megapixels, too large \(allowed: up to 64 megapixels\)/,
    );
    expect(await refusal(place, { maxMegapixels: 200 })).toMatch(/damaged/);
  });

  it('loads a single pixel', async () => {
    const photo = await loadPhoto(path.join(pictures, 'one-pixel.png'));
    expect(photo).toMatchObject({ width: 1, height: 1, pixels: new Uint8Array([12, 200, 77]) });
  });
});
