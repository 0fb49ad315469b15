import { afterAll, describe, expect, test } from 'vitest';
import { memoryJournal } from '../../../src/explain/journal';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import { area } from '../../../src/explain/measures/area';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { openRemoval, removalFills } from '../../../src/explain/measures/fill-removed';
import { imputeLinearly } from '../../../src/explain/measures/linear-imputation';
import { removalCounts, removalOrder } from '../../../src/explain/measures/removal-order';
import { seededRandom } from '../../../src/explain/random';
import { drawn, linearNetwork, seededNetwork } from '../../support/networks';
import { drawnPhoto, largestDifference } from '../../support/pictures';

const [height, width] = [12, 17];
const pixels = height * width;
const photo = drawnPhoto(height, width, 3);
const weights = drawn(2 * pixels * 3, 4, 2, -1);
const network = linearNetwork([height, width], weights, [0.5, -1]);
const at = look(network, photo);
afterAll(() => at.close());
const difference = at.target({ difference: [1, 0] });
const measured: MeasureCase = { look: at, target: difference, mask: null, things: null, seed: 1 };

const mapOf = (name: string, values: Float32Array): MeasuredMap => ({
  name,
  values,
  signed: true,
  seeded: false,
  remake: null,
  cost: null,
});
const ask = async (name: string, values: Float32Array, options: object = {}) => {
  const [outcome] = await findMeasure(name).measure(measured, [mapOf('map', values)], options);
  return outcome!;
};

/** What each pixel is worth to the linear score above black. */
const worth = Float32Array.from({ length: pixels }, (_, i) =>
  [0, 1, 2].reduce((sum, c) => {
    const slope = weights[(pixels + i) * 3 + c]! - weights[i * 3 + c]!;
    return sum + (slope * photo.pixels[i * 3 + c]!) / 255;
  }, 0),
);
const random = (seed: number) => drawn(pixels, seed);

describe('a linear score, whose best order is its worths’', () => {
  const options = { step: 3, fill: 'black' };

  test('no order has a greater gain, lower deletion or higher insertion', async () => {
    for (const [name, sign] of [
      ['symmetric-relevance-gain', 1],
      ['deletion', -1],
      ['insertion', 1],
    ] as const) {
      const best = (await ask(name, worth, options)).value! * sign;
      const others = [random(8), worth.map((value) => value ** 2), worth.map((value) => -value)];
      for (const other of others) expect((await ask(name, other, options)).value! * sign).toBeLessThan(best - 0.5);
      expect(
        (
          await ask(
            name,
            worth.map((value) => Math.tanh(value)),
            options,
          )
        ).value! * sign,
      ).toBeCloseTo(best, 4);
    }
  });

  test('the curve is the running sum of the worths, from the photo to the fill', async () => {
    const { curve, value } = await ask('deletion', worth, options);
    const falling = worth.toSorted((a, b) => b - a);
    const expected = curve!.x.map(
      (share) => difference.logit - falling.slice(0, Math.round(share * pixels)).reduce((sum, one) => sum + one, 0),
    );
    expect(largestDifference(curve!.y, expected)).toBeLessThan(1e-3);
    expect(curve!.y[0]).toBe(difference.logit);
    expect(curve!.y.at(-1)).toBeCloseTo(-1.5, 4);
    expect(value).toBeCloseTo(area(curve!.x, expected), 3);
  });

  test('insertion is the area of removing the lowest first', async () => {
    const insertion = await ask('insertion', worth, { ...options, step: 0.1 });
    const gain = await ask('symmetric-relevance-gain', worth, { ...options, step: 0.1 });
    expect(insertion.value).toBeCloseTo(gain.parts!.LIF!, 6);
    expect(gain.value).toBeCloseTo(gain.parts!.LIF! - gain.parts!.MIF!, 6);
    expect(area(gain.curve!.x, gain.curve!.y)).toBeCloseTo(gain.value!, 6);
  });

  test('of random maps, and of an even one under several seeds, the gain is about 0', async () => {
    const best = (await ask('symmetric-relevance-gain', worth, options)).value!;
    const gains: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      gains.push((await ask('symmetric-relevance-gain', random(100 + seed), options)).value!);
      const even = mapOf('even', new Float32Array(pixels));
      const [outcome] = await findMeasure('symmetric-relevance-gain').measure({ ...measured, seed }, [even], options);
      gains.push(outcome!.value!);
    }
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    expect(Math.abs(mean)).toBeLessThan(0.1 * best);
    for (const gain of gains) expect(Math.abs(gain)).toBeLessThan(0.4 * best);
  });

  test('what the fill alone does is said: half of the cells take half of a score that is even', async () => {
    const flat = linearNetwork([height, width], new Float32Array(2 * pixels * 3).fill(0.01, pixels * 3), [0, 0]);
    const white = { ...photo, pixels: new Uint8Array(pixels * 3).fill(255) };
    const seen = look(flat, white);
    const one: MeasureCase = { ...measured, look: seen, target: seen.target({ difference: [1, 0] }) };
    const [outcome] = await findMeasure('deletion').measure(one, [mapOf('map', worth)], { step: 0.5 });
    const { photo: whole, half, fill } = outcome!.parts!;
    expect(fill).toBeCloseTo(0, 6);
    expect(half! / whole!).toBeGreaterThan(0.4);
    expect(half! / whole!).toBeLessThan(0.6);
    expect(outcome!.notes![0]).toContain('with a random half of the photo removed the score is');
    seen.close();
  });
});

