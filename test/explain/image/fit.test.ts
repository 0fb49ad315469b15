import { describe, expect, it } from 'vitest';
import { prepareInput } from '../../../src/explain/image/prepare';
import { luma, type Preprocessing } from '../../../src/explain/image/preprocessing';
import { preprocessingWords } from '../../../src/explain/image/preprocessing-words';
import { seenPart, seenWords } from '../../../src/explain/image/seen';
import { noise } from '../../support/pictures';

const photo = (size: readonly [number, number]) => ({ ...noise(size, 3), sha256: '', source: 'noise' });
const plain: Preprocessing = { resize: null, crop: [6, 10], mean: [0, 0, 0], std: [1, 1, 1] };

describe('channels', () => {
  const [mean, std] = [
    [0.1, 0.2, 0.3],
    [0.5, 0.25, 2],
  ];
  const rgb = prepareInput(photo([6, 10]), { ...plain, mean, std });

  it('blue first: the same colours in the other order, with mean and std in the input’s', () => {
    const bgr = prepareInput(photo([6, 10]), {
      ...plain,
      mean: [...mean].reverse(),
      std: [...std].reverse(),
      channels: 'bgr',
    });
    expect(bgr.image.pixels).toEqual(rgb.image.pixels);
    expect(bgr.values).toEqual(rgb.values.map((_, i) => rgb.values[i - (i % 3) + 2 - (i % 3)]!));
  });

  it('grey: one channel of lumas, and a grey picture of it', () => {
    const grey = prepareInput(photo([6, 10]), { ...plain, mean: [0], std: [1 / 255], channels: 'grey' });
    expect(grey.values).toHaveLength(60);
    const { pixels } = rgb.image;
    grey.values.forEach((value, i) => {
      const wanted = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!;
      expect(Math.abs(value - wanted)).toBeLessThan(0.51);
      expect([...grey.image.pixels.subarray(3 * i, 3 * i + 3)]).toEqual([value, value, value].map(Math.round));
    });
    // PIL's convert('L').
    expect([luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255), luma(255, 255, 255), luma(10, 200, 30)]).toEqual([
      76, 150, 29, 255, 124,
    ]);
  });
});

describe('fit', () => {
  const of = (size: readonly [number, number], more: Partial<Preprocessing>) =>
    prepareInput(photo(size), { ...plain, ...more });

  it('stretch: all of the photo, pulled', () => {
    const { crop, height, width } = of([30, 20], { fit: 'stretch' });
    expect([height, width, crop]).toEqual([6, 10, { x: 0, y: 0, width: 20, height: 30 }]);
  });

  it('pad: all of the photo, its shape kept, black beside it', () => {
    const { crop, image } = of([30, 20], { fit: 'pad' });
    // 30×20 becomes 6×4, with three black columns on each side.
    expect(crop).toEqual({ x: -15, y: 0, width: 50, height: 30 });
    const blacks = Array.from({ length: 10 }, (_, x) =>
      [...image.pixels.subarray(3 * x, 3 * x + 3)].every((value) => value === 0),
    );
    expect(blacks).toEqual([true, true, true, false, false, false, false, true, true, true]);
    expect(seenWords({ width: 20, height: 30 }, crop)).toBeNull();
  });

  it('crop to a size: the photo covers it, its shape kept', () => {
    const { crop } = of([30, 20], { fit: 'crop', resize: [6, 10] });
    // 30×20 becomes 15×10.
    expect(crop).toEqual({ x: 0, y: 8, width: 20, height: 12 });
    expect(seenWords({ width: 20, height: 30 }, crop)).toBe('sees the middle 20×12 of 20×30');
    expect(of([30, 20], { resize: [6, 10] }).crop).toEqual({ x: 0, y: 0, width: 20, height: 30 });
  });

  it('a photo a thousand times longer than high still has a row', () => {
    expect(of([1, 4000], { fit: 'pad' }).crop.width).toBe(4000);
  });
});

describe('what is seen', () => {
  it.each([
    [
      { x: 100, y: 0, width: 100, height: 100 },
      { x: 100, y: 0, width: 100, height: 100 },
      'sees the middle 100×100 of 300×100',
    ],
    [{ x: 0.2, y: -0.3, width: 299.8, height: 100 }, null, null],
    [{ x: -50, y: -10, width: 400, height: 120 }, null, null],
    [
      { x: -50, y: 20, width: 400, height: 60 },
      { x: 0, y: 20, width: 300, height: 60 },
      'sees the middle 300×60 of 300×100',
    ],
  ])('%o', (crop, part, words) => {
    const size = { width: 300, height: 100 };
    expect(seenPart(size, crop)).toEqual(part);
    expect(seenWords(size, crop)).toBe(words);
  });
});

it.each<[Partial<Preprocessing>, string]>([
  [{}, 'the middle 6×10 px of a photo are cut out, without a resize; red, green, blue; each pixel from 0 to 1'],
  [
    { resize: 12, std: [0.5, 0.5, 0.5], mean: [0.5, 0.5, 0.5] },
    'a photo’s short side is resized to 12 px, and the middle 6×10 px are cut out; red, green, blue; each pixel from −1 to 1',
  ],
  [{ resize: [6, 10] }, 'a photo is pulled to 6×10 px; red, green, blue; each pixel from 0 to 1'],
  [
    { resize: [6, 10], fit: 'crop' },
    'a photo is resized until it covers 6×10 px, and the middle 6×10 px are cut out; red, green, blue; each pixel from 0 to 1',
  ],
  [{ fit: 'stretch', channels: 'bgr' }, 'a photo is pulled to 6×10 px; blue, green, red; each pixel from 0 to 1'],
  [
    { fit: 'pad', channels: 'grey', mean: [0], std: [1 / 255] },
    'a photo is resized until it fits into 6×10 px, and padded with black; grey (0.299 red + 0.587 green + 0.114 blue); each pixel from 0 to 255',
  ],
  [
    { mean: [0.1, 0.2, 0.3] },
    'the middle 6×10 px of a photo are cut out, without a resize; red, green, blue; each pixel from 0 to 1, less 0.1, 0.2, 0.3, divided by 1',
  ],
])('%o in words', (own, words) => {
  expect(preprocessingWords({ ...plain, ...own })).toBe(words);
});
