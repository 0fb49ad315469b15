import { expect, test } from 'vitest';
import { classPanel } from '../../src/plots/class-panel';
import { classTarget, mapOf, spots } from '../support/attributions';

const target = (label: string, index: number, probability: number | null) =>
  classTarget(label, index, { logit: 3, probability });
const wolf = mapOf(spots(20, 30, [[4, 25, 0.5]]), 20, 30, { target: target('wolf', 1, 0.9) });
const dog = mapOf(spots(20, 30, [[15, 2, 4]]), 20, 30, { target: target('dog', 0, 0.1) });

test('the maps of several classes have one scale, each under its class and score, and alt says where each lies', () => {
  const { data, layout, alt, caption } = classPanel([wolf, dog]);
  const ranges = data.slice(1).map(({ zmin, zmax }) => [zmin, zmax]);
  expect(ranges).toEqual([
    [0, 4],
    [0, 4],
  ]);
  const headings = (layout.annotations as { text: string }[]).map(({ text }) => text);
  expect(headings).toEqual(['Photo', 'wolf, 90.0 %', 'dog, 10.0 %']);
  expect(alt).toMatch(/for wolf on .*upper right ninth.*for dog on .*lower left ninth/);
  expect(caption).toBe('Class activation map of Net on wolf.jpg, on one colour scale: wolf, 90.0 %; dog, 10.0 %.');
});

test('one map, and maps that do not compare, are refused', () => {
  expect(() => classPanel([wolf])).toThrow('between two maps or more; got 1');
  expect(() => classPanel([wolf, { ...dog, method: 'rise' }])).toThrow('the maps do not compare: cam, ');
  expect(() => classPanel([wolf, { ...dog, layer: 'layer1' }])).toThrow('the maps do not compare');
});
