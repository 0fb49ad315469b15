import { beforeAll, expect, test } from 'vitest';
import { type Look, look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasureOutcome } from '../../../src/explain/measures/define-measure';
import { redrawnNetworks } from '../../../src/explain/measures/redraw';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { loadNetwork } from '../../../src/explain/network/load-network';
import type { Network } from '../../../src/explain/network/network';
import { rankCorrelation } from '../../../src/explain/statistics/rank-correlation';
import { sceneSpecs } from '../../../src/scenes/dataset';
import { drawScene } from '../../../src/scenes/scene';

const scenes = [...sceneSpecs({ count: 3, seed: 4242 })].map(({ spec, label }) => ({
  image: drawScene(spec).image,
  label,
}));
let [fair, animals] = [null as Network | null, null as Network | null];
beforeAll(async () => {
  fair = await loadNetwork('scenes-fair');
  animals = await loadNetwork('scenes-animals');
});

/** What a measure says of some methods' maps of each scene: scenes × methods. */
async function outcomes(
  network: Network,
  measure: string,
  methods: readonly string[],
  { asked = {}, count = scenes.length }: { asked?: object; count?: number } = {},
): Promise<MeasureOutcome[][]> {
  const result: MeasureOutcome[][] = [];
  for (const [i, { image, label }] of scenes.slice(0, count).entries()) {
    const seen: Look = look(network, image);
    const measured: MeasureCase = { look: seen, target: seen.target(label), mask: null, things: null, seed: i };
    const maps = [];
    for (const name of methods) maps.push(await mapByMethod(findMethod(name), seen, measured.target));
    result.push((await findMeasure(measure).measure(measured, maps, asked)).map((one) => one!));
    seen.close();
  }
  return result;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const methods = ['guided-backpropagation', 'saliency', 'grad-cam'] as const;

test('guided backpropagation hardly sees the head and the last block; the gradient does, and Grad-CAM more so', async () => {
  const all = await outcomes(fair!, 'randomisation', methods);
  for (const [guided, saliency] of all) {
    // Similarity with the head drawn anew, and with the last block, too.
    const [head, block] = [guided!.curve!.y[1]!, guided!.curve!.y[2]!];
    expect(head).toBeGreaterThan(0.9);
    expect(block).toBeGreaterThan(0.65);
    expect(block - saliency!.curve!.y[2]!).toBeGreaterThan(0.1);
    expect(guided!.value! - saliency!.value!).toBeGreaterThan(0.03);
  }
  const [guided, saliency, gradCam] = methods.map((_, at) => mean(all.map((one) => one[at]!.value!)));
  expect(guided! - saliency!).toBeGreaterThan(0.08);
  expect(saliency! - gradCam!).toBeGreaterThan(0.15);
});

test('from the input up it is not told from the gradient: the reason for the default', async () => {
  const all = await outcomes(fair!, 'randomisation', methods.slice(0, 2), { asked: { order: 'bottom-up' }, count: 2 });
  expect(mean(all.map(([guided, saliency]) => guided!.value! - saliency!.value!))).toBeLessThan(0.05);
});

test('guided backpropagation shows other classes the same map', async () => {
  for (const [guided, saliency, gradCam] of await outcomes(animals!, 'random-class', methods, { count: 2 })) {
    expect(guided!.value).toBeGreaterThan(0.9);
    expect(guided!.value! - saliency!.value!).toBeGreaterThan(0.05);
    expect(gradCam!.value).toBeLessThan(0.5);
    expect(guided!.parts!.classes).toBe(3);
  }
});

test('a network with one logit has no other class to compare with', async () => {
  const [[one]] = (await outcomes(fair!, 'random-class', ['saliency'], { count: 1 })) as [[MeasureOutcome]];
  expect(one.value).toBeNull();
  expect(one.notes).toEqual(['the other class of a network with one logit is the same logit with the other sign']);
});

test('few masks leave RISE their own pattern, also on a random network; measured coverage takes it away', async () => {
  const random = redrawnNetworks(fair!, { order: 'top-down', redraw: 'initial', seed: 0 }).at(-1)!;
  const rise = findMethod('rise');
  for (const { image, label } of scenes.slice(1)) {
    const [expected, measured] = await Promise.all(
      ['expected', 'measured'].map(async (coverage) => {
        const options = { masks: 60, coverage, target: label };
        const [own, other] = [await rise.run(fair!, image, options), await rise.run(random, image, options)];
        return rankCorrelation(own.values, other.values);
      }),
    );
    expect(expected).toBeGreaterThan(0.85);
    expect(measured).toBeLessThan(0.5);
    expect(expected! - measured!).toBeGreaterThan(0.3);
  }
});
