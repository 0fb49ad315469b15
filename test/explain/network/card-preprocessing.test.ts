import { describe, expect, it } from 'vitest';
import {
  cardPreprocessing,
  partialPreprocessingSchema,
  preprocessingSchema,
  scaleName,
  scales,
  scaleValues,
} from '../../../src/explain/network/card-preprocessing';

const whole = { resize: 24, crop: [20, 30], scale: '0-1' } as const;
const read = (own: object) => cardPreprocessing(preprocessingSchema.parse({ ...whole, ...own }));
const refusal = (own: object, schema = preprocessingSchema) => {
  const { error } = (schema as typeof preprocessingSchema).safeParse({ ...whole, ...own });
  const { path, message } = error!.issues[0]!;
  return `${path.join('.')}: ${message}`;
};

/** What a pixel of that byte becomes. */
const fed = ({ mean, std }: { mean: readonly number[]; std: readonly number[] }, byte: number) =>
  mean.map((value, c) => (byte / 255 - value) / std[c]!);

describe('a scale by its name', () => {
  it.each([
    ['0-1', 0, 1],
    ['0-255', 0, 255],
    ['-1-1', -1, 1],
    ['x/127-1', -1, 255 / 127 - 1],
  ] as const)('%s runs from %f to %f', (scale, least, most) => {
    for (const channels of ['rgb', 'bgr', 'grey'] as const) {
      const values = scaleValues(scale, channels);
      expect(values.mean).toHaveLength(channels === 'grey' ? 1 : 3);
      for (const value of fed(values, 0)) expect(value).toBeCloseTo(least, 12);
      for (const value of fed(values, 255)) expect(value).toBeCloseTo(most, 12);
    }
  });

  it('follows the order of the channels', () => {
    expect(scaleValues('imagenet').mean).toEqual([0.485, 0.456, 0.406]);
    expect(scaleValues('imagenet', 'bgr').std).toEqual([0.225, 0.224, 0.229]);
    // Keras' and Caffe's bytes less the mean of blue, green and red.
    expect(fed(scaleValues('caffe', 'bgr'), 0).map((value) => Number(value.toFixed(3)))).toEqual([
      -103.939, -116.779, -123.68,
    ]);
    expect(fed(scaleValues('caffe', 'rgb'), 0).map((value) => Number(value.toFixed(3)))).toEqual([
      -123.68, -116.779, -103.939,
    ]);
  });

  it('is found again from its numbers', () => {
    for (const scale of scales) {
      for (const channels of ['rgb', 'bgr'] as const) {
        expect(scaleName({ ...scaleValues(scale, channels), channels })).toBe(scale);
      }
    }
    expect(scaleName({ mean: [0.1, 0.2, 0.3], std: [1, 1, 1] })).toBeNull();
    expect(scaleName({ ...scaleValues('0-255', 'grey'), channels: 'grey' })).toBe('0-255');
  });
});

describe('a card’s preprocessing', () => {
  it('has mean and std, one number for all or one a channel, or a scale', () => {
    expect(read({})).toEqual({ resize: 24, crop: [20, 30], mean: [0, 0, 0], std: [1, 1, 1] });
    expect(read({ scale: undefined, mean: 0.5, std: [0.1, 0.2, 0.3], crop: 20 })).toEqual({
      resize: 24,
      crop: [20, 20],
      mean: [0.5, 0.5, 0.5],
      std: [0.1, 0.2, 0.3],
    });
    expect(read({ channels: 'grey', fit: 'pad', interpolation: 'bicubic' })).toEqual({
      ...whole,
      scale: undefined,
      mean: [0],
      std: [1],
      channels: 'grey',
      fit: 'pad',
      interpolation: 'bicubic',
    });
  });

  it.each([
    [{ mean: 0 }, 'scale: says what mean and std say, too (allowed: one of the two ways)'],
    [{ scale: undefined }, 'mean: missing (allowed: a number, a list of them, or scale in place of mean and std)'],
    [{ scale: undefined, mean: 0 }, 'std: missing (allowed: a number above 0, or a list of them)'],
    [{ scale: undefined, mean: [0, 0], std: 1 }, 'mean: unusable (allowed: a list of 3; or one number)'],
    [
      { scale: undefined, mean: 0, std: [1, 1, 1], channels: 'grey' },
      'std: unusable (allowed: a list of 1; or one number)',
    ],
    [
      { scale: 'imagenet', channels: 'grey' },
      'scale: is of three colours (allowed for grey: 0-1, 0-255, -1-1, x/127-1)',
    ],
  ])('%o is refused', (own, message) => {
    expect(refusal(own)).toBe(message);
  });

  it('may say a part of it where the file says the rest', () => {
    expect(partialPreprocessingSchema.parse({ fit: 'stretch' })).toEqual({ fit: 'stretch' });
    expect(refusal({ scale: undefined, std: 1 }, partialPreprocessingSchema as never)).toMatch(/^mean: missing/);
  });
});
