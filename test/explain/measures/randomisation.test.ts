import { beforeAll, expect, test } from 'vitest';
import { type Look, look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasureOutcome } from '../../../src/explain/measures/define-measure';
import { mapByMethod } from '../../../src/explain/measures/remake';
import { findMethod } from '../../../src/explain/methods';
import { loadNetwork } from '../../../src/explain/network/load-network';
import type { Network } from '../../../src/explain/network/network';
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
  { asked = {}, options = {}, count = scenes.length }: { asked?: object; options?: object; count?: number } = {},
): Promise<MeasureOutcome[][]> {
  const result: MeasureOutcome[][] = [];
  for (const [i, { image, label }] of scenes.slice(0, count).entries()) {
    const seen: Look = look(network, image);
    const measured: MeasureCase = { look: seen, target: seen.target(label), mask: null, things: null, seed: i };
    const maps = [];
    for (const name of methods) maps.push(await mapByMethod(findMethod(name), seen, measured.target, { ...options }));
    result.push((await findMeasure(measure).measure(measured, maps, asked)).map((one) => one!));
    seen.close();
  }
  return result;
}

const methods = ['guided-backpropagation', 'saliency', 'grad-cam'] as const;

test('guided backpropagation hardly sees the head and the last block; the gradient does, and Grad-CAM more so', async () => {
  for (const [guided, saliency, gradCam] of await outcomes(fair!, 'randomisation', methods)) {
    // Similarity with the head drawn anew, and with the last block, too.
    const [head, block] = [guided!.curve!.y[1]!, guided!.curve!.y[2]!];
    expect(head).toBeGreaterThan(0.9);
    expect(head - saliency!.curve!.y[1]!).toBeGreaterThan(0.05);
    expect(block - saliency!.curve!.y[2]!).toBeGreaterThan(0.1);
    expect(guided!.value! - saliency!.value!).toBeGreaterThan(0.04);
    expect(saliency!.value! - gradCam!.value!).toBeGreaterThan(0.1);
  }
});

test('from the input up it is not told from the gradient: the reason for the default', async () => {
  const all = await outcomes(fair!, 'randomisation', methods.slice(0, 2), { asked: { order: 'bottom-up' } });
  const mean = (at: number) => all.reduce((sum, one) => sum + one[at]!.value!, 0) / all.length;
  expect(mean(0) - mean(1)).toBeLessThan(0.05);
});

test('guided backpropagation shows other classes the same map', async () => {
  for (const [guided, saliency, gradCam] of await outcomes(animals!, 'random-class', methods)) {
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
  const end = 'spearman, all drawn anew';
  for (const count of [1, 2]) {
    const ask = async (coverage: string) => {
      const all = await outcomes(fair!, 'randomisation', ['rise'], { options: { masks: 60, coverage }, count });
      return all[count - 1]![0]!.parts![end]!;
    };
    expect(await ask('expected')).toBeGreaterThan(0.7);
    expect(Math.abs(await ask('measured'))).toBeLessThan(0.5);
  }
});
