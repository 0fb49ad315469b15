import { expect, test } from 'vitest';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import { classify } from '../../src/explain/classify';
import { withLook } from '../../src/explain/look';
import { gradCam } from '../../src/explain/methods/grad-cam';
import { integratedGradients } from '../../src/explain/methods/integrated-gradients';
import { lime } from '../../src/explain/methods/lime';
import { fillImage } from '../../src/explain/methods/occluder-fill';
import { occlusion } from '../../src/explain/methods/occlusion';
import { occlusionReference } from '../../src/explain/methods/occlusion-reference';
import { rise } from '../../src/explain/methods/rise';
import { saliency } from '../../src/explain/methods/saliency';
import type { Network } from '../../src/explain/network/network';
import { classScores, expandTargets, rankClasses, resolveTarget } from '../../src/explain/target';
import { predict } from '../../src/explain/training/predict';
import { occlusionGrid } from '../../src/plots/occlusion-grid';
import { overlay } from '../../src/plots/overlay';
import { scoreBars } from '../../src/plots/score-bars';
import { scoreName, targetWords } from '../../src/plots/words';
import { networkOf, seededParameters } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const floats = (...values: number[]) => Float32Array.from(values);

/** A convolution, its mean, and a linear head. */
function network(channels: 1 | 3, outputs: number, more: Partial<Network>): Network {
  const graph: Network['graph'] = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    {
      name: 'conv',
      operation: {
        kind: 'conv2d',
        filters: 5,
        kernel: [3, 3],
        stride: [2, 2],
        padding: [1, 1, 1, 1],
        dilation: [1, 1],
        groups: 1,
        bias: true,
      },
      inputs: ['input'],
    },
    { name: 'relu', operation: { kind: 'relu' }, inputs: ['conv'] },
    { name: 'pool', operation: { kind: 'globalAvgPool' }, inputs: ['relu'] },
    { name: 'fc', operation: { kind: 'dense', units: outputs, bias: true }, inputs: ['pool'] },
  ];
  const shape = [18, 24, channels] as const;
  return networkOf(graph, shape, seededParameters(graph, shape, 7), { camNode: 'relu', ...more });
}

const multilabel = { output: 'multilabel' as const, classes: ['sun', 'rain', 'wind'] };
const age = { output: 'linear' as const, classes: ['age'], unit: 'years' };
const photo = drawnPhoto(24, 18, 4);

test('labels each have a probability of their own', () => {
  const { probabilities, logits } = classScores(multilabel, floats(0, 100, -100));
  expect([...logits]).toEqual([0, 100, -100]);
  expect([...probabilities!].map((value) => Number(value.toFixed(6)))).toEqual([0.5, 1, 0]);
  expect(rankClasses(multilabel, floats(0, 3, -1))).toEqual([1, 0, 2]);
  expect(resolveTarget(multilabel, floats(0, 3, -1), 'sun')).toMatchObject({ probability: 0.5, kind: 'class' });
});

test('values have none, keep their order, and are explained upwards and downwards', () => {
  const values = { output: 'linear' as const, classes: ['left', 'top'], unit: 'px' };
  expect(classScores(values, floats(3, 40))).toEqual({ logits: floats(3, 40), probabilities: null });
  expect(rankClasses(values, floats(3, 40))).toEqual([0, 1]);
  const up = resolveTarget(values, floats(3, 40), 'top');
  expect(up).toMatchObject({ logit: 40, probability: null, unit: 'px', weights: floats(0, 1) });
  const down = resolveTarget(values, floats(3, 40), { negative: 'top' });
  expect(down).toMatchObject({
    kind: 'negative',
    label: '−top',
    logit: -40,
    probability: null,
    unit: 'px',
    index: null,
  });
  expect([...down.weights].map(Math.abs)).toEqual([0, 1]);
  const difference = resolveTarget(values, floats(3, 40), { difference: ['top', 'left'] });
  expect(difference).toMatchObject({ logit: 37, unit: 'px' });
});

