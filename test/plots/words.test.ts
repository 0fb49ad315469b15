import { expect, test } from 'vitest';
import {
  maximisedName,
  methodTitle,
  optionWords,
  percent,
  shortLabel,
  targetWords,
  valueUnit,
} from '../../src/plots/words';
import { gridOf, mapOf } from '../support/attributions';

test.each([
  [0, '0.0 %'],
  [1e-6, '< 0.1 %'],
  [0.001, '0.1 %'],
  [0.9734, '97.3 %'],
  [0.9999, '> 99.9 %'],
  [1, '100.0 %'],
])('the probability %f reads %s', (value, words) => expect(percent(value)).toBe(words));

test('a label is its first name, on both sides of a difference', () => {
  expect(shortLabel('timber wolf, grey wolf')).toBe('timber wolf');
  expect(shortLabel('tabby, tabby cat − bull mastiff, dog')).toBe('tabby − bull mastiff');
});

test('a target has its probability, or its logit where it is not one class', () => {
  const map = mapOf([0], 1, 1);
  expect(targetWords(map)).toBe('timber wolf, 87.5 %');
  const difference = { label: 'wolf − dog', index: null, logit: -1.5, probability: null };
  expect(targetWords({ target: difference })).toBe('wolf − dog, score −1.50');
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
  expect(maximisedName({ of: 'logit of timber wolf, grey wolf − tabby, tabby cat' })).toBe(
    'logit of timber wolf − tabby',
  );
  expect(maximisedName({ of: 'layer2.0.relu2, channel 5' })).toBe('layer2.0.relu2, channel 5');
});

test('values are in logits or probability of a class, and in the score of anything else', () => {
  const unit = (method: string, index: number | null) =>
    valueUnit({
      unit: mapOf([0], 1, 1, { method }).unit,
      target: { label: 'wolf − dog', index, logit: 1, probability: index === null ? null : 0.5 },
    });
  expect([unit('rise', 0), unit('rise', null)]).toEqual(['probability where visible', 'score where visible']);
  expect([unit('occlusion', 0), unit('occlusion', null)]).toEqual(['drop of the logit', 'drop of the score']);
  expect(unit('saliency', null)).toBe('|∂score/∂input|');
});
