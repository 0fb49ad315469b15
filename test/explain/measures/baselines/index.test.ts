import { afterAll, describe, expect, test } from 'vitest';
import { prepareInput } from '../../../../src/explain/image/prepare';
import { look } from '../../../../src/explain/look';
import { baselines, findBaseline } from '../../../../src/explain/measures/baselines';
import { type BaselineCase, baselineKnowledge } from '../../../../src/explain/measures/baselines/define-baseline';
import type { MeasuredMap } from '../../../../src/explain/measures/define-measure';
import { seededRandom } from '../../../../src/explain/random';
import golden from '../../../golden/measures_place.json';
import { seededNetwork } from '../../../support/networks';
import { drawnPhoto, largestDifference } from '../../../support/pictures';

const { height, width } = golden;
const size = height * width;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const floats = (text: string) => new Float32Array(bytes(text).buffer);
const network = seededNetwork('tiny-resnet', 5, [height, width, 3], 6);
const seen = look(network, drawnPhoto(height, width, 7));
const elsewhere = look(network, drawnPhoto(height, width, 8));
afterAll(() => {
  seen.close();
  elsewhere.close();
});

const box = (top: number, left: number, bottom: number, right: number) =>
  Uint8Array.from({ length: size }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Number(y >= top && y <= bottom && x >= left && x <= right);
  });
const mapOf = (name: string, values: Float32Array, signed = false): MeasuredMap => ({
  name,
  values,
  signed,
  seeded: false,
  remake: null,
  cost: null,
});
const random = seededRandom(3);
const noise = () => Float32Array.from({ length: size }, () => random() - 0.5);
const animal = box(5, 6, 14, 17);
const whole: BaselineCase = {
  look: seen,
  seed: 4,
  masks: [animal, box(0, 0, 9, 9)],
  things: [
    { name: 'animal', of: null, mask: animal, worth: 2 },
    { name: 'head', of: 'animal', mask: box(5, 6, 8, 9), worth: 1 },
    { name: 'legs', of: 'animal', mask: box(13, 8, 14, 15), worth: -0.5 },
    { name: 'background', of: null, mask: animal.map((inside) => 1 - inside), worth: -0.25 },
  ],
  map: mapOf('saliency', noise(), true),
  others: ['c', 'a', 'b'].map((photo) => ({ photo, map: mapOf('saliency', noise(), true) })),
};

describe.each(baselines.map(({ name }) => name))('%s', (name) => {
  const baseline = findBaseline(name);

  test('is the same for the same photo and seed, over the input, and its description is whole', () => {
    const [one, again] = [baseline.map(whole)!, baseline.map({ ...whole })!];
    expect(again).toEqual(one);
    expect(one.values).toHaveLength(size);
    expect(one.values.every(Number.isFinite)).toBe(true);
    expect(one.signed || one.values.every((value) => value >= 0)).toBe(true);
    expect(one.remake).toBeNull();
    expect(new Set(one.values).size).toBeGreaterThan(1);
    expect(baseline.title && baseline.sentence && baseline.caution).toMatch(/\S/);
  });

  test('of nothing but the photo it is a map, or null where it is made of more', () => {
    const bare = baseline.map({ look: seen, seed: 4 });
    expect(bare === null).toBe(!['nothing', 'photo'].includes(baseline.knows));
    expect(baseline.map({ look: seen, seed: 4, masks: [], things: null, map: null, others: [] }) === null).toBe(
      bare === null,
    );
  });

  test('an option that it does not have, and a mask of another size, are refused', () => {
    expect(() => baseline.map(whole, { sigmas: 1 })).toThrow('takes no sigmas');
    expect(() => baseline.map({ ...whole, masks: [new Uint8Array(5)] })).toThrow(
      `${name}: a mask or map of 5 values (allowed: ${height}×${width}`,
    );
  });
});

test('they are in the order in which more is known', () => {
  const order = Object.keys(baselineKnowledge);
  const knowledge = baselines.map(({ knows }) => order.indexOf(knows));
  expect(knowledge).toEqual([...knowledge].sort((a, b) => a - b));
  expect(new Set(knowledge).size).toBe(order.length);
});

test('what is drawn by lot differs by seed and by photo, and spreads evenly', () => {
  for (const name of ['random', 'random-coarse', 'ceiling']) {
    const at = (changes: Partial<BaselineCase>) => findBaseline(name).map({ ...whole, ...changes })!.values;
    expect(at({ seed: 5 })).not.toEqual(at({}));
    expect(at({ look: elsewhere })).not.toEqual(at({}));
  }
  const values = findBaseline('random').map(whole)!.values;
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  // Four standard errors of 609 uniform numbers.
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * size));
  expect(values).not.toEqual(findBaseline('random-coarse').map(whole)!.values);
});

test('random cells change little from pixel to pixel', () => {
  const steps = (name: string) => {
    const { values } = findBaseline(name).map(whole)!;
    let sum = 0;
    values.forEach((value, i) => {
      if (i % width > 0) sum += Math.abs(value - values[i - 1]!);
    });
    return sum;
  };
  expect(steps('random-coarse')).toBeLessThan(steps('random') / 2);
});

