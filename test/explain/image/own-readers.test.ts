import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../../src/explain/errors';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { seededRandom } from '../../../src/explain/random';

const random = seededRandom(1);
const [width, height] = [13, 7];
const colours = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));

interface Bmp {
  readonly bits: number;
  /** A row's pixels as bytes. */
  readonly row: (y: number) => number[];
  readonly table?: readonly number[];
  readonly masks?: readonly number[];
  readonly compression?: number;
  readonly isTopDown?: boolean;
  readonly header?: 12 | 40;
}

function bmpOf({ bits, row, table = [], masks = [], compression = 0, isTopDown = false, header = 40 }: Bmp): Buffer {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const rows = Array.from({ length: height }, (_, i) => {
    const bytes = Buffer.alloc(stride);
    Buffer.from(row(isTopDown ? i : height - 1 - i)).copy(bytes);
    return bytes;
  });
  const head = Buffer.alloc(14 + header);
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length + masks.length * 4 + table.length, 10);
  head.writeUInt32LE(header, 14);
  if (header === 12) {
    for (const [i, value] of [width, height, 1, bits].entries()) head.writeUInt16LE(value, 18 + 2 * i);
  } else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(isTopDown ? -height : height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
  }
  const fields = Buffer.alloc(masks.length * 4);
  for (const [i, mask] of masks.entries()) fields.writeUInt32LE(mask, 4 * i);
  return Buffer.concat([head, fields, Buffer.from(table), ...rows]);
}

const at = (x: number, y: number) =>
  [...colours.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)] as [number, number, number];
const eachX = (make: (x: number) => number[]) => Array.from({ length: width }, (_, x) => make(x)).flat();
const bgr = (x: number, y: number) => at(x, y).reverse();
const pixelsOf = async (bytes: Uint8Array) => {
  const photo = await loadPhoto(bytes);
  expect([photo.width, photo.height]).toEqual([width, height]);
  return [...photo.pixels];
};

describe('BMP', () => {
  test.each([
    ['24 bits', { bits: 24 }],
    ['from the top', { bits: 24, isTopDown: true }],
    ['of OS/2', { bits: 24, header: 12 }],
  ] as const)('%s', async (_, kind) => {
    const bytes = bmpOf({ ...kind, row: (y) => eachX((x) => bgr(x, y)) });
    expect(await pixelsOf(bytes)).toEqual([...colours]);
  });

  test('32 bits, whose alpha is dropped', async () => {
    const bytes = bmpOf({ bits: 32, row: (y) => eachX((x) => [...bgr(x, y), 99]) });
    expect(await pixelsOf(bytes)).toEqual([...colours]);
  });

  test('16 bits, of which the masks say 5 are red, 6 green and 5 blue', async () => {
    const word = ([r, g, b]: [number, number, number]) => ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
    const row = (y: number) => eachX((x) => [word(at(x, y)) & 255, word(at(x, y)) >> 8]);
    const bytes = bmpOf({ bits: 16, row, compression: 3, masks: [0xf800, 0x7e0, 0x1f] });
    const expected = [...colours].map((value, i) =>
      i % 3 === 1 ? Math.floor(((value >> 2) * 255) / 63) : Math.floor(((value >> 3) * 255) / 31),
    );
    expect(await pixelsOf(bytes)).toEqual(expected);
  });

  test.each([1, 4, 8])('%i bits by a table', async (bits) => {
    const count = 2 ** bits;
    const table = Array.from({ length: count }, (_, i) => [i, (i * 7) % 256, (i * 13) % 256, 0]).flat();
    const index = (x: number, y: number) => at(x, y)[0] % count;
    const row = (y: number) => {
      const text = eachX((x) => [...index(x, y).toString(2).padStart(bits, '0')].map(Number)).join('');
      return (text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
        Number.parseInt(byte, 2),
      );
    };
    const expected = Array.from({ length: width * height }, (_, i) => {
      const colour = index(i % width, Math.floor(i / width));
      return [(colour * 13) % 256, (colour * 7) % 256, colour];
    }).flat();
    expect(await pixelsOf(bmpOf({ bits, table, row }))).toEqual(expected);
  });
});

