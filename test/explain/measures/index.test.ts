import { afterAll, describe, expect, test } from 'vitest';
import { AbortedError } from '../../../src/explain/errors';
import { look } from '../../../src/explain/look';
import { findMeasure, measures } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { seededRandom } from '../../../src/explain/random';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const [height, width] = [30, 41];
const network = seededNetwork('tiny-resnet', 5, [height, width, 3], 6);
const seen = look(network, drawnPhoto(height, width, 7));
afterAll(() => seen.close());
const target = seen.target(2);

const box = (top: number, left: number, size: number) =>
  Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Number(y >= top && y < top + size && x >= left && x < left + size);
  });
const animal = box(8, 10, 12);
const measured: MeasureCase = {
  look: seen,
  target,
  mask: animal,
  things: [
    { name: 'animal', of: null, mask: animal, worth: 2 },
    { name: 'head', of: 'animal', mask: box(8, 10, 5), worth: 1 },
    { name: 'legs', of: 'animal', mask: box(15, 15, 4), worth: -0.3 },
    { name: 'ball', of: null, mask: box(24, 30, 5), worth: 0.1 },
    { name: 'background', of: null, mask: animal.map((inside) => 1 - inside), worth: -0.5 },
  ],
  twin: seededNetwork('tiny-resnet', 5, [height, width, 3], 8),
  seed: 3,
};

/** Less work than the defaults. */
const few: Readonly<Record<string, object>> = {
  'smooth-randomisation': { samples: 2 },
  'faithfulness-correlation': { subsets: 12 },
  'sensitivity-n': { subsets: 5, sizes: 3 },
  'mu-fidelity': { subsets: 12 },
  infidelity: { samples: 12 },
  deletion: { step: 0.1, fill: 'road' },
  insertion: { step: 0.2 },
  'symmetric-relevance-gain': { step: 0.2 },
  'region-deletion': { regions: 4 },
  irof: { segments: 12 },
};

/** A map that no method made. */
const foreign = (name: string, values: Float32Array, signed = false): MeasuredMap => ({
  name,
  values,
  signed,
  seeded: false,
  remake: null,
  cost: null,
});
const random = seededRandom(1);
const noise = foreign(
  'noise',
  Float32Array.from({ length: height * width }, () => random()),
);
const even = foreign('even', new Float32Array(height * width));

test('an unknown measure is refused with those there are', () => {
  expect(() => findMeasure('relevance-mas')).toThrow('did you mean: relevance-mass');
});

describe.each(measures.map(({ name }) => name))('%s', (name) => {
  const measure = findMeasure(name);
  const asked = few[name] ?? {};

  test('maps measured together are what each is alone, and the same call gives the same numbers', async () => {
    const maps = [await mapByMethod(findMethod('saliency'), seen, target), noise];
    maps.push(await mapByMethod(findMethod('grad-cam'), seen, target));
    const before = passingTensors();
    const together = await measure.measure(measured, maps, asked);
    expect(passingTensors()).toBe(before);
    expect(together).toHaveLength(maps.length);
    for (const [i, map] of maps.entries()) {
      const [alone] = await measure.measure(measured, [map], asked);
      if (measure.question !== 'cost') expect(together[i]).toEqual(alone);
      if (alone === null || alone === undefined) continue;
      if (alone.value === null) expect(alone.notes?.length).toBeGreaterThan(0);
      else expect(Number.isFinite(alone.value)).toBe(true);
      const [least, largest] = measure.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      if (alone.value !== null) expect(alone.value).toBeGreaterThanOrEqual(least - 1e-9);
      if (alone.value !== null) expect(alone.value).toBeLessThanOrEqual(largest + 1e-9);
    }
  });

  test('what it lacks makes it silent, and an even map is no error', async () => {
    const bare = { ...measured, mask: null, things: null, twin: null };
    const [outcome] = await measure.measure(bare, [even], asked);
    if (measure.needs.length > 0) expect(outcome).toBeNull();
    const [whole] = await measure.measure(measured, [even], asked);
    for (const one of [outcome, whole]) {
      if (one?.value === null) expect(one.notes?.length).toBeGreaterThan(0);
      else if (one) expect(Number.isFinite(one.value)).toBe(true);
    }
  });

  test('a map of another size, and an option that it does not have, are refused', async () => {
    const small = foreign('small', new Float32Array(5));
    await expect(measure.measure(measured, [small], asked)).rejects.toThrow('a map of 5 values by small');
    await expect(measure.measure(measured, [noise], { ...asked, stepz: 1 } as object)).rejects.toThrow(
      'takes no stepz',
    );
  });

  test('an interrupted run ends with AbortedError or before its first pass', async () => {
    const maps = [await mapByMethod(findMethod('saliency'), seen, target)];
    const stop = new AbortController();
    stop.abort();
    const before = passingTensors();
    const run = measure.measure(measured, maps, { ...asked, signal: stop.signal });
    await run.catch((error: unknown) => expect(error).toBeInstanceOf(AbortedError));
    expect(passingTensors()).toBe(before);
  });
});
