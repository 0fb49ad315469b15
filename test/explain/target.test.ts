import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../src/explain/errors';
import {
  classScores,
  expandTargets,
  findClass,
  rankClasses,
  resolveTarget,
  targetLogit,
  targetProbability,
} from '../../src/explain/target';
import { drawn } from '../support/networks';

const softmax = (...classes: string[]) => ({ classes, output: 'softmax' as const });
const sigmoid = { classes: ['dog', 'wolf'], output: 'sigmoid' as const };
const floats = (...values: number[]) => Float32Array.from(values);

describe('scores', () => {
  test('softmax of known logits', () => {
    const { logits, probabilities } = classScores(softmax('a', 'b', 'c'), floats(0, Math.log(2), Math.log(5)));
    expect(Array.from(probabilities, (p) => Number(p.toFixed(6)))).toEqual([0.125, 0.25, 0.625]);
    expect(logits).toEqual(floats(0, Math.log(2), Math.log(5)));
  });

  test.each([1, 100, 1e4, 3e38])('softmax sums to one and keeps the order at logits up to %f', (scale) => {
    const raw = drawn(50, 4, 2 * scale, -scale);
    const { probabilities } = classScores(softmax(...Array.from(raw, String)), raw);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    expect(probabilities.indexOf(Math.max(...probabilities))).toBe(raw.indexOf(Math.max(...raw)));
  });

  test.each([0, 1.5, -1.5, 40, -40, 1e30])('the two classes of a sigmoid head mirror each other at %f', (z) => {
    const { logits, probabilities } = classScores(sigmoid, floats(z));
    const mirrored = classScores(sigmoid, floats(-z));
    expect([logits[0]! + logits[1]!, logits[1]]).toEqual([0, Math.fround(z)]);
    expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 6);
    expect([probabilities[0], probabilities[1]]).toEqual([mirrored.probabilities[1], mirrored.probabilities[0]]);
    expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-z)), 6);
  });

  test('a very unlikely class keeps its small probability', () => {
    expect(classScores(sigmoid, floats(40)).probabilities[0]).toBeCloseTo(Math.exp(-40), 20);
    expect(classScores(sigmoid, floats(40)).probabilities[0]).toBeGreaterThan(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%f is no score', (value) => {
    expect(() => classScores(softmax('a', 'b'), floats(1, value))).toThrow(WhylightError);
    expect(() => classScores(softmax('a', 'b'), floats(1, value))).toThrow(/finite/);
    expect(() => classScores(sigmoid, floats(value))).toThrow(/finite/);
  });

  test('nor for a difference of classes', () => {
    const target = resolveTarget(softmax('a', 'b', 'c'), floats(1, 2, 3), { difference: ['a', 'b'] });
    expect(targetLogit(target, floats(1, 3, Number.NaN))).toBe(-2);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => targetLogit(target, floats(1, value, 3))).toThrow(/the network answers .* finite/);
    }
  });

  test('classes rank by falling logit, equal ones by index', () => {
    expect(rankClasses(softmax('a', 'b', 'c', 'd'), floats(1, 3, -2, 3))).toEqual([1, 3, 0, 2]);
    expect(rankClasses(sigmoid, floats(-0.5))).toEqual([0, 1]);
    expect(rankClasses(sigmoid, floats(0.5))).toEqual([1, 0]);
  });
});

describe('finding a class', () => {
  const network = softmax('timber wolf, grey wolf, Canis lupus', 'crane', 'Crane', '7', 'tabby, tabby cat');

  test.each([
    ['by index', 1, 1],
    ['by an index in words', '0', 0],
    ['by a label that is a number', '7', 3],
    ['by its whole label', 'tabby, tabby cat', 4],
    ['by one of its names', 'grey wolf', 0],
    ['by a name in other letters', ' CANIS lupus ', 0],
    ['by a label in its own letters before others', 'Crane', 2],
  ])('%s', (_, wanted, index) => {
    expect(findClass(network, wanted)).toBe(index);
  });

  test.each([-1, 5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '12'])('refuses the index %s', (wanted) => {
    expect(() => findClass(network, wanted)).toThrow(`unknown class: ${wanted} (this network has classes 0 to 4)`);
  });

  test('says which classes there are', () => {
    expect(() => findClass(sigmoid, 'wolfe')).toThrow('unknown class: wolfe (this network has: dog, wolf)');
    expect(() => findClass(sigmoid, '')).toThrow('unknown class');
  });

  test('says that a name is ambiguous, with the indices', () => {
    expect(() => findClass(network, 'CRANE')).toThrow(
      'class CRANE is ambiguous: it is the name of 1 and 2; give the index',
    );
  });

  test('suggests near names where there are many', () => {
    const many = softmax(...Array.from({ length: 40 }, (_, i) => `kind ${i}`), 'timber wolf, grey wolf');
    expect(() => findClass(many, 'timbr wolf')).toThrow(
      /^unknown class: timbr wolf \(this network has 41 classes: .*did you mean: timber wolf, grey wolf\)$/,
    );
  });
});