test('orders: equal values in a seeded order that does not begin with the first rows', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => (i % 50 === 0 ? 5 : 1));
  const order = removalOrder(values, 7);
  expect([...order.slice(0, 8)].sort((a, b) => a - b)).toEqual([0, 50, 100, 150, 200, 250, 300, 350]);
  expect([...order].sort((a, b) => a - b)).toEqual([...values.keys()]);
  expect(removalOrder(values, 7)).toEqual(order);
  expect(removalOrder(values, 8)).not.toEqual(order);
  const half = [...order.slice(8, 204)].reduce((sum, place) => sum + place, 0) / 196;
  expect(Math.abs(half - 199.5)).toBeLessThan(40);
});

test.each([
  [100, 0.02, 51, 2],
  [100, 0.3, 5, 30],
  [50176, 224, 225, 224],
  [7, 0.02, 8, 1],
  [10, 3, 5, 3],
  [10, 1000, 2, 10],
] as const)('%i pixels by a step of %d: %i points', (count, step, points, first) => {
  const counts = removalCounts(count, step);
  expect(counts).toHaveLength(points);
  expect([counts[0], counts[1], counts.at(-1)]).toEqual([0, first, count]);
  for (let i = 1; i < counts.length; i++) expect(counts[i]!).toBeGreaterThan(counts[i - 1]!);
});

describe.each(removalFills)('fill %s', (fill) => {
  const removal = openRemoval(at.input, network.preprocessing, fill, 5);
  const holes = Uint8Array.from({ length: pixels }, (_, i) => Number(i % 3 === 0));

  test('changes what is removed and nothing else, the same way each time', () => {
    const [one, two] = [at.input.values.slice(), at.input.values.slice()];
    removal(one, holes);
    removal(two, holes);
    expect(one).toEqual(two);
    const kept = (values: Float32Array) => values.filter((_, i) => holes[Math.floor(i / 3)] === 0);
    expect(kept(one)).toEqual(kept(at.input.values));
    expect(largestDifference(one, at.input.values)).toBeGreaterThan(0.1);
  });

  test('all of the photo can go', () => {
    const all = at.input.values.slice();
    removal(all, new Uint8Array(pixels).fill(1));
    expect(all.every(Number.isFinite)).toBe(true);
    const none = at.input.values.slice();
    removal(none, new Uint8Array(pixels));
    expect(none).toEqual(at.input.values);
  });
});

describe('linear imputation', () => {
  test('a plane is itself, whatever is missing inside', () => {
    const [h, w] = [40, 53];
    const plane = Float32Array.from({ length: h * w }, (_, i) => 0.3 * Math.floor(i / w) - 0.2 * (i % w) + 2);
    const holed = plane.slice();
    const missing = Uint8Array.from({ length: h * w }, (_, i) => {
      const [y, x] = [Math.floor(i / w), i % w];
      return Number(y > 0 && y < h - 1 && x > 0 && x < w - 1);
    });
    missing.forEach((gone, i) => {
      if (gone === 1) holed[i] = -99;
    });
    imputeLinearly(holed, missing, [h, w]);
    expect(largestDifference(holed, plane)).toBeLessThan(1e-2);
  });

  test('one pixel that is left fills all', () => {
    const values = new Float32Array(20 * 20 * 3).fill(7);
    values.set([1, 2, 3], 3 * 137);
    const missing = new Uint8Array(400).fill(1);
    missing[137] = 0;
    imputeLinearly(values, missing, [20, 20]);
    expect(values).toEqual(Float32Array.from({ length: 1200 }, (_, i) => 1 + (i % 3)));
  });

  test('each missing pixel is the weighted mean of its neighbours, also at 224 px with nine of ten gone', () => {
    const side = 224;
    const uniform = seededRandom(2);
    const values = Float32Array.from({ length: side * side }, () => uniform());
    const missing = Uint8Array.from(values, (_, i) => Number(i % side < 190 || uniform() < 0.5));
    imputeLinearly(values, missing, [side, side]);
    let worst = 0;
    for (let y = 1; y < side - 1; y++) {
      for (let x = 1; x < side - 1; x++) {
        const v = (dy: number, dx: number) => values[(y + dy) * side + x + dx]!;
        const near = (v(-1, 0) + v(1, 0) + v(0, -1) + v(0, 1)) / 6;
        const across = (v(-1, -1) + v(-1, 1) + v(1, -1) + v(1, 1)) / 12;
        if (missing[y * side + x] === 1) worst = Math.max(worst, Math.abs(v(0, 0) - near - across));
      }
    }
    expect(worst).toBeLessThan(1e-5);
  });

  test('ROAD’s noise has the size that its authors’ has', () => {
    const flat = { ...at.input, values: new Float32Array(pixels * 3).fill(0.5) };
    const copy = flat.values.slice();
    openRemoval(
      flat,
      network.preprocessing,
      'road',
      5,
    )(
      copy,
      Uint8Array.from({ length: pixels }, (_, i) => i % 2),
    );
    const noise = copy.filter((_, i) => Math.floor(i / 3) % 2 === 1).map((value) => value - 0.5);
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length);
    expect(deviation).toBeGreaterThan(0.008);
    expect(deviation).toBeLessThan(0.012);
  });
});

