import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../../src/analyses/evaluate';
import { evaluationScenes } from '../../../src/analyses/evaluation-scenes';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase } from '../../../src/explain/measures/define-measure';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { loadNetwork } from '../../../src/explain/network/load-network';
import type { Network } from '../../../src/explain/network/network';
import { loadRandomLabelsTwin } from '../../../src/explain/network/random-labels-twin';
import { sceneSpecs } from '../../../src/scenes/dataset';
import { drawScene } from '../../../src/scenes/scene';

const { spec, label } = [...sceneSpecs({ count: 1, seed: 4242 })][0]!;
let [fair, twin] = [null as Network | null, null as Network | null];
let seen: ReturnType<typeof look> | null = null;
beforeAll(async () => {
  fair = await loadNetwork('scenes-fair');
  twin = await loadRandomLabelsTwin(fair, 'scenes-fair');
  seen = look(fair, drawScene(spec).image);
});
afterAll(() => seen?.close());

const methods = ['guided-backpropagation', 'grad-cam'];
async function outcomes(other: Network | null) {
  const measured: MeasureCase = {
    look: seen!,
    target: seen!.target(label),
    mask: null,
    things: null,
    twin: other,
    seed: 1,
  };
  const maps = [];
  for (const name of methods) maps.push(await mapByMethod(findMethod(name), seen!, measured.target));
  return findMeasure('random-labels').measure(measured, maps);
}

test('a network is to itself as like as can be, and without a twin nothing is said', async () => {
  for (const one of await outcomes(fair)) {
    expect(one!.value).toBeCloseTo(1, 6);
    expect(one!.parts!.ssim).toBeCloseTo(1, 6);
    expect(one!.parts!.hog).toBeCloseTo(1, 6);
  }
  expect(await outcomes(null)).toEqual([null, null]);
});

test('guided backpropagation shows much the same of a network that knows nothing of dogs and wolves; Grad-CAM does not', async () => {
  const [guided, gradCam] = await outcomes(twin);
  expect(guided!.value!).toBeGreaterThan(gradCam!.value! + 0.2);
});

test('where no card names a twin the measure is refused before any work', async () => {
  const biased = await loadNetwork('scenes-biased');
  const photos = evaluationScenes({ scenes: 2, seed: 1, classes: ['dog', 'wolf'] });
  const asked = {
    methods: [{ method: findMethod('saliency') }],
    measures: [{ measure: findMeasure('random-labels') }],
  };
  await expect(evaluate([biased], photos, asked)).rejects.toThrow(
    'random-labels compares a network with its twin that was trained on random labels, and the card of scenes-biased names none (randomLabels: NAME in the card',
  );
});
