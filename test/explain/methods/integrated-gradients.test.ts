import { describe, expect, test } from 'vitest';
import {
  gaussLegendre,
  type IntegratedGradientsOptions,
  integratedGradients,
} from '../../../src/explain/methods/integrated-gradients';
import { drawn, linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);

test.each([1, 2, 3, 6, 50, 301])('Gauss–Legendre with %i points is exact on polynomials of its degree', (count) => {
  const { points, weights } = gaussLegendre(count);
  for (const degree of [0, 1, 2 * count - 2, 2 * count - 1]) {
    const integral = points.reduce((sum, x, i) => sum + weights[i]! * x ** degree, 0);
    expect(integral * (degree + 1)).toBeCloseTo(1, 9);
  }
});

describe('of a linear network', () => {
  const weights = drawn(2 * 105, 1, 2, -1);
  const plain = linearNetwork([5, 7], weights, [0, 3]);
  const [mean, std] = [[0.5, 0.4, 0.3] as const, [0.2, 0.25, 0.3] as const];
  const network = { ...plain, preprocessing: { ...plain.preprocessing, mean, std } };
  const photo = drawnPhoto(5, 7, 2);

  test.each([
    ['zero', (c: number) => mean[c]!],
    ['black', () => 0],
    ['white', () => 1],
  ] as const)('%s baseline: the weights times the way', async (baseline, from) => {
    const map = await integratedGradients(network, photo, { target: 1, baseline, steps: 3 });
    const wanted = Array.from({ length: 35 }, (_, at) =>
      [0, 1, 2].reduce((sum, c) => {
        const i = at * 3 + c;
        return sum + (weights[105 + i]! * (photo.pixels[i]! / 255 - from(c))) / std[c]!;
      }, 0),
    );
    expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
    expect(map.options).toEqual({ steps: 3, baseline });
  });
});

test('a function of the logits is integrated along the path, not at its end', async () => {
  const network = linearNetwork([5, 7], drawn(2 * 105, 1, 2, -1), [0, 3]);
  const score = (z: Float32Array) => z[0]! ** 2 - z[1]!;
  const map = await integratedGradients(network, drawnPhoto(5, 7, 2), { target: { label: 'own', score }, steps: 3 });
  // At the baseline the logits are the biases.
  expect(total(map.values) / (map.target.logit - score(Float32Array.of(0, 3)))).toBeCloseTo(1, 3);
});

test('of a deep network the map sums to the difference of the scores, but for the gap that the notes name', async () => {
  const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
  const photo = drawnPhoto(30, 41, 7);
  const gaps = [];
  for (const steps of [2, 500]) {
    const map = await integratedGradients(network, photo, { steps });
    const said = /^completeness gap (\S+): the map sums to (\S+), the score differs from the baseline's by (\S+)$/.exec(
      map.notes.at(-1)!,
    )!;
    const [gap, sum, difference] = said.slice(1).map((text) => Number(text.replaceAll('−', '-'))) as [
      number,
      number,
      number,
    ];
    expect(sum / total(map.values)).toBeCloseTo(1, 3);
    expect(sum - difference).toBeCloseTo(gap, 2);
    gaps.push(Math.abs(gap / difference));
  }
  expect(gaps[1]).toBeLessThan(0.01);
  expect(gaps[1]).toBeLessThan(gaps[0]!);
});

test.each([
  [{ steps: 0 }, 'steps: 0 (allowed: whole numbers from 1 to 1000)'],
  [{ steps: 2.5 }, 'steps: 2.5'],
  [{ baseline: 'grey' }, 'unknown baseline: grey (allowed: zero, black, white)'],
])('%j cannot be', async (options, message) => {
  const network = linearNetwork([5, 7], drawn(105, 1), [0]);
  const asked = options as IntegratedGradientsOptions;
  await expect(integratedGradients(network, drawnPhoto(5, 7, 2), asked)).rejects.toThrow(message);
});