test('the centre is highest in the middle and falls to exp(−1/2) a quarter of the shorter side away', () => {
  const { values } = findBaseline('centre').map(whole)!;
  const at = (y: number, x: number) => values[y * width + x]!;
  expect(at(10, 14)).toBe(1);
  const [near, far] = [at(10, 19), at(10, 20)];
  expect(near).toBeGreaterThan(Math.exp(-0.5));
  expect(far).toBeLessThan(Math.exp(-0.5));
  expect(at(10, 9)).toBe(near);
  expect(at(5, 14)).toBe(near);
});

test('edges are scikit-image’s Sobel magnitude', () => {
  const grey = bytes(golden.grey);
  const pixels = Uint8Array.from({ length: 3 * size }, (_, i) => grey[Math.floor(i / 3)]!);
  const photo = { ...drawnPhoto(height, width, 7), pixels };
  const input = prepareInput(photo, network.preprocessing);
  expect(input.image.pixels).toEqual(pixels);
  const at = look(network, photo, input);
  const { values } = findBaseline('edges').map({ look: at, seed: 0 })!;
  at.close();
  expect(largestDifference(values, floats(golden.sobel))).toBeLessThan(1e-6);
  expect(Math.max(...values)).toBeGreaterThan(0.1);
});

test('the prior is the share of photos with the object there', () => {
  const { values } = findBaseline('area-prior').map(whole)!;
  expect([values[0], values[5 * width + 6], values[14 * width + 17], values[20 * width]]).toEqual([0.5, 1, 0.5, 0]);
});

test('the blurred copy is SciPy’s, normalised at the border, with the map’s name and sign', () => {
  const map = mapOf('grad-cam', floats(golden.sharp), true);
  const { name, signed, values } = findBaseline('blurred').map({ ...whole, map }, { sigma: golden.sigma })!;
  expect([name, signed]).toEqual(['grad-cam-blurred', true]);
  expect(largestDifference(values, floats(golden.blurred))).toBeLessThan(1e-6);
  const even = findBaseline('blurred').map({ ...whole, map: mapOf('even', new Float32Array(size).fill(3)) })!;
  expect(largestDifference(even.values, new Float32Array(size).fill(3))).toBeLessThan(1e-6);
});

test('another photo’s map is never the photo’s own, and the order of the set decides nothing', () => {
  const baseline = findBaseline('other-photo');
  const own = { photo: seen.photo.sha256, map: whole.map! };
  expect(baseline.map({ ...whole, others: [own] })).toBeNull();
  const picks = Array.from({ length: 40 }, (_, seed) => {
    const at = { ...whole, seed, others: [own, ...whole.others!] };
    const pick = baseline.map(at)!;
    expect(pick.name).toBe('saliency-other-photo');
    expect(pick.values).not.toBe(own.map.values);
    expect(baseline.map({ ...at, others: [...at.others].reverse() })).toEqual(pick);
    return pick.values;
  });
  expect(new Set(picks).size).toBe(3);
});

test('the ceiling without noise has each thing’s worth as its mass, in proportion over the parts of a whole', () => {
  const { values } = findBaseline('ceiling').map(whole, { noise: 0 })!;
  const mass = (mask: Uint8Array) => values.reduce((sum, value, i) => sum + (mask[i] ? value : 0), 0);
  const [body, head, legs, background] = whole.things!.map(({ mask }) => mass(mask));
  expect(body).toBeCloseTo(2, 5);
  expect(head).toBeCloseTo(1, 5);
  expect(legs).toBeCloseTo(0.5, 5);
  expect(background).toBeCloseTo(0.25, 5);
  // Even within the head.
  expect(values[5 * width + 6]).toBe(values[8 * width + 9]);
  const noisy = findBaseline('ceiling').map(whole)!.values;
  const apart = noisy.filter((_, i) => whole.things![1]!.mask[i]).map((value) => value - 1 / 16);
  const deviation = Math.sqrt(apart.reduce((sum, value) => sum + value ** 2, 0) / apart.length);
  // A tenth of the range: within the error of the deviation of 16 numbers.
  expect(deviation / (0.1 / 16)).toBeGreaterThan(0.5);
  expect(deviation / (0.1 / 16)).toBeLessThan(1.6);
});

test('parts that are worth more than their whole are scaled to it', () => {
  const things = [
    { name: 'animal', of: null, mask: animal, worth: 1 },
    { name: 'head', of: 'animal', mask: box(5, 6, 8, 9), worth: 3 },
    { name: 'legs', of: 'animal', mask: box(13, 8, 14, 15), worth: -1 },
  ];
  const { values } = findBaseline('ceiling').map({ ...whole, things }, { noise: 0 })!;
  const mass = (mask: Uint8Array) => values.reduce((sum, value, i) => sum + (mask[i] ? value : 0), 0);
  expect(things.map(({ mask }) => Math.round(1000 * mass(mask)))).toEqual([1000, 750, 250]);
});

test('an unknown baseline is refused with those there are', () => {
  expect(() => findBaseline('center')).toThrow('unknown baseline: center (known: random, random-coarse, centre');
});
