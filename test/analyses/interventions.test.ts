import { beforeAll, expect, test } from 'vitest';
import { interventions, meanWorths, type ThingWorth, thingWorths } from '../../src/analyses/interventions';
import { reliance, reliancePictures } from '../../src/analyses/reliance';
import { loadNetwork } from '../../src/explain/network/load-network';
import type { Network } from '../../src/explain/network/network';
import { rivalOf, withoutObject, withoutPart, withRival } from '../../src/scenes/counterfactuals';
import { sceneSpecs } from '../../src/scenes/dataset';
import { rivalBackground } from '../../src/scenes/random-scene';
import { drawScene } from '../../src/scenes/scene';
import { type AnimalPart, canineParts, type SceneSpec } from '../../src/scenes/spec';
import { swapBackground } from '../../src/scenes/study-scenes';
import { colourWorth, mean, ofPixels } from '../support/colours';
import { passingTensors } from '../support/tensors';

/** Logits are sums of 16,384 numbers of 32 bits, added one after another. */
const ROUNDING = 4e-4;

let network: Network;
beforeAll(async () => {
  network = await loadNetwork('scenes-colours');
});

const scenes = [...sceneSpecs({ count: 8, bias: 1, distraction: 1, seed: 41, width: 128, height: 128 })];

/** ln(P(label) / P(rival)) by the proof: a mean over pixels of what their colours are worth. */
const provableScore = (spec: SceneSpec, label: 'dog' | 'wolf') =>
  mean(
    ofPixels(drawScene(spec).image, (colour) =>
      colourWorth(colour, (one) => one[label] - one[rivalOf(label) as 'dog' | 'wolf']),
    ),
  );

function withoutThing({ kind, thing, object, label }: ThingWorth, spec: SceneSpec): SceneSpec {
  if (kind === 'background') return swapBackground(spec, rivalBackground(label));
  if (kind === 'part') return withoutPart(spec, object!, thing as AnimalPart);
  return kind === 'markings' ? withRival(spec, object!) : withoutObject(spec, object!);
}

test('every worth is the one that can be proven from the pixels alone', async () => {
  const before = passingTensors();
  const worths = await thingWorths(network, scenes);
  expect(passingTensors()).toBe(before);
  for (const one of worths) {
    const { spec, label } = scenes.find(({ spec: { name } }) => name === one.scene)!;
    const own = label as 'dog' | 'wolf';
    const provable = provableScore(spec, own) - provableScore(withoutThing(one, spec), own);
    expect(Math.abs(one.logit - provable), `${one.scene} ${one.thing}`).toBeLessThan(ROUNDING);
    const [odds, less] = [provableScore(spec, own), provableScore(withoutThing(one, spec), own)].map(Math.exp);
    expect(one.probability).toBeCloseTo(odds! / (1 + odds!) - less! / (1 + less!), 3);
    expect(one.flips).toBe(odds! > 1 !== less! > 1);
  }
  const things = new Set(worths.map(({ thing }) => thing));
  expect([...canineParts, 'animal', 'markings', 'background'].filter((thing) => !things.has(thing))).toEqual([]);
  expect(['person', 'ball', 'tree'].filter((thing) => things.has(thing))).not.toEqual([]);
  // Not all the same: the background is worth most.
  const backgrounds = worths.filter(({ kind }) => kind === 'background');
  expect(Math.min(...backgrounds.map(({ logit }) => logit))).toBeGreaterThan(0.1);
});

test('means count scenes, not things, over all classes and class by class', () => {
  const one = { kind: 'object', object: 1, probability: 0, flips: false } as const;
  const means = meanWorths([
    { ...one, scene: 'a', label: 'dog', thing: 'ball', logit: 1 },
    { ...one, scene: 'a', label: 'dog', thing: 'ball', logit: 3 },
    { ...one, scene: 'b', label: 'wolf', thing: 'ball', logit: 8, flips: true },
  ]);
  expect(means.map(({ label, logit }) => [label, logit.value, logit.count])).toEqual([
    [null, 5, 2],
    ['dog', 2, 1],
    ['wolf', 8, 1],
  ]);
  expect(means[0]!.flips.value).toBe(0.5);
});

test('a network of colours alone relies on the background alone', async () => {
  const [measured] = await reliance(network, await reliancePictures(network, { bodies: 12 }));
  expect(measured!.reliance.value).toBeGreaterThan(0.98);
  expect(measured!.worst.accuracy.value).toBe(0);
  const { means, scenes: count } = await interventions(network, { scenes: 8 });
  expect(count).toBe(8);
  const worth = (thing: string) =>
    Math.abs(means.find((one) => one.thing === thing && one.label === null)!.logit.value);
  expect(worth('background')).toBeGreaterThan(3 * worth('animal'));
});

test('a network without the classes is refused, by name', async () => {
  const other = { ...network, name: 'other', classes: ['dog', 'cat'] };
  await expect(thingWorths(other, scenes.slice(0, 1))).rejects.toThrow(
    'other has no class wolf (its classes: dog, cat)',
  );
});
