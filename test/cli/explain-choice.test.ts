import { expect, test } from 'vitest';
import { ask, choose, type ExplainRequest } from '../../src/cli/explain-choice';
import { convNeXtLike } from '../support/modern-networks';
import { seededNetwork } from '../support/networks';

const [rectified, other] = [
  seededNetwork('tiny-resnet', 4, [30, 41, 3], 1),
  seededNetwork(convNeXtLike, 4, [32, 40, 3], 1),
];
const request = (more: Partial<ExplainRequest>): ExplainRequest => ({ cache: false, out: '', network: '', ...more });

function chosen(network: typeof other, more: Partial<ExplainRequest>) {
  const asked = request(more);
  return choose(asked, ask(asked), network).methods.map(({ method }) => method.name);
}

test('of all methods those that need a network of ReLUs are left out where it is none, unless by rule=gate', () => {
  const ruled = ['deconvolution', 'guided-backpropagation'];
  const all = chosen(rectified, { method: ['all'] });
  expect(all).toEqual(expect.arrayContaining(ruled));
  const some = chosen(other, { method: ['all'] });
  expect(all.filter((name) => !some.includes(name))).toEqual(['deconvolution', 'guided-backpropagation', 'cam']);
  const option = { 'deconvolution.rule': 'gate' };
  expect(chosen(other, { method: ['all'], option })).toContain('deconvolution');
  expect(chosen(other, { method: ['deconvolution', 'saliency'] })).toEqual(['saliency']);
  expect(() => chosen(other, { method: ['deconvolution'], network: 'mine' })).toThrow(
    /^test does not allow deconvolution: its rule is for ReLUs, and .* is GELU .*\(whylight networks mine lists what it allows\)$/,
  );
});

test('a layout of overlays that are not written is refused', () => {
  expect(() => ask(request({ overlay: 'plain', format: ['npy', 'json'] }))).toThrow(
    '--overlay lays out PNG: name png among the --format kinds',
  );
  expect(ask(request({ overlay: 'plain', format: ['png'] })).cards).toHaveLength(3);
  expect(ask(request({ overlay: 'plain' })).cards).toHaveLength(3);
});
