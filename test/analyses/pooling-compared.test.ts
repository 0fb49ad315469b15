import { describe, expect, it } from 'vitest';
import { comparePooling, type Pooling, pooledOutcome } from '../../src/analyses/pooling-compared';
import { poolingPlans, poolingSeries } from '../../src/analyses/pooling-trainings';
import { seededNetwork } from '../support/networks';
import { passingTensors } from '../support/tensors';

const sample = { scenes: 4, seed: 1 };
const untrained = (architecture: string) => ({
  ...seededNetwork(architecture, 2, [64, 64, 3], 3),
  classes: ['dog', 'wolf'],
});

describe('pooledOutcome', () => {
  it.each(['nano-resnet', 'nano-resnet-max', 'nano-resnet-flat'])('measures Grad-CAM of %s', async (architecture) => {
    const before = passingTensors();
    const { own, right } = await pooledOutcome(untrained(architecture), sample);
    // Two maps of a scene count once.
    expect(own).toHaveLength(4);
    for (const share of own) expect([0, 0.5, 1]).toContain(share);
    expect([0, 0.25, 0.5, 0.75, 1]).toContain(right);
    expect(passingTensors()).toBe(before);
  });
});

describe('comparePooling', () => {
  const outcome = (pooling: Pooling, seed: number, own: number[], of = sample) => ({
    pooling,
    seed,
    result: { sample: of, right: 0.9 + seed / 100, own },
  });
  const better = [0, 1, 2].map((seed) => outcome('maximum', seed, [1, 1, 0.5, 1]));
  const series = [
    ...[0, 1, 2].map((seed) => outcome('average', seed, [0.5, 1, 0, 0.5 + seed / 10])),
    ...better,
    ...[0, 1, 2].map((seed) => outcome('flat', seed, [0.5, 1, 0, 0.5 + seed / 10])),
  ];

  it('takes the differences seed by seed and scene by scene', () => {
    const { average, others, scenes } = comparePooling([...series].reverse());
    expect(scenes).toBe(4);
    expect(average).toMatchObject({ pooling: 'average', trainings: 3, right: [0.9, 0.92] });
    expect(average.byTraining).toEqual([0.5, 0.525, 0.55].map((value) => expect.closeTo(value, 12)));
    expect(others.map(({ pooling }) => pooling)).toEqual(['maximum', 'flat']);
    expect(others[0]!.gain.value).toBeCloseTo(0.875 - 0.525, 12);
    expect(others[1]!.gain).toMatchObject({ value: 0, low: 0, high: 0 });
  });

  it('refuses what makes no comparison', () => {
    expect(() => comparePooling([])).toThrow('no trainings of poolings');
    expect(() => comparePooling(series.slice(0, -1))).toThrow(
      'trainings of flat pooling with the seeds 0, 1, of average pooling 0, 1, 2 (allowed: the same)',
    );
    const other = outcome('flat', 2, [0, 0, 0, 0], { scenes: 4, seed: 2 });
    expect(() => comparePooling([...series.slice(0, -1), other])).toThrow(
      'flat training of seed 2 was measured on other',
    );
  });

  it('knows the poolings of a series by their architectures', () => {
    const plans = poolingPlans({ seeds: 2 });
    expect(plans.map(({ name }) => name)).toContain('flat-seed-2');
    const outcomes = plans.map((plan, i) => ({
      plan,
      heldOut: { accuracy: 1, count: 1 },
      result: { sample, right: 1, own: [i % 2, 1, 0, 1] },
    }));
    expect(poolingSeries(outcomes).others).toHaveLength(2);
  });
});
