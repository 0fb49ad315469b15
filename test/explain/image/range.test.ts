import { expect, test } from 'vitest';
import { rangeNote } from '../../../src/explain/image/range';

const photo = (value: (i: number) => number, length = 30_000) => ({
  pixels: Uint8Array.from({ length }, (_, i) => value(i)),
});

test('12 bits in 16 are nearly black, whatever a few stars are', () => {
  const note =
    'the photo is nearly black: 99.8 % of its values lie between 0 and 15 of 255; where 12 bits are stored in 16, make it brighter first';
  expect(rangeNote(photo((i) => i % 16))).toBe(note);
  expect(rangeNote(photo((i) => (i % 2000 === 0 ? 255 : i % 16)))).toBe(note);
  expect(rangeNote(photo((i) => i % 16, 20_000_000))).toBe(note);
  expect(rangeNote(photo(() => 0))).toMatch(/nearly black: .* between 0 and 0/);
});

test('a few per cent of the range are little contrast', () => {
  expect(rangeNote(photo((i) => 120 + (i % 13)))).toBe(
    'the photo has little contrast: 99.8 % of its values lie between 120 and 132 of 255',
  );
});

test('most photos get none, nor does a plain one', () => {
  expect(rangeNote(photo((i) => i % 256))).toBeNull();
  expect(rangeNote(photo((i) => i % 27))).toBeNull();
  expect(rangeNote(photo(() => 200))).toBeNull();
});