describe('targets', () => {
  const network = softmax('dog', 'wolf', 'fox');
  const raw = floats(1, 4, 2);
  const ranked = rankClasses(network, raw);

  test('the best class is the default', () => {
    const { label, index, logit, probability, weights } = resolveTarget(network, raw);
    expect({ label, index, logit }).toEqual({ label: 'wolf', index: 1, logit: 4 });
    expect(resolveTarget(network, raw)).toMatchObject({ kind: 'class', classes: [{ index: 1, label: 'wolf' }] });
    expect(probability).toBeCloseTo(Math.exp(4) / (Math.E + Math.exp(4) + Math.exp(2)), 6);
    expect([...weights]).toEqual([0, 1, 0]);
  });

  test('every target is linear in the raw outputs', () => {
    for (const target of [0, 'wolf', { difference: ['dog', 'fox'] as const }]) {
      const resolved = resolveTarget(network, raw, target);
      expect(targetLogit(resolved, raw)).toBeCloseTo(resolved.logit, 6);
    }
    for (const target of ['dog', 'wolf', { difference: ['wolf', 'dog'] as const }]) {
      const resolved = resolveTarget(sigmoid, floats(-1.75), target);
      expect(targetLogit(resolved, floats(-1.75))).toBeCloseTo(resolved.logit, 6);
    }
  });

  test('a difference of classes has no probability', () => {
    const target = resolveTarget(network, raw, { difference: ['dog', 1] });
    expect(target).toMatchObject({
      kind: 'difference',
      label: 'dog − wolf',
      index: null,
      logit: -3,
      probability: null,
    });
    expect(target.classes).toEqual([
      { index: 0, label: 'dog' },
      { index: 1, label: 'wolf' },
    ]);
    expect([...target.weights]).toEqual([1, -1, 0]);
    expect(targetProbability(network, target, raw)).toBeNull();
    expect([...resolveTarget(sigmoid, floats(2), { difference: ['wolf', 'dog'] }).weights]).toEqual([2]);
  });

  test('the negative class of a sigmoid head has the logit with the other sign', () => {
    expect(resolveTarget(sigmoid, floats(1.5), 'dog')).toMatchObject({ index: 0, logit: -1.5 });
    expect([...resolveTarget(sigmoid, floats(1.5), 'dog').weights]).toEqual([-1]);
    expect(targetProbability(sigmoid, resolveTarget(sigmoid, floats(1.5), 'dog'), floats(-3))).toBeCloseTo(0.952574, 6);
  });

  test('top2 is the two best classes', () => {
    expect(expandTargets(network, ranked, 'top2')).toEqual([1, 2]);
    expect(expandTargets(network, ranked, 'TOP3')).toEqual([1, 2, 0]);
    expect(expandTargets(network, ranked, 'fox')).toEqual([2]);
    expect(expandTargets(softmax('top2', 'b', 'c'), ranked, 'top2')).toEqual([0]);
    expect(expandTargets(softmax('a - b', 'a', 'b'), ranked, 'a - b')).toEqual([0]);
    expect(expandTargets(softmax('black-and-tan', 'a', 'b'), ranked, 'b - black-and-tan')).toEqual([
      { difference: [2, 0] },
    ]);
    expect(expandTargets(network, ranked, 'top1 − top2')).toEqual([{ difference: [1, 2] }]);
    expect(() => expandTargets(network, ranked, 'fox - fax')).toThrow('unknown class: fax');
    expect(() => expandTargets(network, ranked, 'fox - 2')).toThrow('a class less itself is 0');
    expect(expandTargets(network, ranked, { difference: ['fox', 'top1'] })).toEqual([{ difference: [2, 1] }]);
    expect(() => expandTargets(network, ranked, { difference: ['fox', 2] })).toThrow(
      'unknown target: fox - 2 (a class',
    );
  });

  test('a difference of classes with minus signs in their labels is read in the one way there is, or refused', () => {
    const expand = (text: string, ...classes: string[]) => expandTargets(softmax(...classes), [0, 1, 2, 3], text);
    expect(expand('a - b - c', 'a - b', 'c', 'd', 'e')).toEqual([{ difference: [0, 1] }]);
    expect(expand('a - b - c', 'a', 'b - c', 'd', 'e')).toEqual([{ difference: [0, 1] }]);
    expect(() => expand('a - b - c', 'a - b', 'c', 'a', 'b - c')).toThrow(
      'target a - b - c can be read as a less b - c, or as a - b less c; give indices: 0, or 0 - 1',
    );
    expect(expand('A - b', 'a - b', 'x', 'y', 'z')).toEqual([0]);
    expect(() => expand('A - b', 'a - b', 'a', 'b', 'z')).toThrow('can be read as the class A - b, or as A less b;');
    expect(() => expand('a - b - q', 'a', 'b', 'c', 'd')).toThrow('unknown class');
  });

  test.each(['top0', 'top4', 'top99999999999999999999'])('%s is refused', (wanted) => {
    expect(() => expandTargets(network, ranked, wanted)).toThrow(`unknown target: ${wanted} (allowed: top1 to top3)`);
  });
});

test('any function of the logits is a target: its value, and its slope by differences', () => {
  const network = { classes: ['ant', 'bee', 'dog'], output: 'softmax' } as const;
  const raw = Float32Array.from([1, -2, 3]);
  const target = { label: 'ant² + bee · dog', score: (z: Float32Array) => z[0]! ** 2 + z[1]! * z[2]! };
  const resolved = resolveTarget(network, raw, target);
  expect(resolved).toMatchObject({
    kind: 'function',
    classes: [],
    label: 'ant² + bee · dog',
    index: null,
    probability: null,
    logit: -5,
  });
  [2, 3, -2].forEach((slope, i) => {
    expect(resolved.weights[i]).toBeCloseTo(slope, 3);
  });
  expect(targetLogit(resolved, Float32Array.from([0, 2, 4]))).toBe(8);
  const sigmoid = { classes: ['dog', 'wolf'], output: 'sigmoid' } as const;
  const margin = resolveTarget(sigmoid, Float32Array.of(2), { label: 'margin', score: (z) => z[1]! - z[0]! });
  expect([margin.logit, Math.round(margin.weights[0]! * 100) / 100]).toEqual([4, 2]);
  expect(() => resolveTarget(network, raw, { label: 'root', score: (z) => Math.sqrt(z[1]!) })).toThrow(
    'the target root gave NaN (allowed: a finite number)',
  );
});
