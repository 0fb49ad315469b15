import { describe, expect, it } from 'vitest';
import { sceneDataset, sceneSpecs } from '../../src/scenes/dataset';

describe('sceneDataset', () => {
  it('gives every class its equal share, labelled by what is drawn', () => {
    const classes = ['bee', 'ant', 'dog', 'wolf'] as const;
    const set = [...sceneDataset({ count: 12, classes, width: 48, height: 48 })];
    for (const start of [0, 4, 8])
      expect(
        set
          .slice(start, start + 4)
          .map(({ classIndex }) => classIndex)
          .sort(),
      ).toEqual([0, 1, 2, 3]);
    for (const { scene, label, classIndex } of set) {
      expect(label).toBe(classes[classIndex]);
      expect(scene.label).toBe(label);
      expect(scene.image.width).toBe(48);
    }
    expect(new Set(set.map(({ scene }) => scene.image.sha256)).size).toBe(12);
  });

  it('tells the class neither by the number nor by the name', () => {
    const specs = [...sceneSpecs({ count: 1000 })];
    const wolves = specs.filter(({ label }, i) => label === 'wolf' && i % 2 === 0).length;
    // Four standard deviations of 500 tosses.
    expect(Math.abs(wolves - 250)).toBeLessThan(45);
    expect(specs[7]!.spec.name).toBe('scene-1-7');
    expect([...sceneSpecs({ count: 4, set: 1 })].map(({ label }) => label)).toEqual(['dog', 'wolf', 'dog', 'wolf']);
  });

  it('is the same again, and its beginning does not depend on its length', () => {
    const hashes = (count: number, seed: number) =>
      [...sceneDataset({ count, seed, width: 40, height: 40 })].map(({ scene }) => scene.image.sha256);
    expect(hashes(6, 3)).toEqual(hashes(6, 3));
    expect(hashes(6, 3).slice(0, 4)).toEqual(hashes(4, 3));
    expect(hashes(4, 3)).not.toEqual(hashes(4, 4));
  });

  it('says whether a background is the class’s own, its rival’s or neither', () => {
    const roles = (bias: number) => new Set([...sceneSpecs({ count: 60, bias })].map((item) => item.backgroundRole));
    expect(roles(1)).toEqual(new Set(['own']));
    expect(roles(0)).toEqual(new Set(['rival']));
    expect(roles(0.5)).toEqual(new Set(['own', 'rival', 'other']));
  });

  it('says what is allowed', () => {
    expect(() => [...sceneSpecs({ count: 0 })]).toThrow('number of scenes: 0 (allowed: whole numbers from 1)');
    expect(() => [...sceneSpecs({ count: 1, classes: [] })]).toThrow('at least one class');
  });
});
