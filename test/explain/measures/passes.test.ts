import { expect, test } from 'vitest';
import type { MeasureCase } from '../../../src/explain/measures/define-measure';
import { passesMeasure } from '../../../src/explain/measures/passes';
import { secondsMeasure } from '../../../src/explain/measures/seconds';
import { mapOf } from '../../support/measured-maps';

const measured = { look: { input: { height: 1, width: 2 } }, mask: null, things: null } as unknown as MeasureCase;
const maps = [mapOf([1, 2], { cost: { passes: 75, milliseconds: 1250 } }), mapOf([1, 2], { name: 'file.npy' })];

test('a map’s passes and seconds, where they are known', async () => {
  const note = { value: null, notes: ['what file.npy took is not known: no method here made it'] };
  expect(await passesMeasure.measure(measured, maps)).toEqual([{ value: 75 }, note]);
  expect(await secondsMeasure.measure(measured, maps)).toEqual([{ value: 1.25 }, note]);
});
