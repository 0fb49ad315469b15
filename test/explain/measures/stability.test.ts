import { afterAll, expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { relativeChange } from '../../../src/explain/measures/relative-stability';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { drawn, linearNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const [height, width] = [12, 15];
const size = height * width;
const weights = drawn(2 * size * 3, 2, 2, -1);
const network = linearNetwork([height, width], weights, [0, 0]);
const seen = look(network, drawnPhoto(height, width, 1));
afterAll(() => seen.close());
const measured: MeasureCase = { look: seen, target: seen.target(), mask: null, things: null, seed: 4 };

/** A map of one's own: what it is for the case, and what for a change. */
const mapOf = (values: Float32Array, remake: NonNullable<MeasuredMap['remake']>): MeasuredMap => ({
  name: 'own',
  values,
  signed: true,
  seeded: true,
  remake,
  cost: null,
});
const ask = async (name: string, maps: readonly MeasuredMap[], options: object = {}, of = measured) =>
  (await findMeasure(name).measure(of, maps, options)).map((one) => one!);
const byMethod = (name: string) => mapByMethod(findMethod(name), seen, measured.target);

test('of a linear network the gradient does not change at all, and the gradient times the input by the slope times the step', async () => {
  const maps = [await byMethod('saliency'), await byMethod('input-x-gradient')];
  const [saliency, product] = await ask('rounding', maps, { step: 1e-3, draws: 3 });
  expect(saliency).toMatchObject({ value: 0, parts: { 'mean over draws': 0, 'share of pixels beyond': 0 } });
  // The slope of a linear network is a weight itself, and exact; times the input it is rounded.
  expect(saliency!.parts!['difference to float64']).toBe(0);
  expect(product!.parts!['difference to float64']).toBeLessThan(1e-6);
  const own = weights.subarray(measured.target.index! * size * 3, (measured.target.index! + 1) * size * 3);
  const most = Math.max(
    ...Array.from({ length: size }, (_, i) => own.slice(3 * i, 3 * i + 3).reduce((sum, w) => sum + Math.abs(w), 0)),
  );
  const range = Math.max(...seen.input.values) - Math.min(...seen.input.values);
  const span = Math.max(...maps[1]!.values) - Math.min(...maps[1]!.values);
  // No draw has the sign of every weight at every pixel; some pixel comes near.
  expect(product!.value!).toBeLessThanOrEqual((1e-3 * range * most * 1.001) / span);
  expect(product!.value!).toBeGreaterThan((0.5 * 1e-3 * range * most) / span);
  const [sensitivity] = await ask('max-sensitivity', [maps[0]!]);
  expect(sensitivity!.value).toBe(0);
  const [stability] = await ask('relative-output-stability', [maps[0]!]);
  expect(stability).toMatchObject({ value: null, notes: ['no draw changes the map: 0 has no logarithm'] });
});

test('rounding counts pixels, and says that an even map has no range', async () => {
  const values = Float32Array.from({ length: size }, (_, i) => i / (size - 1));
  const moved = values.map((value, i) => (i < 18 ? value + 0.01 : value + 0.0005));
  const maps = [mapOf(values, async () => moved), mapOf(new Float32Array(size).fill(3), async () => moved)];
  const [one, even] = await ask('rounding', maps);
  expect(one!.value).toBeCloseTo(0.01, 6);
  expect(one!.parts!['share of pixels beyond']).toBe(18 / size);
  expect(even).toEqual({ value: null, notes: ['the map is even: a change is no share of its range'] });
});

test('draws are the same for every map and measure, stay in the ball, and more of them begin with the same', async () => {
  const inputs: Float32Array[] = [];
  const own = mapOf(new Float32Array(size).fill(1), async ({ input }) => {
    inputs.push(input!);
    return new Float32Array(size).fill(2);
  });
  await ask('max-sensitivity', [own, own], { draws: 2, radius: 0.1 });
  await ask('relative-input-stability', [own], { draws: 3, radius: 0.1 });
  expect(inputs).toHaveLength(7);
  // Both maps of a draw one after the other.
  expect([inputs[1], inputs[3]]).toEqual([inputs[0], inputs[2]]);
  expect(inputs.slice(4, 6)).toEqual([inputs[0], inputs[2]]);
  for (const input of inputs) {
    const away = input.map((value, i) => Math.abs(value - seen.input.values[i]!));
    expect(Math.max(...away)).toBeLessThanOrEqual(0.1 + 1e-6);
    expect(Math.max(...away)).toBeGreaterThan(0.09);
  }
});

test('relative changes go pixel by pixel, and no pixel divides by less than a millionth of the largest', () => {
  expect(relativeChange(Float32Array.of(1, -2, 4), Float32Array.of(2, -1, 4))).toBeCloseTo(Math.hypot(1, 0.5), 6);
  expect(relativeChange(Float32Array.of(0, 4), Float32Array.of(0.5, 4))).toBeCloseTo(0.5 / 4e-6, 0);
  const [a, b] = [Float32Array.of(0, 3, 1), Float32Array.of(0.1, 3, 2)];
  const scaled = relativeChange(
    a.map((value) => 1000 * value),
    b.map((value) => 1000 * value),
  );
  expect(scaled / relativeChange(a, b)).toBeCloseTo(1, 5);
});

test('draws that change the best class are left out, and where all do there is no value', async () => {
  // The first class by a hair: about every second draw changes it.
  const close = linearNetwork([height, width], weights, [0, -measuredGap() + 1e-4]);
  const at = look(close, drawnPhoto(height, width, 1));
  const near: MeasureCase = { ...measured, look: at, target: at.target() };
  const own = mapOf(new Float32Array(size).fill(1), async () => new Float32Array(size).fill(2));
  const [some] = await ask('relative-output-stability', [own], { draws: 20 }, near);
  expect(some!.parts!['draws that keep the class']).toBeGreaterThan(3);
  expect(some!.parts!['draws that keep the class']).toBeLessThan(17);
  const few = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((seed) => ask('relative-input-stability', [own], { draws: 1 }, { ...near, seed })),
  );
  const none = few.map(([one]) => one!).filter(({ value }) => value === null);
  expect(none.length).toBeGreaterThan(0);
  expect(none[0]!.notes).toEqual(['each of 1 draws changes the best class']);
  at.close();

  /** By how much the second class is ahead. */
  function measuredGap(): number {
    return seen.outputs[1]! - seen.outputs[0]!;
  }
});

test('seed-error is the standard deviation over seeds as a share of the range, and a method without a seed has none', async () => {
  const base = Float32Array.from({ length: size }, (_, i) => (10 * i) / size);
  const seeds = new Set<number>();
  const own = mapOf(base, async ({ seed }) => {
    seeds.add(seed!);
    const normal = gaussian(seededRandom(seed!));
    return base.map((value) => value + 0.2 * normal());
  });
  const [noisy, steady, none] = await ask(
    'seed-error',
    [own, mapOf(base, async () => base), { ...own, seeded: false }],
    { seeds: 40 },
  );
  expect(seeds.size).toBe(40);
  expect(noisy!.value).toBeGreaterThan(0.019);
  expect(noisy!.value).toBeLessThan(0.021);
  expect(noisy!.parts!['of the mean of all seeds']).toBeCloseTo(noisy!.value! / Math.sqrt(40), 9);
  expect(noisy!.parts!['largest at a pixel']).toBeGreaterThan(noisy!.value!);
  expect(noisy!.parts!['rank correlation between seeds']).toBeGreaterThan(0.99);
  expect(steady!.value).toBe(0);
  expect(none).toEqual({ value: null, notes: ['own draws nothing by chance: each run gives the same map'] });
});

test('what RISE and LIME note of one seed is what many seeds show', async () => {
  for (const [name, options] of [
    ['rise', { masks: 120, cells: 4 }],
    ['lime', { samples: 120, segments: 8, penalty: 0.1 }],
  ] as const) {
    const method = findMethod(name);
    const target = { label: 'square', score: (logits: Float32Array) => Math.tanh(logits[0]! / 5) } as const;
    const { notes } = (await method.explain(seen, [target], options))[0]!;
    const share = Number(/standard error of (\S+) %/.exec(notes.at(-1)!)![1]) / 100;
    const map = await mapByMethod(method, seen, seen.target(target), options);
    const [error] = await ask('seed-error', [map], { seeds: 12 });
    expect(error!.value! / share, `${name}: ${error!.value} and ${share}`).toBeGreaterThan(0.6);
    expect(error!.value! / share, `${name}: ${error!.value} and ${share}`).toBeLessThan(1.6);
  }
});
