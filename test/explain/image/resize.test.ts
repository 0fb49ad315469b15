import { describe, expect, it } from 'vitest';
import { resize, resizeBilinear } from '../../../src/explain/image/resize';
import { golden, largestDifference, noise, sha256, unpack } from '../../support/pictures';

describe('resize', () => {
  it.each(golden.resizes)(
    'equals Pillow in every byte: $from to $height,$width $interpolation',
    ({ from, seed, height, width, interpolation, ...want }) => {
      const out = resize(noise(from, seed), height, width, interpolation && { interpolation });
      expect([out.height, out.width]).toEqual([height, width]);
      if (want.sha256) expect(sha256(out.pixels)).toBe(want.sha256);
      else expect(largestDifference(out.pixels, unpack({ height, width, ...want }))).toBe(0);
    },
  );

  it('computes a window of the result equal to that part of the whole', () => {
    const image = noise([61, 83], 5);
    for (const [height, width] of [
      [23, 40],
      [130, 99],
    ] as const) {
      const whole = resizeBilinear(image, height, width);
      const window = { top: 4, left: 7, height: 13, width: 21 };
      const part = resizeBilinear(image, height, width, window);
      for (let y = 0; y < window.height; y++) {
        const start = ((y + window.top) * width + window.left) * 3;
        const expected = whole.pixels.slice(start, start + window.width * 3);
        expect(part.pixels.slice(y * window.width * 3, (y + 1) * window.width * 3)).toEqual(expected);
      }
    }
  });

  it('keeps a flat picture flat, black black and white white', () => {
    for (const level of [0, 128, 255]) {
      const flat = { pixels: new Uint8Array(37 * 53 * 3).fill(level), width: 37, height: 53 };
      for (const [height, width] of [
        [7, 90],
        [100, 5],
      ] as const) {
        expect(new Set(resizeBilinear(flat, height, width).pixels)).toEqual(new Set([level]));
        const cubic = resize(flat, height, width, { interpolation: 'bicubic' });
        expect(new Set(cubic.pixels)).toEqual(new Set([level]));
      }
    }
  });
});