describe('deletion by regions', () => {
  const cellOf = (i: number) => [Math.floor(i / width / 3), Math.floor((i % width) / 5)].join();
  const sums = new Map<string, number>();
  worth.forEach((value, i) => {
    sums.set(cellOf(i), (sums.get(cellOf(i)) ?? 0) + value);
  });
  const byCell = Float32Array.from({ length: pixels }, (_, i) => sums.get(cellOf(i))!);

  test('of a linear score, the order of single cells is that of their worths, and its curve their running sum', async () => {
    const { value, curve, curves, parts } = await ask('region-deletion', byCell, { regions: 4, fill: 'black' });
    const order = [...sums.values()].sort((a, b) => b - a);
    let left = difference.logit;
    const expected = [left, ...order.map((one) => (left -= one))];
    expect(largestDifference(curve!.y, expected)).toBeLessThan(1e-3);
    expect(largestDifference(curves!['order of single cells']!.y, expected)).toBeLessThan(1e-3);
    expect(parts!['rank correlation with single cells']).toBeCloseTo(1, 6);
    expect(value).toBeCloseTo(parts!['order of single cells']!, 4);
    expect([curve!.x[0], curve!.x.at(-1)]).toEqual([0, 1]);
  });

  test('the other way round it is as wrong as can be', async () => {
    const turned = byCell.map((one) => -one);
    const { value, parts } = await ask('region-deletion', turned, { regions: 4, fill: 'black' });
    expect(parts!['rank correlation with single cells']).toBeCloseTo(-1, 6);
    expect(value!).toBeGreaterThan(parts!['order of single cells']! + 1);
  });
});

describe('maps as masks', () => {
  const small = seededNetwork('tiny-resnet', 4, [height, width, 3], 11);
  const seen = look(small, photo);
  afterAll(() => seen.close());
  const one = (target: number): MeasureCase => ({ ...measured, look: seen, target: seen.target(target) });

  test('a map that is 1 but for one pixel keeps nearly all, and one that is 0 but for one leaves the fill', async () => {
    const keeping = new Float32Array(pixels).fill(1);
    keeping[0] = 0;
    const hiding = keeping.map((value) => 1 - value);
    for (const target of [0, 1, 2, 3]) {
      const [kept, hidden] = await findMeasure('average-drop').measure(one(target), [
        mapOf('keeping', keeping),
        mapOf('hiding', hiding),
      ]);
      const { photo: whole, masked } = kept!.parts!;
      expect(whole).toBeCloseTo(seen.target(target).probability!, 6);
      expect(Math.abs(masked! - whole!)).toBeLessThan(Math.abs(hidden!.parts!.masked! - whole!) + 0.02);
      const [gain] = await findMeasure('average-gain').measure(one(target), [mapOf('hiding', hiding)]);
      const [rise] = await findMeasure('increase-in-confidence').measure(one(target), [mapOf('hiding', hiding)]);
      expect(rise!.value).toBe(Number(gain!.value! > 0));
      expect(gain!.value! * hidden!.value!).toBe(0);
    }
  });

  test.each(['average-drop', 'average-gain', 'increase-in-confidence', 'irof'])(
    '%s says nothing of a target without a probability',
    async (name) => {
      expect(await ask(name, worth)).toEqual({ value: null, notes: ['the target has no probability'] });
    },
  );

  test.each(['average-drop', 'average-gain', 'increase-in-confidence'])(
    '%s says nothing of an even map',
    async (name) => {
      const [outcome] = await findMeasure(name).measure(one(1), [mapOf('even', new Float32Array(pixels).fill(3))]);
      expect(outcome).toEqual({ value: null, notes: ['the map is even'] });
    },
  );
});

test('a map with a value that is no number is refused', async () => {
  const broken = worth.slice();
  broken[5] = Number.NaN;
  await expect(ask('deletion', broken)).rejects.toThrow('a map by map holds NaN (allowed: finite numbers)');
});

test.each([0, 1.5, -3, Number.NaN, '0.1'])('a step of %s is refused', async (step) => {
  await expect(ask('deletion', worth, { step })).rejects.toThrow('step: ');
});

test('an interrupted deletion goes on where it was, and another map’s scores are not taken for it', async () => {
  const journal = memoryJournal();
  const whole = await ask('deletion', worth, { step: 0.1, journal });
  const stop = new AbortController();
  const interrupted = ask('deletion', random(3), {
    step: 0.1,
    journal,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(interrupted).rejects.toThrow('interrupted');
  const resumed = await ask('deletion', random(3), { step: 0.1, journal });
  expect(resumed).toEqual(await ask('deletion', random(3), { step: 0.1 }));
  expect(resumed.value).not.toBe(whole.value);
});
