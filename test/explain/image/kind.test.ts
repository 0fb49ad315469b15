import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pictureKind } from '../../../src/explain/image/kind';
import { loadPhoto } from '../../../src/explain/image/load-photo';

/** The first box of an ISO media file: its brand, a version, the brands of readers that it is also for. */
function head(brand: string, ...others: string[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(16 + 4 * others.length);
  return Buffer.concat([length, Buffer.from(`ftyp${brand}\0\0\0\0${others.join('')}`, 'latin1')]);
}

test.each([
  [['avif', 'mif1', 'miaf'], 'AVIF'],
  [['mif1', 'avif', 'miaf', 'MA1B'], 'AVIF'],
  [['msf1', 'iso8', 'miaf', 'MA1B', 'avis'], 'AVIF'],
  [['heic', 'mif1', 'heic'], 'HEIC'],
  [['mif1', 'mif1', 'miaf', 'heic'], 'HEIC'],
  [['mif1', 'mif1', 'unci'], 'HEIF'],
  [['isom', 'iso2', 'av01', 'mp41'], undefined],
] as const)('of the brands %j', ([brand, ...others], name) => {
  expect(pictureKind(head(brand, ...others))?.name).toBe(name);
  // What comes behind the box says nothing, even where it looks like a brand.
  expect(pictureKind(Buffer.concat([head(brand, ...others), Buffer.from('heicavif')]))?.name).toBe(name);
});

test('a box that ends before its brands do is no mistake', () => {
  expect(pictureKind(head('mif1', 'avif').subarray(0, 14))?.name).toBe('HEIF');
  expect(pictureKind(Buffer.from('\xff\xff\xff\xffftyp', 'latin1'))).toBeNull();
});

test('an AVIF whose own brand is that of any container is decoded', async () => {
  const pixels = Uint8Array.from({ length: 3600 }, (_, i) => (i * 7) % 256);
  const avif = await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
    .avif()
    .toBuffer();
  const other = Buffer.from(avif);
  other.write('mif1', 8, 'latin1');
  expect(avif.toString('latin1', 8, 12)).toBe('avif');
  expect(pictureKind(other)).toMatchObject({ name: 'AVIF', isReadable: true });
  expect((await loadPhoto(other)).pixels).toEqual((await loadPhoto(avif)).pixels);
});
