import { expect, test } from 'vitest';
import type { MeasureCase, Thing } from '../../../src/explain/measures/define-measure';
import { redrawnShareMeasure } from '../../../src/explain/measures/redrawn-share';
import { mapOf, thingOf } from '../../support/measured-maps';

const strip = (from: number, to: number) => Uint8Array.from({ length: 8 }, (_, i) => Number(i >= from && i < to));
const animal = thingOf('animal', strip(0, 2), 5);
const ball = thingOf('ball', strip(2, 4), -3);
/** Its mask lies over the ball, as that of all but the animal does. */
const background = thingOf('background', strip(2, 8), 2);
const head = thingOf('head', strip(0, 1), 4, 'animal');
const things = [animal, head, ball, background];
const measure = async (values: readonly number[], more = {}, all: readonly Thing[] = things) => {
  const measured = { look: { input: { height: 1, width: 8 } }, mask: null, things: all } as unknown as MeasureCase;
  return (await redrawnShareMeasure.measure(measured, [mapOf(values, more)]))[0]!;
};

test('the worths’ own shares have 1, whatever the scale and the signs; parts do not count twice', async () => {
  const { value, parts } = await measure([25, 25, -30, 0, 5, 5, 5, 5]);
  expect(value).toBeCloseTo(1, 12);
  expect(parts!.background).toBeCloseTo(0.2, 12);
  expect(parts!.worth).toBeCloseTo(0.2, 12);
});

test('mass on one thing alone has that thing’s share of worth, and on a thing without worth 0', async () => {
  expect((await measure([1, 0, 0, 0, 0, 0, 0, 0])).value).toBeCloseTo(0.5, 12);
  expect((await measure([0, 0, 0, 1, 0, 0, 0, 0])).value).toBeCloseTo(0.3, 12);
  expect((await measure([0, 0, 0, 0, 0, 0, 1, 0])).value).toBeCloseTo(0.2, 12);
  const idle = [animal, { ...ball, worth: 0 }, background];
  expect((await measure([0, 0, 1, 0, 0, 0, 0, 0], {}, idle)).value).toBe(0);
});

test('an even map has the areas, and every map its number beside', async () => {
  const { value, parts } = await measure(new Array(8).fill(0.4), { signed: false });
  // Areas 1/4, 1/4, 1/2 against 5/10, 3/10, 2/10.
  expect(value).toBeCloseTo(1 - (0.25 + 0.05 + 0.3) / 2, 12);
  expect(parts!.even).toBeCloseTo(value!, 12);
  expect(parts!.background).toBeCloseTo(0.5, 12);
});

test('pixels of no thing are the background’s', async () => {
  const narrow = [animal, ball, { ...background, mask: strip(7, 8) }];
  const values = [5, 0, 3, 0, 2, 0, 0, 0];
  expect((await measure(values, {}, narrow)).value).toBeCloseTo(1, 12);
});

test('without a background’s worth, any worth, or mass there is no value, and a note says why', async () => {
  const none = (note: string) => ({ value: null, notes: [note] });
  const values = new Array<number>(8).fill(1);
  expect(await measure(values, {}, [animal, ball])).toEqual(none('the background’s worth is not known'));
  const idle = things.map((thing) => ({ ...thing, worth: 0 }));
  expect(await measure(values, {}, idle)).toEqual(none('nothing in the scene has a worth'));
  expect(await measure([1, -1, 0, 0, 0, 0, 0, 0])).toEqual(none('the map has no mass on any thing'));
});
