import { afterAll, expect, test } from 'vitest';
import type { MeasureCase, MeasuredMap, Thing } from '../../../src/explain/measures/define-measure';
import { redrawnOrderMeasure } from '../../../src/explain/measures/redrawn-order';
import { redrawnShareMeasure } from '../../../src/explain/measures/redrawn-share';
import { redrawnSignMeasure } from '../../../src/explain/measures/redrawn-sign';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { openForward } from '../../../src/explain/network/executors/forward';
import { linearCase, thingOf } from '../../support/measured-maps';
import { drawn } from '../../support/networks';

const [height, width] = [10, 12];
const { measured: linear, close } = linearCase(height, width, drawn(height * width * 3, 21, 2, -1));
afterAll(close);
const { network, input } = linear.look;

/** The score less that with a mask's pixels painted black, by the network itself. */
function worthOf(mask: Uint8Array): number {
  const session = openForward(network);
  try {
    const without = input.values.map((value, i) => (mask[Math.floor(i / 3)] === 0 ? value : 0));
    return linear.target.logit - session.run(without, 1)[0]!;
  } finally {
    session.close();
  }
}

const box = (top: number, left: number, size: number) =>
  Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return Number(y >= top && y < top + size && x >= left && x < left + size);
  });
const thing = (name: string, mask: Uint8Array, of: string | null = null): Thing =>
  thingOf(name, mask, worthOf(mask), of);
const [animal, ball] = [box(1, 1, 6), box(6, 8, 3)];
const things = [
  thing('animal', animal),
  thing('head', box(1, 1, 3), 'animal'),
  thing('legs', box(4, 4, 3), 'animal'),
  thing('ball', ball),
  thing(
    'background',
    animal.map((one, i) => Number(one === 0 && ball[i] === 0)),
  ),
];
const measured: MeasureCase = { ...linear, things };
const all = [redrawnOrderMeasure, redrawnSignMeasure, redrawnShareMeasure];
const values = async (map: MeasuredMap) => {
  const outcomes = await Promise.all(all.map((one) => one.measure(measured, [map])));
  return outcomes.map((one) => one[0]!.value);
};

test('of a network that adds its pixels up, input × gradient is what drawing again measures', async () => {
  expect(new Set(things.map(({ worth }) => Math.sign(worth)))).toEqual(new Set([-1, 1]));
  const [order, sign, share] = await values(
    await mapByMethod(findMethod('input-x-gradient'), linear.look, linear.target),
  );
  expect([order, sign]).toEqual([1, 1]);
  expect(share).toBeCloseTo(1, 4);
});
