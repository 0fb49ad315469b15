import { expect, test } from 'vitest';
import type { MeasureCase, Thing } from '../../../src/explain/measures/define-measure';
import { redrawnOrderMeasure } from '../../../src/explain/measures/redrawn-order';
import { mapOf, thingOf } from '../../support/measured-maps';

/** A strip of eight pixels. */
const caseOf = (things: readonly Thing[]) =>
  ({ look: { input: { height: 1, width: 8 } }, mask: null, things }) as unknown as MeasureCase;
const strip = (from: number, to: number) => Uint8Array.from({ length: 8 }, (_, i) => Number(i >= from && i < to));
const animal = thingOf('animal', strip(0, 3), 4);
const ball = thingOf('ball', strip(3, 4), -2);
const background = thingOf('background', strip(4, 8), 1);
const whole = [animal, ball, background];
const measure = async (things: readonly Thing[], map: ReturnType<typeof mapOf>, options = {}) =>
  (await redrawnOrderMeasure.measure(caseOf(things), [map], options))[0]!;

test('the right order has 1, the opposite 0, and one of three pairs wrong two thirds', async () => {
  expect((await measure(whole, mapOf([1, 1, 1, -2, 0.25, 0.25, 0.25, 0.25]))).value).toBe(1);
  expect((await measure(whole, mapOf([0, 0, 0.1, 0.5, 1, 0, 0, 0]))).value).toBe(0);
  expect((await measure(whole, mapOf([1, 1, 1, 0.5, 1, 1, 0, 0]))).value).toBeCloseTo(2 / 3, 12);
});

test('ties count half, so that a map of zeros has what chance gives', async () => {
  expect((await measure(whole, mapOf(new Float32Array(8)))).value).toBe(0.5);
  expect((await measure(whole, mapOf([1, 0, 0, 1, 0.5, 0, 0, 0]))).value).toBeCloseTo(2.5 / 3, 12);
});

test('an even map orders by area, and its number is beside that of every map', async () => {
  const { value, parts } = await measure(whole, mapOf(new Float32Array(8).fill(0.2), { signed: false }));
  // Areas 3, 1, 4 against 4, 2, 1: the background, largest and worth least, is wrong twice.
  expect(value).toBeCloseTo(1 / 3, 12);
  expect(parts).toEqual({ pairs: 3, even: value });
  expect((await measure(whole, mapOf([1, 1, 1, 1, 0, 0, 0, 0]))).parts!.even).toBe(value);
});

test('for and against cancel in a signed map, as they do in a worth; an unsigned one has no against', async () => {
  const noisy = [5, -5, 0, 1, 0, 0, 0, 0];
  const pair = [animal, ball];
  expect((await measure(pair, mapOf(noisy))).value).toBe(0);
  expect((await measure(pair, mapOf(noisy, { signed: false }))).value).toBe(1);
});

test('parts are compared with parts of the same thing alone', async () => {
  const head = thingOf('head', strip(0, 1), 3, 'animal');
  const legs = thingOf('legs', strip(2, 3), 0.5, 'animal');
  const valve = thingOf('valve', strip(3, 4), 2, 'ball');
  const map = mapOf([3, 0, 1, 2, 0.5, 0, 0, 0]);
  const { value, parts } = await measure([...whole, head, legs, valve], map);
  expect(parts!.pairs).toBe(4);
  expect(value).toBe(1);
  expect((await measure([animal, head], map)).value).toBeNull();
  expect((await measure([head, valve], map)).value).toBeNull();
});

test('pairs that do not differ by more than the margin are no pairs', async () => {
  const near = [thingOf('a', strip(0, 2), 4), thingOf('b', strip(2, 4), -3.7), thingOf('c', strip(4, 6), 3.5)];
  const map = mapOf([1, 0, 2, 0, 3, 0, 0, 0]);
  const outcome = await measure(near, map);
  expect(outcome.parts!.pairs).toBe(1);
  expect(outcome.value).toBe(0);
  expect((await measure(near, map, { margin: 0 })).parts!.pairs).toBe(3);
  expect(await measure(near, map, { margin: 0.2 })).toEqual({
    value: null,
    notes: ['no two things of the scene differ clearly in worth'],
  });
});

test('a scene in which nothing has a worth, and an empty one, have no pair', async () => {
  const idle = whole.map((thing) => ({ ...thing, worth: 0 }));
  expect((await measure(idle, mapOf(new Float32Array(8)))).value).toBeNull();
  expect((await measure([], mapOf(new Float32Array(8)))).value).toBeNull();
});
