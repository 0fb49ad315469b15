import { afterAll, describe, expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import golden from '../../golden/measures_stability.json';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const wanted = golden.stability;
const { height, width, classes, seed, draws, samples } = wanted;
const network = seededNetwork('tiny-resnet', classes, [height, width, 3], seed);
const seen = look(network, drawnPhoto(height, width, seed + 1));
afterAll(() => seen.close());
const measured: MeasureCase = {
  look: seen,
  target: seen.target(wanted.target),
  mask: null,
  things: null,
  seed: wanted.caseSeed,
};

async function outcome(name: string, options: object) {
  const map: MeasuredMap = await mapByMethod(findMethod('saliency'), seen, measured.target);
  const [one] = await findMeasure(name).measure(measured, [map], options);
  return one!;
}

const steps = { 'bottom-up': wanted['steps bottom_up'], 'top-down': wanted['steps top_down'] };
const averages = { 'bottom-up': wanted['average bottom_up'], 'top-down': wanted['average top_down'] };

describe('of the saliency map of a seeded network', () => {
  test('the target is the best class of both', () => {
    expect(seen.target().index).toBe(wanted.target);
  });

  test('max-sensitivity equals Captum’s and Quantus’s', async () => {
    const { value } = await outcome('max-sensitivity', { draws });
    expect(value! / wanted.captumMaxSensitivity).toBeCloseTo(1, 4);
    expect(value! / wanted.quantusMaxSensitivity).toBeCloseTo(1, 4);
  });

  test('the relative stabilities equal the logarithms of Quantus’s', async () => {
    const input = await outcome('relative-input-stability', { draws });
    expect(input.value).toBeCloseTo(Math.log10(wanted.relativeInputStability), 3);
    expect(input.parts!['draws that keep the class']).toBe(draws);
    const output = await outcome('relative-output-stability', { draws });
    expect(output.value).toBeCloseTo(Math.log10(wanted.relativeOutputStability), 3);
  });

  test.each(['bottom-up', 'top-down'] as const)('randomisation %s equals Quantus’s, step by step', async (order) => {
    const { value, curve } = await outcome('randomisation', { order });
    expect(curve!.y).toHaveLength(1 + steps[order].length);
    for (const [i, step] of steps[order].entries()) expect(curve!.y[i + 1]).toBeCloseTo(step, 4);
    // Quantus counts the original among the steps.
    const count = steps[order].length;
    expect((1 + count * value!) / (count + 1)).toBeCloseTo(averages[order], 4);
  });

  test('smooth randomisation equals Quantus’s on the same noise', async () => {
    const { curve } = await outcome('smooth-randomisation', { samples, order: 'bottom-up' });
    for (const [i, step] of wanted.smooth.entries()) expect(curve!.y[i + 1]).toBeCloseTo(step, 4);
  });

  test('efficient randomisation equals Quantus’s with as many bins', async () => {
    const { value } = await outcome('efficient-randomisation', { bins: 100 });
    expect(value).toBeCloseTo(wanted.efficient, 3);
  });
});
