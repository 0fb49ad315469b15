import { describe, expect, it } from 'vitest';
import { backgroundShare, type SceneEffects } from '../../src/analyses/background-share';
import { seededRandom } from '../../src/explain/random';
import { bootstrapEstimate } from '../../src/explain/statistics/bootstrap';

const around = (random: () => number, animal: number, background: number, spread = 1): SceneEffects[] =>
  Array.from({ length: 60 }, () => ({
    animal: animal + spread * (random() - 0.5),
    background: background + spread * (random() - 0.5),
  }));

/** The bootstrap of the share itself. */
const folded = (effects: readonly SceneEffects[]) =>
  bootstrapEstimate(effects, (cases) => {
    const [a, b] = (['animal', 'background'] as const).map((key) =>
      Math.abs(cases.reduce((sum, one) => sum + one[key], 0)),
    );
    return b! / (a! + b!);
  });

describe('backgroundShare', () => {
  it.each([
    [3, 1],
    [3, -1],
    [-3, 1],
    [-3, -1],
  ])('is the bootstrap of the share where neither mean is near 0: %f and %f', (animal, background) => {
    const effects = around(seededRandom(4), animal, background);
    const { value, low, high, count } = backgroundShare(effects);
    const plain = folded(effects);
    expect(value).toBeCloseTo(plain.value, 12);
    expect(low).toBeCloseTo(plain.low, 3);
    expect(high).toBeCloseTo(plain.high, 3);
    expect(count).toBe(60);
  });

  it('reaches to both sides of a mean that is as good as 0', () => {
    const effects = around(seededRandom(5), 3, 0);
    const off = effects.reduce((sum, { background }) => sum + background, 0) / effects.length;
    const level = effects.map(({ animal, background }) => ({ animal, background: background - off + 1e-4 }));
    const { value, low, high } = backgroundShare(level);
    expect(value).toBeLessThan(1e-4);
    expect(low).toBe(0);
    // Twice the standard error of a mean of 60 values over a range of 1, beside 3.
    expect(high).toBeCloseTo((2 * Math.sqrt(1 / 12 / 60)) / 3, 2);
    expect(folded(level).high).toBeLessThan(high / 10);
    const turned = backgroundShare(level.map(({ animal, background }) => ({ animal: background, background: animal })));
    expect(turned.value).toBeCloseTo(1 - value, 12);
    expect(turned.high).toBe(1);
    expect(turned.low).toBeCloseTo(1 - high, 3);
  });

  it('holds the truth in about 95 % of the samples, near 0 and near 1 too', () => {
    const random = seededRandom(6);
    for (const [animal, background] of [
      [3, 0],
      [3, 0.02],
      [-0.01, 3],
      [3, 1],
    ] as const) {
      const truth = Math.abs(background) / (Math.abs(animal) + Math.abs(background));
      const holding = Array.from({ length: 100 }, () =>
        backgroundShare(around(random, animal, background).slice(0, 24)),
      ).filter(({ low, high }) => low <= truth && truth <= high);
      expect(holding.length).toBeGreaterThan(88);
    }
  });

  it('is 0 where neither is anything, and where only the animal is', () => {
    const nothing = backgroundShare([
      { animal: 0, background: 0 },
      { animal: 0, background: 0 },
    ]);
    expect(nothing).toEqual({ value: 0, low: 0, high: 0, count: 2 });
    expect(backgroundShare(new Array(8).fill({ animal: -2, background: 0 }))).toMatchObject({ value: 0, high: 0 });
    expect(() => backgroundShare([{ animal: 1, background: 1 }])).toThrow('a bootstrap of 1 cases');
  });
});