describe('Netpbm', () => {
  const header = (kind: string, most?: number) =>
    Buffer.from(`${kind}\n# a comment\n${width} ${height}\n${most === undefined ? '' : `${most}\n`}`);
  const grey = [...colours].filter((_, i) => i % 3 === 0);
  const thrice = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);

  test('P6 and P3 are colours', async () => {
    expect(await pixelsOf(Buffer.concat([header('P6', 255), colours]))).toEqual([...colours]);
    expect(await pixelsOf(Buffer.from(`${header('P3', 255)}${[...colours].join(' ')}`))).toEqual([...colours]);
  });

  test('P5 and P2 are grey, also with another largest value and with two bytes', async () => {
    expect(await pixelsOf(Buffer.concat([header('P5', 255), Buffer.from(grey)]))).toEqual(thrice(grey));
    const few = grey.map((value) => value % 64);
    expect(await pixelsOf(Buffer.from(`${header('P2', 63)}${few.join('\n')}`))).toEqual(
      thrice(few.map((value) => Math.round((value * 255) / 63))),
    );
    const wide = Buffer.alloc(grey.length * 2);
    for (const [i, value] of grey.entries()) wide.writeUInt16BE(value * 257, 2 * i);
    expect(await pixelsOf(Buffer.concat([header('P5', 65535), wide]))).toEqual(thrice(grey));
  });

  test('P4 and P1 are black where a bit is set', async () => {
    const bits = grey.map((value) => value % 2);
    const rows = Array.from({ length: height }, (_, y) =>
      bits
        .slice(y * width, (y + 1) * width)
        .join('')
        .padEnd(16, '0'),
    );
    const bytes = rows.flatMap((row) => [row.slice(0, 8), row.slice(8)].map((byte) => Number.parseInt(byte, 2)));
    const expected = thrice(bits.map((bit) => 255 * (1 - bit)));
    expect(await pixelsOf(Buffer.concat([header('P4'), Buffer.from(bytes)]))).toEqual(expected);
    expect(await pixelsOf(Buffer.from(`${header('P1')}${bits.join('')}`))).toEqual(expected);
  });
});

test.each([
  [
    'a bitmap of runs',
    bmpOf({ bits: 8, row: () => [], compression: 1 }),
    /a bitmap of 8 bits that is compressed as runs \(allowed: uncompressed\)/,
  ],
  ['one of 2 bits', bmpOf({ bits: 2, row: () => [] }), /a bitmap of 2 bits \(allowed: 1, 4, 8, 16, 24, 32\)/],
  ['one that is cut off', bmpOf({ bits: 24, row: () => [] }).subarray(0, 90), /the file is cut off/],
  ['a PPM that is cut off', Buffer.from('P6 9 9 255\nabc'), /the file is cut off/],
  ['one of text', Buffer.from('P3 2 2 255\n1 2 three'), /it holds three where a number belongs/],
  ['one that would fill memory', Buffer.from('P6 99999 99999 255\n'), /99999×99999, 10000 megapixels, too large/],
  ['one of a single row', Buffer.from('P5 64000000 1 255\n'), /64000000×1 px, too long/],
])('%s is refused in words', async (_, bytes, words) => {
  await expect(loadPhoto(bytes)).rejects.toThrow(words);
});

test('damaged files are photos or refused', async () => {
  const files = [
    bmpOf({ bits: 24, row: (y) => eachX((x) => bgr(x, y)) }),
    Buffer.concat([Buffer.from('P6 13 7 255\n'), colours]),
  ];
  for (const file of files) {
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(file);
      for (let i = 0; i < 3; i++)
        bytes[2 + Math.floor(random() * (i === 0 ? 60 : bytes.length - 2))] = Math.floor(256 * random());
      const outcome = await loadPhoto(bytes).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(WhylightError);
    }
  }
});
