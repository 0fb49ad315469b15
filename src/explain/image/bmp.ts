import { WhylightError } from '../errors';
import type { Undecoded } from './pnm';
import type { RgbImage } from './resize';

/** Where the pixels of a BMP lie, and what they are. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  /** First byte of the pixels, and bytes of a row. */
  readonly start: number;
  readonly stride: number;
  /** Of the colours' table: its place and the bytes of an entry. */
  readonly table: { readonly at: number; readonly size: number; readonly count: number };
  /** Bits of red, green and blue in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number];
}

const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;
const RUNS = [1, 2];

const usualMasks = (bits: number) =>
  (bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]) as [number, number, number];

/**
 * A Windows or OS/2 bitmap without compression: 1, 4 and 8 bits with a table of colours, 16, 24 and 32 bits; an alpha channel
 * is dropped.
 * @throws WhylightError for another kind, and for a header that is none.
 */
export function readBmp(bytes: Uint8Array): Undecoded {
  const layout = layoutOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return { width: layout.width, height: layout.height, decode: () => decode(bytes, layout) };
}

function layoutOf(file: Buffer): Layout {
  if (file.length < 26) throw new WhylightError('the file is cut off');
  const header = file.readUInt32LE(14);
  if (file.length < 14 + header) throw new WhylightError('the file is cut off');
  const isOld = header === 12;
  const width = isOld ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signed = isOld ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(isOld ? 24 : 28);
  const compression = isOld ? UNCOMPRESSED : file.readUInt32LE(30);
  if (width < 1 || signed === 0) throw new WhylightError(`${width}×${Math.abs(signed)} px (allowed: from 1×1)`);
  checkKind(bits, compression);
  const colours = isOld ? 0 : file.readUInt32LE(46);
  const hasFields = compression === BIT_FIELDS;
  // The masks follow a header of 40 bytes, and are in a longer one.
  const masks = hasFields
    ? ([54, 58, 62].map((at) => (at + 4 <= file.length ? file.readUInt32LE(at) : 0)) as [number, number, number])
    : usualMasks(bits);
  return {
    width,
    height: Math.abs(signed),
    isTopDown: signed < 0,
    bits,
    start: file.readUInt32LE(10),
    stride: Math.ceil((width * bits) / 32) * 4,
    table: { at: 14 + header, size: isOld ? 3 : 4, count: bits > 8 ? 0 : Math.min(colours || 2 ** bits, 2 ** bits) },
    masks,
  };
}

function checkKind(bits: number, compression: number): void {
  if (![1, 4, 8, 16, 24, 32].includes(bits)) {
    throw new WhylightError(`a bitmap of ${bits} bits (allowed: 1, 4, 8, 16, 24, 32)`);
  }
  const allowed = bits === 16 || bits === 32 ? [UNCOMPRESSED, BIT_FIELDS] : [UNCOMPRESSED];
  if (allowed.includes(compression)) return;
  const what = RUNS.includes(compression) ? 'as runs' : `in the way ${compression}`;
  throw new WhylightError(`a bitmap of ${bits} bits that is compressed ${what} (allowed: uncompressed)`);
}

function decode(bytes: Uint8Array, layout: Layout): RgbImage {
  const { width, height, isTopDown, start, stride, table } = layout;
  if (bytes.length < start + stride * height || bytes.length < table.at + table.count * table.size) {
    throw new WhylightError('the file is cut off');
  }
  const pixels = new Uint8Array(width * height * 3);
  const put = painterOf(bytes, layout);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (isTopDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) put(pixels, (y * width + x) * 3, row, x);
  }
  return { pixels, width, height };
}

/** Puts the pixel at `x` of a row's bytes where it belongs. */
type Painter = (pixels: Uint8Array, to: number, row: number, x: number) => void;

function painterOf(bytes: Uint8Array, { bits, table, masks }: Layout): Painter {
  const bgr = (pixels: Uint8Array, to: number, from: number) => {
    pixels[to] = bytes[from + 2]!;
    pixels[to + 1] = bytes[from + 1]!;
    pixels[to + 2] = bytes[from]!;
  };
  if (bits === 24) return (pixels, to, row, x) => bgr(pixels, to, row + 3 * x);
  if (bits <= 8) {
    const perByte = 8 / bits;
    return (pixels, to, row, x) => {
      const shift = 8 - bits * ((x % perByte) + 1);
      const index = (bytes[row + Math.floor(x / perByte)]! >> shift) & (2 ** bits - 1);
      if (index < table.count) bgr(pixels, to, table.at + index * table.size);
    };
  }
  const fields = masks.map(fieldOf);
  const size = bits / 8;
  return (pixels, to, row, x) => {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[row + size * x + i]!;
    fields.forEach((field, c) => {
      pixels[to + c] = field(value);
    });
  };
}

/** Reads the bits of a mask as a byte. */
function fieldOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const least = 2 ** (31 - Math.clz32(mask & -mask));
  const most = Math.floor(mask / least);
  // Cut off, as PIL does.
  return (value) => Math.floor(((((value & mask) >>> 0) / least) * 255) / most);
}
