import { describe, expect, it } from 'vitest';
import { WhylightError } from '../../../src/explain/errors';
import { inputPlace, prepareInput } from '../../../src/explain/image/prepare';
import { golden, noise, sha256 } from '../../support/pictures';

const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;
const photo = (size: readonly [number, number], seed = 3) => ({ ...noise(size, seed), sha256: '', source: 'noise' });

describe('prepareInput', () => {
  it.each(golden.prepared)('equals torchvision bit for bit: $from, resize $resize, crop $crop', (want) => {
    const input = prepareInput(photo(want.from, want.seed), { resize: want.resize, crop: want.crop, mean, std });
    expect([input.height, input.width]).toEqual(want.crop);
    expect([input.image.height, input.image.width]).toEqual(want.crop);
    expect(sha256(input.image.pixels)).toBe(want.pixels);
    expect(sha256(input.values)).toBe(want.values);
    const scaleY = want.from[0] / want.resized[0];
    const scaleX = want.from[1] / want.resized[1];
    expect(input.crop.y).toBeCloseTo(want.top * scaleY, 9);
    expect(input.crop.x).toBeCloseTo(want.left * scaleX, 9);
    expect(input.crop.height).toBeCloseTo(want.crop[0] * scaleY, 9);
    expect(input.crop.width).toBeCloseTo(want.crop[1] * scaleX, 9);
  });

  it.each(golden.prepared)(
    'says where the input lies without the pixels: $from, resize $resize, crop $crop',
    (want) => {
      for (const fit of [undefined, 'crop', 'pad', 'stretch'] as const) {
        const preprocessing = { resize: want.resize, crop: want.crop, mean, std, ...(fit && { fit }) };
        const { height, width, crop } = prepareInput(photo(want.from, want.seed), preprocessing);
        expect(inputPlace({ height: want.from[0], width: want.from[1] }, preprocessing)).toEqual({
          height,
          width,
          crop,
        });
      }
    },
  );

  it('computes only the crop of a picture a thousand times longer than high', () => {
    const input = prepareInput(photo([4, 40_000]), { resize: 256, crop: [224, 224], mean, std });
    expect(input.values).toHaveLength(224 * 224 * 3);
    expect(input.crop).toEqual({ x: 19_998.25, y: 0.25, width: 3.5, height: 3.5 });
  });

  it('names the photo and hashes what the network saw', () => {
    const { image } = prepareInput(photo([30, 20]), { resize: 12, crop: [10, 11], mean, std });
    expect(image).toMatchObject({ source: 'noise', sha256: sha256(image.pixels) });
  });

  it.each([
    { resize: 0, crop: [8, 8] as const },
    { resize: 20.5, crop: [8, 8] as const },
    { resize: [8, -1] as const, crop: [8, 8] as const },
    { resize: null, crop: [0, 8] as const },
  ])('refuses unusable sizes: %o', (sizes) => {
    expect(() => prepareInput(photo([30, 20]), { ...sizes, mean, std })).toThrow(WhylightError);
  });
});
