import { describe, expect, it } from 'vitest';
import { sceneDataset, sceneSpecs } from '../../src/scenes/dataset';

describe('sceneDataset', () => {
  it('gives every class its equal share, labelled by what is drawn', () => {
    const classes = ['bee', 'ant', 'dog', 'wolf'] as const;
    const set = [...sceneDataset({ count: 12, classes, width: 48, height: 48 })];
    expect(set.map(({ classIndex }) => classIndex)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    for (const { scene, label, classIndex } of set) {
      expect(label).toBe(classes[classIndex]);
      expect(scene.label).toBe(label);
      expect(scene.image.width).toBe(48);
    }
    expect(new Set(set.map(({ scene }) => scene.image.sha256)).size).toBe(12);
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
