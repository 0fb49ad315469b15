import { expect, test } from 'vitest';
import {
  className,
  maximisedName,
  methodTitle,
  optionWords,
  percent,
  scoreName,
  targetName,
  targetWords,
  valueUnit,
} from '../../src/plots/words';
import { classTarget, differenceTarget, gridOf, mapOf } from '../support/attributions';

const own = {
  ...differenceTarget('', ''),
  kind: 'function' as const,
  classes: [],
  label: 'wolf, less all − others',
};

test.each([
  [0, '0.0 %'],
  [1e-6, '< 0.1 %'],
  [0.001, '0.1 %'],
  [0.9734, '97.3 %'],
  [0.9999, '> 99.9 %'],
  [1, '100.0 %'],
])('the probability %f reads %s', (value, words) => expect(percent(value)).toBe(words));

test('a class goes by its first name, on both sides of a difference; a function keeps its own', () => {
  expect(className('timber wolf, grey wolf')).toBe('timber wolf');
  expect(targetName(differenceTarget('tabby, tabby cat', 'bull mastiff, dog'))).toBe('tabby − bull mastiff');
  expect(targetName(classTarget('a − b, of its kind'))).toBe('a − b');
  expect(targetName(own)).toBe('wolf, less all − others');
});

test('what an occluder changes is named by what the target is, whatever its label looks like', () => {
  expect(scoreName(classTarget('a − b'))).toBe('P(a − b)');
  expect(scoreName(differenceTarget('wolf', 'dog'))).toBe('score difference wolf − dog in logits');
  expect(scoreName(own)).toBe('score wolf, less all − others');
});

test('a target has its probability, or its logit where it is not one class', () => {
  const map = mapOf([0], 1, 1);
  expect(targetWords(map)).toBe('timber wolf, 87.5 %');
  expect(targetWords({ target: differenceTarget('wolf', 'dog', -1.5) })).toBe('wolf − dog, score −1.50');
});

test('options that a reader needs', () => {
  expect(optionWords(mapOf([0], 1, 1))).toBe('');
  expect(optionWords(mapOf([0], 1, 1, { layer: 'layer4' }))).toBe(', layer layer4');
  const grid = gridOf(null, new Array(49).fill(0));
  expect(optionWords(mapOf([0], 1, 1, { grid, options: { stride: [5, 8] } }))).toBe(
    ', occluder 10×16 px, stride 5×8 px',
  );
});

test('a map has the title of its method, whichever that is', () => {
  expect(methodTitle(mapOf([0], 1, 1, { method: 'mine', title: 'My method' }))).toBe('My method');
});

test('what was maximised has its classes’ first names, and its layer whole', () => {
  const target = differenceTarget('timber wolf, grey wolf', 'tabby, tabby cat');
  expect(maximisedName({ of: `logit of ${target.label}`, target })).toBe('logit of timber wolf − tabby');
  expect(maximisedName({ of: 'layer2.0.relu2, channel 5', target: null })).toBe('layer2.0.relu2, channel 5');
});

test('values are in logits or probability of a class, and in the score of anything else', () => {
  const unit = (method: string, index: number | null) =>
    valueUnit({
      unit: mapOf([0], 1, 1, { method }).unit,
      target: index === null ? differenceTarget('wolf', 'dog') : classTarget('wolf'),
    });
  expect([unit('rise', 0), unit('rise', null)]).toEqual(['probability where visible', 'score where visible']);
  expect([unit('occlusion', 0), unit('occlusion', null)]).toEqual(['drop of the logit', 'drop of the score']);
  expect(unit('saliency', null)).toBe('|∂score/∂input|');
});
