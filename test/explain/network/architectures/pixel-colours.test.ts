import { beforeAll, expect, test } from 'vitest';
import { classify } from '../../../../src/explain/classify';
import { cam } from '../../../../src/explain/methods/cam';
import { inputXGradient } from '../../../../src/explain/methods/input-x-gradient';
import { integratedGradients } from '../../../../src/explain/methods/integrated-gradients';
import { occlusion } from '../../../../src/explain/methods/occlusion';
import { saliency } from '../../../../src/explain/methods/saliency';
import { loadNetwork } from '../../../../src/explain/network/load-network';
import type { Network } from '../../../../src/explain/network/network';
import { drawScene } from '../../../../src/scenes/scene';
import { singleScene } from '../../../../src/scenes/study-scenes';
import { colourWorth, detectors, excess, mean, ofPixels } from '../../../support/colours';
import { flatPhoto } from '../../../support/flat-photo';

const SIDE = 128;
const PIXELS = SIDE * SIDE;
/** Logits are sums of 16,384 numbers of 32 bits, added one after another. */
const ROUNDING = 2e-4;
const difference = { difference: ['wolf', 'dog'] } as const;
const wolfLessDog = ({ wolf, dog }: (typeof detectors)[number]) => wolf - dog;

let network: Network;
beforeAll(async () => {
  network = await loadNetwork('scenes-colours');
});

const scene = drawScene(singleScene('wolf', { seed: 4, background: 'snow', width: SIDE, height: SIDE })).image;
/** Columns of weak blue, strong blue, green, and grey, which no detector sees. */
const columns = [
  [96, 96, 112],
  [0, 0, 255],
  [0, 255, 0],
  [128, 128, 128],
] as const;
const stripes = flatPhoto(SIDE, SIDE, (x) => columns[Math.floor(x / 32)]!);

test('the committed weights are those of the proof', () => {
  const values = (name: string) => [...network.parameters.get(name)!.values];
  expect(values('conv1.weight')).toEqual(detectors.flatMap(({ colours }) => colours));
  expect(values('conv1.bias')).toEqual(detectors.map(({ threshold }) => -threshold));
  expect(values('fc.weight')).toEqual([...detectors.map(({ dog }) => dog), ...detectors.map(({ wolf }) => wolf)]);
  expect(values('fc.bias')).toEqual([0, 0]);
});

test('logits of flat areas are their shares times what their colours are worth, by hand', async () => {
  const quarter = flatPhoto(SIDE, SIDE, (x, y) => (x < 64 && y < 64 ? [0, 0, 255] : [0, 255, 0]));
  const { classes } = await classify(network, quarter);
  const logit = (label: string) => classes.find((one) => one.label === label)!.logit;
  expect(logit('wolf')).toBeCloseTo(64 * (1 - 1 / 64) * 0.25, 4);
  expect(logit('dog')).toBeCloseTo(16 * (1 - 1 / 32) * 0.75, 4);
});

test('the class activation map is each pixel’s worth, and its mean the logit', async () => {
  for (const label of ['dog', 'wolf'] as const) {
    const map = await cam(network, scene, { target: label });
    const worths = ofPixels(scene, (colour) => colourWorth(colour, (one) => one[label]));
    expect(Math.max(...worths)).toBeGreaterThan(0.3);
    expect(largestDifference(map.values, worths)).toBeLessThan(1e-5);
    expect(Math.abs(mean(map.values) - map.target.logit)).toBeLessThan(ROUNDING);
  }
});

test('occlusion in black is the sum of the worths below it: black is worth nothing', async () => {
  const { grid, target } = await occlusion(network, scene, { target: difference, size: 32, stride: 32, fill: 'black' });
  const worths = ofPixels(scene, (colour) => colourWorth(colour, wolfLessDog));
  expect(Math.abs(target.logit - mean(worths))).toBeLessThan(ROUNDING);
  const drops = grid!.tops.flatMap((top) =>
    grid!.lefts.map((left) => {
      const below = worths.filter((_, i) => {
        const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
        return x >= left && x < left + 32 && y >= top && y < top + 32;
      });
      return below.reduce((sum, worth) => sum + worth, 0) / PIXELS;
    }),
  );
  expect(drops.length).toBeGreaterThanOrEqual(16);
  expect(Math.max(...drops) - Math.min(...drops)).toBeGreaterThan(0.02);
  const measured = Array.from(grid!.logits, (logit) => target.logit - logit);
  expect(largestDifference(measured, drops)).toBeLessThan(2 * ROUNDING);
});

test('input × gradient is the worth and, where a detector is on, its threshold too', async () => {
  const map = await inputXGradient(network, scene, { target: difference });
  const expected = ofPixels(scene, (colour) =>
    detectors.reduce(
      (sum, one) => (excess(one, colour) > 0 ? sum + wolfLessDog(one) * (excess(one, colour) + one.threshold) : sum),
      0,
    ),
  );
  expect(
    largestDifference(
      Array.from(map.values, (value) => value * PIXELS),
      expected,
    ),
  ).toBeLessThan(1e-3);
  const worths = ofPixels(scene, (colour) => colourWorth(colour, wolfLessDog));
  expect(mean(expected)).toBeGreaterThan(mean(worths) + 0.1);
});

test('integrated gradients from black tend to the worth: each detector turns on once on the way', async () => {
  const steps = 64;
  const map = await integratedGradients(network, stripes, { target: difference, baseline: 'black', steps });
  const values = Array.from(map.values, (value) => value * PIXELS);
  for (const [i, colour] of columns.entries()) {
    const worth = colourWorth(
      colour.map((byte) => byte / 255),
      wolfLessDog,
    );
    // The step on which the detector turns on is counted in whole, in part or not at all.
    expect(Math.abs(values[32 * i]! - worth)).toBeLessThan(64 / steps + 1e-3);
  }
});

test('the absolute gradient is no worth: equal for weak and strong, positive for what speaks against', async () => {
  const map = await saliency(network, stripes, { target: difference });
  const values = columns.map((_, i) => map.values[32 * i + 5]! * PIXELS);
  [64, 64, 16, 0].forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 3);
  });
  const [weak, strong, green] = columns.map((colour) =>
    colourWorth(
      colour.map((byte) => byte / 255),
      wolfLessDog,
    ),
  );
  expect(strong! / weak!).toBeGreaterThan(20);
  expect(green).toBeLessThan(-15);
});

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