test('values are named by label, with a minus before it, or by up and down', () => {
  const names = (text: string) => expandTargets(age, [0], text);
  expect(names('age')).toEqual([0]);
  expect(names('up')).toEqual([0]);
  expect(names('top1')).toEqual([0]);
  for (const text of ['down', 'DOWN', '-age', '−age', '- age']) expect(names(text)).toEqual([{ negative: 0 }]);
  const two = { output: 'linear' as const, classes: ['left', 'top'] };
  expect(() => expandTargets(two, [0, 1], 'down')).toThrow(
    'target down: this network has 2 values (name one: left, top; with - before it',
  );
  expect(expandTargets(two, [0, 1], '-top')).toEqual([{ negative: 1 }]);
  expect(expandTargets(two, [0, 1], 'top - left')).toEqual([{ difference: [1, 0] }]);
  expect(() => names('-aeg')).toThrow('unknown class: aeg');
  // Of classes, these are not words.
  expect(() => expandTargets(multilabel, [0, 1, 2], 'down')).toThrow('unknown class: down');
});

test('a value is called by its unit in every figure, never a probability', async () => {
  const one = network(3, 1, age);
  const classification = await classify(one, photo);
  expect(classification.classes).toEqual([
    { index: 0, label: 'age', logit: expect.any(Number), probability: null, unit: 'years' },
  ]);
  const bars = scoreBars(classification);
  expect(bars.alt).toMatch(/^Bars of the value for .*: age −?[\d.]+ years\.$/);
  expect(JSON.stringify(bars)).not.toMatch(/%"|probability|\.0%/);
  const [up, down] = await Promise.all(
    ['age', { negative: 'age' }].map((target) => occlusion(one, photo, { target, size: 6, stride: 6 })),
  );
  expect(up!.values).toEqual(down!.values.map((value) => -value));
  expect(up!.grid).toMatchObject({ probabilities: null, best: null });
  expect(scoreName(up!.target)).toBe('age in years');
  expect(scoreName(down!.target)).toBe('−age in years');
  expect(targetWords(up!)).toMatch(/^age, −?[\d.]+ years$/);
  const texts = JSON.stringify([occlusionGrid(up!), overlay(up!), occlusionGrid(down!)]);
  expect(texts).not.toMatch(/P\(|logit|probability|\d %(?! of)/);
  expect(texts).toContain('years');
});

test.each([
  ['multilabel', network(3, 3, multilabel)],
  ['linear', network(3, 1, age)],
  ['grey', network(1, 3, multilabel)],
  ['grey values', network(1, 1, age)],
] as const)('%s: methods run, in the shape of the input', async (_, one) => {
  const maps = [
    await saliency(one, photo),
    await integratedGradients(one, photo, { steps: 4 }),
    await occlusion(one, photo, { size: 5, stride: 4, fill: 'noise' }),
    await occlusion(one, photo, { size: 5, stride: 4, fill: 'blur' }),
    await rise(one, photo, { masks: 8 }),
    await lime(one, photo, { samples: 12, segments: 6 }),
    await gradCam(one, photo),
  ];
  for (const { values, height, width } of maps) {
    expect([height, width, values.length]).toEqual([18, 24, 18 * 24]);
    expect(values.every(Number.isFinite)).toBe(true);
  }
  const { image } = await activationMaximisation(one, { target: 0, steps: 2 });
  expect(image.pixels).toHaveLength(18 * 24 * 3);
});

test('incremental occlusion of a grey network equals the one that covers and runs it whole', async () => {
  const one = network(1, 3, multilabel);
  const map = await occlusion(one, photo, { size: [5, 4], stride: [4, 3], target: 1, fill: 'mean' });
  await withLook(one, photo, (look) => {
    const filling = fillImage(look.input, one.preprocessing, 'mean', 5, 0);
    const whole = occlusionReference(look, look.target(1), { size: [5, 4], stride: [4, 3] }, filling);
    for (const [i, value] of map.values.entries()) expect(value).toBeCloseTo(whole.values[i]!, 5);
  });
});

test('what is judged by classes that exclude one another refuses others', async () => {
  await expect(predict(network(3, 1, age), [photo.pixels])).rejects.toThrow(
    'its output is linear (allowed: softmax or sigmoid',
  );
});
