import { expect, test } from 'vitest';
import type { MeasureCase, Thing } from '../../../src/explain/measures/define-measure';
import { redrawnSignMeasure } from '../../../src/explain/measures/redrawn-sign';
import { mapOf, thingOf } from '../../support/measured-maps';

const strip = (from: number, to: number) => Uint8Array.from({ length: 6 }, (_, i) => Number(i >= from && i < to));
const things = [
  thingOf('animal', strip(0, 2), 4),
  thingOf('ball', strip(2, 3), -2),
  thingOf('background', strip(3, 6), 1),
  thingOf('head', strip(0, 1), 0.4, 'animal'),
];
const measure = async (values: readonly number[], options = {}, more = {}, all: readonly Thing[] = things) => {
  const measured = { look: { input: { height: 1, width: 6 } }, mask: null, things: all } as unknown as MeasureCase;
  return (await redrawnSignMeasure.measure(measured, [mapOf(values, more)], options))[0]!;
};

test('things whose sum has the worth’s sign are counted; those within the margin are not', async () => {
  expect(await measure([3, -1, -1, 0, 2, -1])).toEqual({ value: 1, parts: { things: 3, positive: 2 / 3 } });
  expect((await measure([-3, 1, 1, 0, -2, 1])).value).toBe(0);
  expect(await measure([-1, 3, -1, 0, 2, -1], { margin: 0 })).toEqual({
    value: 0.75,
    parts: { things: 4, positive: 0.75 },
  });
});

test('a map that is positive everywhere has the share of positive worths', async () => {
  const { value, parts } = await measure([1, 1, 1, 1, 1, 1]);
  expect(value).toBe(parts!.positive);
});

test('a sum of 0 counts half', async () => {
  expect((await measure([0, 0, 0, 0, 0, 0])).value).toBe(0.5);
});

test('unsigned maps, and scenes where nothing has a worth, have no value and say why', async () => {
  expect(await measure([1, 1, 1, 1, 1, 1], {}, { signed: false })).toEqual({
    value: null,
    notes: ['the map has no sign'],
  });
  const idle = things.map((thing) => ({ ...thing, worth: 0 }));
  expect(await measure([1, 1, 1, 1, 1, 1], {}, {}, idle)).toEqual({
    value: null,
    notes: ['no thing of the scene has a clear worth'],
  });
});
