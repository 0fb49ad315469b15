import { expect, test } from 'vitest';
import { describeNetwork, methodsOf, networkJson, outputWords } from '../../../src/cli/networks-one';
import { findMethod } from '../../../src/explain/methods';
import { obstacle } from '../../../src/explain/methods/obstacle';
import { convNeXtLike } from '../../support/modern-networks';
import { seededNetwork } from '../../support/networks';

const rectified = seededNetwork('tiny-resnet', 4, [30, 41, 3], 1);
const other = seededNetwork(convNeXtLike, 4, [32, 40, 3], 1);

test('what a method needs stands in its way where a network has it not', () => {
  expect(obstacle(findMethod('cam'), rectified)).toBeNull();
  expect(obstacle(findMethod('cam'), { ...rectified, camNode: null })).toBe(
    'the network does not end in global average pooling and a linear head',
  );
  expect(obstacle(findMethod('deconvolution'), rectified)).toBeNull();
  expect(obstacle(findMethod('deconvolution'), other)).toMatch(
    /^its rule is for ReLUs, and .* \(rule=gate takes such activations/,
  );
  expect(obstacle(findMethod('deconvolution'), other, { rule: 'gate' })).toBeNull();
  expect(obstacle(findMethod('occlusion'), other)).toBeNull();
});

test('one network in words and as JSON: methods it allows, why not the others, layers by name', () => {
  const words = describeNetwork(other, ['a note']);
  const { allowed, others } = methodsOf(other);
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(['deconvolution', 'guided-backpropagation']));
  expect(allowed).toContain('grad-cam');
  for (const { name, why } of others) expect(words).toContain(`not ${name}: ${why}`);
  for (const { name } of other.graph) expect(words).toMatch(new RegExp(`\\n  ${name.replaceAll('.', '\\.')} +\\S`));
  expect(words).toContain('note     a note');
  const json = JSON.parse(JSON.stringify(networkJson(other, ['a note'])));
  expect(json).toMatchObject({ name: other.name, notes: ['a note'], methods: { allowed } });
  expect(json.layers).toHaveLength(other.graph.length);
});

test.each([
  [{ output: 'softmax', classes: ['a', 'b'] }, 'one of 2 classes (softmax): a, b'],
  [{ output: 'sigmoid', classes: ['no', 'yes'] }, 'one of two classes (sigmoid): no, yes'],
  [{ output: 'multilabel', classes: ['a'] }, '1 label, each with a probability of its own (sigmoid): a'],
  [{ output: 'linear', classes: ['age'], unit: 'years' }, 'a value in years: age'],
  [{ output: 'linear', classes: ['x', 'y'] }, '2 values: x, y'],
] as const)('%o', (network, words) => {
  expect(outputWords(network)).toBe(words);
});
