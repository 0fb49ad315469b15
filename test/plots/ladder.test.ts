import { expect, test } from 'vitest';
import { ladderFigure } from '../../src/plots/ladder';

const dots = [
  { bias: 0.5, seed: 1, reliance: 0.1, worst: 0.9 },
  { bias: 0.5, seed: 2, reliance: 0.3, worst: 1 },
  { bias: 0.5, seed: 3, reliance: 0.2, worst: 0.95 },
  { bias: 1, seed: 1, reliance: 0.8, worst: 0.2 },
  { bias: 1, seed: 2, reliance: 0.9, worst: 0 },
];

test('a dot for each training, beside its bias, and a line through the medians', () => {
  const { data, alt, caption } = ladderFigure(dots, { bodies: 100, trainingScenes: 2000 });
  const [line, reliance, , worst] = data as { x: number[]; y: number[] }[];
  expect(line).toMatchObject({ x: [0.5, 1], y: [0.2, 0.8500000000000001] });
  expect(reliance!.y).toEqual([0.1, 0.3, 0.2, 0.8, 0.9]);
  expect(worst!.y).toEqual([0.9, 1, 0.95, 0.2, 0]);
  expect(new Set(reliance!.x).size).toBe(5);
  reliance!.x.forEach((x, i) => {
    expect(Math.abs(x - dots[i]!.bias)).toBeLessThan(0.1);
  });
  expect(alt).toContain('Median of reliance on the background: 0.20 at bias 0.5, 0.85 at bias 1.');
  expect(alt).toContain('Median of right answers in the worst group: 0.95 at bias 0.5, 0.10 at bias 1.');
  expect(caption).toContain('What 5 classifiers');
  expect(caption).toContain('2 to 3 at each bias');
  expect(caption).toContain('trained on 2000 drawn scenes');
  expect(caption).toContain('Measured on 100 bodies');
});

test('a ladder without trainings is refused', () => {
  expect(() => ladderFigure([], { bodies: 1, trainingScenes: 1 })).toThrow('a ladder without trainings has no figure');
});
