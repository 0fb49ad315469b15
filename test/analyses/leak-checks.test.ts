import { describe, expect, it } from 'vitest';
import { leakChecks } from '../../src/analyses/leak-checks';
import { type SceneDatasetOptions, sceneSpecs } from '../../src/scenes/dataset';

const size = { width: 64, height: 64 };
const checksOf = async (options: Partial<SceneDatasetOptions>) =>
  leakChecks([...sceneSpecs({ count: 240, seed: 77, ...size, ...options })], { scenes: 240 });

describe('leakChecks', () => {
  it('finds the class in nothing of the second set but the markings’ tones', { timeout: 300_000 }, async () => {
    const { groups, shared, scenes } = await checksOf({});
    expect(scenes).toBe(240);
    expect(shared.scenes).toBe(0);
    expect(groups.map(({ classes }) => classes)).toEqual([['dog', 'wolf']]);
    for (const { source, logistic, neighbours, chance } of groups[0]!.checks) {
      if (source === 'animal’s tones, anywhere' || source === 'animal’s brightness and contrast') continue;
      // Three and a half standard errors of 240 answers: ten checks of two probes, by luck.
      for (const { value } of [logistic, neighbours]) expect(value, source).toBeLessThan(chance + 0.115);
    }
  });

  it('finds it in the first set’s colours and silhouettes', { timeout: 300_000 }, async () => {
    const { groups } = await checksOf({ set: 1 });
    const best = (name: string) => {
      const check = groups[0]!.checks.find(({ source }) => source === name)!;
      expect(check.leaks, name).toBe(true);
      return Math.max(check.logistic.value, check.neighbours.value);
    };
    expect(best('animal’s mean colour')).toBeGreaterThan(0.9);
    expect(best('silhouette, cropped')).toBeGreaterThan(0.65);
  });

  it('finds what a bias ties to the class, and the seeds of training scenes', { timeout: 300_000 }, async () => {
    const { groups, shared } = await checksOf({ bias: 1, seed: 1, count: 60 });
    const background = groups[0]!.checks.find(({ source }) => source === 'background, no objects')!;
    expect(background.leaks).toBe(true);
    expect(background.logistic.value).toBeGreaterThan(0.95);
    expect(shared.scenes).toBe(60);
  });

  it('says what it needs', async () => {
    expect((await checksOf({ count: 8 })).groups).toEqual([]);
    await expect(leakChecks([], { scenes: 0 })).rejects.toThrow('scenes for the leak checks: 0');
  });
});
