import { WhylightError } from '../errors';
import type { RgbImage } from './resize';

/** A picture whose size is known, and whose pixels are made when they are asked for. */
export interface Undecoded {
  readonly width: number;
  readonly height: number;
  /** @throws WhylightError where the file is cut off or damaged. */
  readonly decode: () => RgbImage;
}

const isSpace = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);

/** The next word from a place on, comments passed over, and the place of the sign behind it. */
function wordAt(bytes: Uint8Array, from: number): readonly [word: string, end: number] {
  let at = from;
  for (; at < bytes.length && (isSpace(bytes[at]!) || bytes[at] === 35); at++) {
    if (bytes[at] === 35) while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
  }
  let word = '';
  for (; at < bytes.length && !isSpace(bytes[at]!) && word.length < 12; at++) word += String.fromCharCode(bytes[at]!);
  return [word, at];
}

function wholeAt(bytes: Uint8Array, from: number): readonly [value: number, end: number] {
  const [word, end] = wordAt(bytes, from);
  if (!/^\d{1,10}$/.test(word))
    throw new WhylightError(word === '' ? 'the file is cut off' : `it holds ${word} where a number belongs`);
  return [Number(word), end];
}

/**
 * A Netpbm picture: bitmap, grey or colour (P1 to P6), as text or bytes, of 1 to 16 bits. Values are scaled to bytes by the
 * file's own largest, rounded.
 * @throws WhylightError for a header that is none.
 */
export function readPnm(bytes: Uint8Array): Undecoded {
  const kind = Number(String.fromCharCode(bytes[1]!));
  const isBitmap = kind === 1 || kind === 4;
  const [width, afterWidth] = wholeAt(bytes, 2);
  const [height, afterHeight] = wholeAt(bytes, afterWidth);
  const [most, end] = isBitmap ? ([1, afterHeight] as const) : wholeAt(bytes, afterHeight);
  if (width === 0 || height === 0) throw new WhylightError(`${width}×${height} px (allowed: from 1×1)`);
  if (most === 0 || most > 65535) throw new WhylightError(`its largest value is ${most} (allowed: 1 to 65535)`);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const layout = { width, height, channels, most, isBitmap };
  return {
    width,
    height,
    decode: () => imageOf(layout, kind < 4 ? textValues(bytes, end, layout) : byteValues(bytes, end + 1, layout)),
  };
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly most: number;
  readonly isBitmap: boolean;
}

/** Values row by row; of a bitmap 1 is black. */
type Values = (index: number) => number;

function textValues(bytes: Uint8Array, from: number, { width, height, channels, isBitmap }: Layout): Values {
  const values = new Uint16Array(width * height * channels);
  let at = from;
  for (let i = 0; i < values.length; i++) {
    if (isBitmap) {
      // Its digits need no space between them.
      while (at < bytes.length && isSpace(bytes[at]!)) at++;
      if (bytes[at] !== 48 && bytes[at] !== 49) throw new WhylightError('the file is cut off or damaged');
      values[i] = bytes[at++]! - 48;
    } else {
      const [value, end] = wholeAt(bytes, at);
      values[i] = Math.min(value, 65535);
      at = end;
    }
  }
  return (i) => values[i]!;
}

function byteValues(bytes: Uint8Array, from: number, { width, height, channels, most, isBitmap }: Layout): Values {
  const stride = Math.ceil(width / 8);
  const size = isBitmap ? stride * height : width * height * channels * (most > 255 ? 2 : 1);
  if (bytes.length - from < size) throw new WhylightError('the file is cut off');
  if (isBitmap) {
    return (i) => {
      const x = i % width;
      return (bytes[from + Math.floor(i / width) * stride + (x >> 3)]! >> (7 - (x & 7))) & 1;
    };
  }
  if (most > 255) return (i) => bytes[from + 2 * i]! * 256 + bytes[from + 2 * i + 1]!;
  return (i) => bytes[from + i]!;
}

function imageOf({ width, height, channels, most, isBitmap }: Layout, valueAt: Values): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const value = Math.min(most, valueAt(channels === 3 ? i : Math.floor(i / 3)));
    pixels[i] = isBitmap ? 255 * (1 - value) : Math.round((value * 255) / most);
  }
  return { pixels, width, height };
}
