import { describe, expect, it } from 'vitest';
import { comparePooling, type PooledCases, pooledCases } from '../../src/analyses/pooling-compared';
import { seededNetwork } from '../support/networks';
import { passingTensors } from '../support/tensors';

const few = { scenes: 4, seed: 1 };
const untrained = (architecture: string) => ({
  ...seededNetwork(architecture, 2, [64, 64, 3], 3),
  classes: ['dog', 'wolf'],
});

describe('pooledCases', () => {
  it.each(['nano-resnet', 'nano-resnet-max', 'nano-resnet-flat'])('measures Grad-CAM of %s', async (architecture) => {
    const before = passingTensors();
    const cases = await pooledCases(untrained(architecture), few);
    // Two maps of a scene count once.
    expect(cases.own).toHaveLength(4);
    expect(cases.pointing.value).toBe(cases.own.reduce((sum, hit) => sum + hit, 0) / 4);
    // Two scenes, the pictures of two to six of their animals counting once.
    expect(cases.pictures).toHaveLength(2);
    for (const key of ['found', 'onAnimals'] as const) {
      expect(cases[key].value).toBeCloseTo(cases.pictures.reduce((sum, one) => sum + one[key], 0) / 2, 10);
    }
    expect(cases.right.count).toBe(4);
    expect(passingTensors()).toBe(before);
  });
});

describe('comparePooling', () => {
  const estimate = { value: 0, low: 0, high: 0, count: 1 };
  const cases = (name: string, own: number[], found: number[]): PooledCases => ({
    name,
    title: name,
    right: estimate,
    pointing: estimate,
    found: estimate,
    onAnimals: estimate,
    own,
    pictures: found.map((share) => ({ found: share, onAnimals: 1 - share })),
    centre: estimate,
    tolerance: 9,
  });

  it('takes the differences scene by scene', () => {
    const thrice = (values: number[]) => [...values, ...values, ...values];
    const { average, others } = comparePooling([
      cases('average', thrice([0, 1, 0, 1]), thrice([0.5, 0.25])),
      cases('better', thrice([1, 1, 0, 1]), thrice([0.75, 0.5])),
      cases('same', thrice([0, 1, 0, 1]), thrice([0.5, 0.25])),
    ]);
    expect(average.name).toBe('average');
    expect(others[0]!.pointingGain).toMatchObject({ value: 0.25, count: 12 });
    // Every picture gains the same; others may have been missed by chance.
    expect(others[0]!.foundGain).toMatchObject({ value: 0.25, count: 6 });
    expect(others[0]!.foundGain.low).toBeLessThan(0);
    expect(others[0]!.onAnimalsGain).toMatchObject({ value: -0.25, count: 6 });
    expect(others[1]!.pointingGain).toMatchObject({ value: 0, count: 12 });
    expect(others[1]!.pointingGain.high).toBeCloseTo(1 - 0.05 ** (1 / 12), 12);
  });

  it('says how little two pictures tell: any gain may be behind it', () => {
    const { others } = comparePooling([cases('average', [0, 1], [0.5, 0.25]), cases('better', [1, 1], [0.75, 0.5])]);
    expect(others[0]!.foundGain).toEqual({ value: 0.25, low: -1, high: 1, count: 2 });
  });

  it('refuses one network, and networks of different scenes', () => {
    expect(() => comparePooling([cases('one', [1], [1])])).toThrow('between two networks');
    expect(() => comparePooling([cases('one', [1], [1]), cases('two', [1, 0], [1])])).toThrow(
      'two and one were measured on different scenes',
    );
  });
});
