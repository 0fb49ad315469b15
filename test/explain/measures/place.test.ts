import { describe, expect, test } from 'vitest';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap, MeasureOutcome } from '../../../src/explain/measures/define-measure';
import golden from '../../golden/measures_place.json';

const { height, width } = golden;
const size = height * width;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const floats = (text: string) => new Float32Array(bytes(text).buffer);

const mapOf = (values: Float32Array): MeasuredMap => ({
  name: 'map',
  values,
  signed: true,
  seeded: false,
  remake: null,
  cost: null,
});
/** Measures of place read nothing of a look but its input's size. */
const caseOf = (mask: Uint8Array, shape = { height, width }) => ({ look: { input: shape }, mask }) as MeasureCase;

async function outcomeOf(name: string, values: Float32Array, mask: Uint8Array, options = {}): Promise<MeasureOutcome> {
  const [outcome] = await findMeasure(name).measure(caseOf(mask), [mapOf(values)], options);
  return outcome!;
}

const box = (top: number, left: number, bottom: number, right: number) =>
  Uint8Array.from({ length: size }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Number(y >= top && y <= bottom && x >= left && x <= right);
  });

describe.each(golden.cases)('of $name, other libraries say the same', (one) => {
  const [values, mask] = [floats(one.values), bytes(one.mask)];
  const share = mask.reduce((sum, inside) => sum + inside, 0) / size;

  test('relevance mass, AUC and box', async () => {
    if (one.mass === 0) expect((await outcomeOf('relevance-mass', values, mask)).value).toBe(0);
    else expect((await outcomeOf('relevance-mass', values, mask)).value).toBeCloseTo(one.mass, 12);
    const auc = await outcomeOf('localisation-auc', values, mask);
    expect(auc.value).toBeCloseTo(one.auc, 12);
    expect(auc.parts).toEqual({ chance: 0.5 });
    const iou = await outcomeOf('box-iou', values, mask);
    expect(iou.value).toBeCloseTo(one.iou, 12);
    expect(iou.parts!.hit).toBe(Number(one.iou >= 0.5));
  });

  test('shares of the highest pixels, ties broken by lot', async () => {
    const rank = await outcomeOf('relevance-rank', values, mask);
    expect(Math.abs(rank.value! - one.rank)).toBeLessThanOrEqual(4 * one.rank_error + 1e-12);
    expect(rank.parts!.chance).toBeCloseTo(share, 12);
    const top = await outcomeOf('top-k-intersection', values, mask);
    expect(Math.abs(top.value! - one.top)).toBeLessThanOrEqual(4 * one.top_error + 1e-12);
    expect(top.parts!.influence).toBeCloseTo(top.value! / share, 12);
  });

  test('pointing, with its tolerance', async () => {
    const { value, parts } = await outcomeOf('pointing-game', values, mask);
    expect(value).toBe(one.pointing);
    expect(parts!.chance).toBeCloseTo(one.reach, 12);
  });
});

test('the golden maps hold hits and misses, and plateaus on which the libraries differ', () => {
  const count = (test: (one: (typeof golden.cases)[number]) => boolean) => golden.cases.filter(test).length;
  expect(count(({ pointing }) => pointing === 1)).toBeGreaterThan(2);
  expect(count(({ pointing }) => pointing === 0)).toBeGreaterThan(2);
  expect(count((one) => one.pointing !== one.quantus_pointing)).toBe(2);
  expect(count((one) => one.rank_error > 0)).toBeGreaterThan(2);
});

describe('maps of which the answer is plain', () => {
  const mask = box(5, 6, 14, 17);
  const share = 120 / size;

  test('the object itself has every best value', async () => {
    const map = Float32Array.from(mask);
    for (const name of ['relevance-mass', 'relevance-rank', 'top-k-intersection', 'localisation-auc', 'box-iou']) {
      expect((await outcomeOf(name, map, mask)).value).toBe(1);
    }
    expect((await outcomeOf('pointing-game', map, mask)).value).toBe(1);
  });

  test('an even map has the chance level, and points at the middle', async () => {
    const map = new Float32Array(size).fill(0.3);
    for (const name of ['relevance-mass', 'relevance-rank', 'top-k-intersection', 'localisation-auc']) {
      const { value, parts } = await outcomeOf(name, map, mask);
      expect(value).toBeCloseTo(parts!.chance!, 6);
    }
    const iou = await outcomeOf('box-iou', map, mask);
    expect(iou.value).toBe(iou.parts!.whole);
    expect(iou.value).toBeCloseTo(share, 12);
    for (const object of [mask, box(0, 0, 3, 3)]) {
      const { value, parts } = await outcomeOf('pointing-game', map, object);
      expect(value).toBe(parts!.centre);
    }
  });

  test('the mean over all places of a single point is the chance of pointing', async () => {
    const object = box(9, 20, 20, 28);
    let hits = 0;
    let chance = 0;
    for (let i = 0; i < size; i++) {
      const map = new Float32Array(size);
      map[i] = 1;
      const { value, parts } = await outcomeOf('pointing-game', map, object);
      hits += value!;
      chance = parts!.chance!;
    }
    expect(hits / size).toBeCloseTo(chance, 12);
  });

  test('a map with nothing positive points nowhere but still ranks', async () => {
    const map = Float32Array.from(mask, (inside) => inside - 2);
    for (const name of ['relevance-mass', 'pointing-game', 'box-iou']) {
      expect(await outcomeOf(name, map, mask)).toEqual({ value: null, notes: ['the map has no positive value'] });
    }
    expect((await outcomeOf('localisation-auc', map, mask)).value).toBe(1);
    expect((await outcomeOf('relevance-rank', map, mask)).value).toBe(1);
  });

  test('no object, and nothing but the object, are said and not measured', async () => {
    const map = Float32Array.from(mask);
    for (const name of ['relevance-mass', 'relevance-rank', 'top-k-intersection', 'localisation-auc', 'box-iou']) {
      const { value, notes } = await outcomeOf(name, map, new Uint8Array(size));
      expect([value, notes]).toEqual([null, ['the input shows nothing of the object']]);
    }
    const full = await outcomeOf('localisation-auc', map, new Uint8Array(size).fill(255));
    expect(full.notes).toEqual(['the object fills the input']);
  });

  test('of two pieces the larger is boxed, and pixels that touch at a corner are one piece', async () => {
    const small = box(0, 0, 2, 2);
    const large = box(10, 10, 14, 15);
    const both = Float32Array.from(small, (one, i) => one * 5 + large[i]! * 2);
    expect((await outcomeOf('box-iou', both, large)).value).toBe(1);
    expect((await outcomeOf('box-iou', both, large, { threshold: 0.5 })).value).toBe(0);
    const corner = box(15, 16, 15, 16);
    const joint = Float32Array.from(large, (one, i) => one + corner[i]!);
    expect((await outcomeOf('box-iou', joint, box(10, 10, 15, 16))).value).toBe(1);
  });

  test('top-k takes the share that it is told, and refuses none', async () => {
    const map = Float32Array.from({ length: size }, (_, i) => size - i);
    const object = box(0, 0, 0, width - 1);
    expect((await outcomeOf('top-k-intersection', map, object, { top: (2 * width) / size })).value).toBe(0.5);
    expect((await outcomeOf('top-k-intersection', map, object, { top: 1e-9 })).value).toBe(1);
    await expect(outcomeOf('top-k-intersection', map, object, { top: 0 })).rejects.toThrow('top: 0');
  });
});
