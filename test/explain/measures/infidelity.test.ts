import { afterAll, describe, expect, test } from 'vitest';
import { infidelityMeasure } from '../../../src/explain/measures/infidelity';
import { linearCase, mapOf } from '../../support/measured-maps';
import { drawn } from '../../support/networks';

const [height, width] = [11, 8];
const area = height * width;
/** The same in each channel, so that one slope a pixel says it all. */
const slopes = drawn(area, 3, 2, -1);
const { measured, contributions, close } = linearCase(
  height,
  width,
  Float32Array.from({ length: area * 3 }, (_, i) => slopes[Math.floor(i / 3)]!),
);
afterAll(close);
const measure = async (values: Float32Array, options = {}) =>
  (await infidelityMeasure.measure(measured, [mapOf(values)], { samples: 30, ...options }))[0]!;

describe.each([
  ['squares, of a map that shares out the score', contributions, {}],
  ['squares, of a map of slopes', slopes, { slopes: true, fill: 'mean' }],
  ['a noisy baseline', slopes, { perturbation: 'noisy-baseline' }],
] as const)('%s', (_, truth, options) => {
  test('the truth has 0, normalised or not', async () => {
    const { value, parts } = await measure(truth, options);
    expect(value).toBeLessThan(1e-8 * parts!.zeros!);
    expect(parts!.scale).toBeCloseTo(1, 4);
    expect((await measure(truth, { ...options, normalise: false })).value).toBeLessThan(1e-8 * parts!.zeros!);
  });

  test('twice the truth is wrong by all of the drops until it is normalised, and so, too, is its opposite', async () => {
    const double = await measure(
      truth.map((one) => 2 * one),
      { ...options, normalise: false },
    );
    expect(double.value! / double.parts!.zeros!).toBeCloseTo(1, 4);
    expect(double.parts!.scale).toBeCloseTo(0.5, 4);
    const opposite = await measure(
      truth.map((one) => -one),
      options,
    );
    expect(opposite.parts!.scale).toBeCloseTo(-1, 4);
    expect(opposite.parts!.raw! / opposite.parts!.zeros!).toBeCloseTo(4, 3);
    expect(opposite.value).toBeLessThan(1e-8 * opposite.parts!.zeros!);
  });

  test('a map of zeros has the mean square of the drops, and no map more once it is normalised', async () => {
    const none = await measure(new Float32Array(area), options);
    expect(none.value).toBe(none.parts!.zeros);
    expect(none.parts!.scale).toBe(0);
    expect(none.value).toBeGreaterThan(0);
    const random = await measure(drawn(area, 9, 2, -1), options);
    expect(random.parts!.zeros).toBe(none.value);
    expect(random.value).toBeLessThanOrEqual(none.value!);
    expect(random.value).toBeGreaterThan(1e-3 * none.value!);
  });
});

test('a square as large as the shorter side lies inside', async () => {
  const { value } = await measure(contributions, { side: 1, samples: 12 });
  expect(value).toBeLessThan(1e-6);
});
