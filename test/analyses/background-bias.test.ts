import { expect, test } from 'vitest';
import { backgroundBias, backgroundSpecs } from '../../src/analyses/background-bias';
import { thingWorths } from '../../src/analyses/interventions';
import type { Network } from '../../src/explain/network/network';
import { ownBackground } from '../../src/scenes/random-scene';
import { swapBackground } from '../../src/scenes/study-scenes';
import { networkOf } from '../support/networks';

/** z = mean over the picture of (blue − green) · scale + bias: says wolf where the picture is bluish, that is snowy. */
function colourNetwork(scale: number, bias: number): Network {
  const graph = [
    { name: 'input', operation: { kind: 'input' as const }, inputs: [] },
    { name: 'avgpool', operation: { kind: 'globalAvgPool' as const }, inputs: ['input'] },
    { name: 'fc', operation: { kind: 'dense' as const, units: 1, bias: true }, inputs: ['avgpool'] },
  ];
  const parameters = new Map([
    ['fc.weight', { shape: [1, 3], values: new Float32Array([0, -scale, scale]) }],
    ['fc.bias', { shape: [1], values: new Float32Array([bias]) }],
  ]);
  return networkOf(graph, [32, 32, 3], parameters, { output: 'sigmoid', classes: ['dog', 'wolf'], camNode: 'input' });
}

test('a network that looks at the colour of the background fails where backgrounds are swapped', async () => {
  const options = { scenes: 60, maps: 20, size: 32 };
  const { networks } = await backgroundBias([colourNetwork(100, 3)], options);
  const { accuracy, dependence, outside, worst, groups, probability, classes } = networks[0]!;
  expect(accuracy.own.value).toBeGreaterThan(0.9);
  expect(accuracy.swapped.value).toBeLessThan(0.15);
  expect(dependence.value).toBeCloseTo(accuracy.own.value - accuracy.swapped.value, 12);
  expect(dependence.low).toBeGreaterThan(0.7);
  expect(accuracy.fair.value).toBeGreaterThan(0.3);
  expect(accuracy.fair.value).toBeLessThan(0.8);
  expect(accuracy.own.count).toBe(60);
  expect(outside.map(({ label }) => label)).toEqual(['dog', 'wolf']);
  // Snow is bluer than a wolf: nearly all of the evidence lies outside, more than the area would say.
  expect(outside[1]!.mass!.value).toBeGreaterThan(0.8);
  expect(outside[1]!.far!.value).toBeGreaterThan(0.4);
  expect(outside[1]!.far!.value).toBeLessThan(outside[1]!.mass!.value);
  // Every class on every background, thirty animals each; the worst is one of them.
  expect(groups).toHaveLength(12);
  expect(groups.every(({ accuracy }) => accuracy.count === 30)).toBe(true);
  expect(worst.accuracy.value).toBe(Math.min(...groups.map(({ accuracy }) => accuracy.value)));
  const mean = groups.reduce((sum, one) => sum + one.accuracy.value, 0) / 12;
  expect(accuracy.fair.value).toBeCloseTo(mean, 12);
  const dog = groups.find(({ label, background }) => label === 'dog' && background === 'snow')!;
  expect(classes[0]).toMatchObject({ label: 'dog', swapped: { value: dog.accuracy.value, count: 30 } });
  expect(probability.low).toBeGreaterThan(0.5);
  // A blob at the centre is nearer to the animal than an even map, which knows nothing at all.
  for (const { centre, even, mass, beyondCentre } of outside) {
    expect(centre!.value).toBeLessThan(even!.value);
    expect(even!.value).toBeGreaterThan(0.5);
    expect(even!.value).toBeLessThan(0.99);
    expect(beyondCentre!.value).toBeCloseTo(mass!.value - centre!.value, 12);
  }
});

test('redrawing the scenes of the maps says what the background is worth: the worths of interventions, the share of reliance', async () => {
  const network = colourNetwork(100, 3);
  const { networks } = await backgroundBias([network], { scenes: 16, maps: 8, size: 32 });
  const { redrawn } = networks[0]!;
  expect(redrawn.map(({ label }) => label)).toEqual(['dog', 'wolf']);
  const scenes = [...backgroundSpecs(network, { scenes: 8, size: 32 })].map(({ label, spec }) => ({
    label,
    spec: swapBackground(spec, ownBackground[label]),
  }));
  const worths = await thingWorths(network, scenes);
  for (const { label, share, background, markings } of redrawn) {
    const mean = (kind: string) => {
      const own = worths.filter((one) => one.label === label && one.kind === kind).map(({ logit }) => logit);
      return own.reduce((sum, one) => sum + one, 0) / own.length;
    };
    expect(background.value).toBeCloseTo(mean('background'), 9);
    expect(markings.value).toBeCloseTo(mean('markings'), 9);
    const [ground, coat] = [Math.abs(mean('background')), Math.abs(mean('markings'))];
    expect(share.value).toBeCloseTo(ground / (ground + coat), 9);
    expect(share.value).toBeGreaterThan(0.9);
    expect(share.low).toBeLessThanOrEqual(share.value);
    expect(share.high).toBeLessThanOrEqual(1);
  }
  // The rivals of the first set have another body: nothing to redraw.
  const first = await backgroundBias([network], { scenes: 4, maps: 4, size: 32, set: 1 });
  expect(first.networks[0]!.redrawn).toEqual([]);
});

test('a network that always says wolf is right on half of any scenes', async () => {
  const { networks, figures } = await backgroundBias([colourNetwork(0, 1)], { scenes: 10, maps: 1, size: 32 });
  expect(networks[0]!.accuracy.own.value).toBe(0.5);
  expect(networks[0]!.accuracy.swapped.value).toBe(0.5);
  expect(networks[0]!.dependence).toMatchObject({ value: 0, count: 10 });
  expect(figures.accuracy.alt).toContain('50.0 % on swapped background');
  // Its map is zero everywhere: there is no mass to share out.
  expect(networks[0]!.camOutside).toMatchObject({ mass: null, centre: null });
});

test('one or two maps give no narrow interval', async () => {
  const { networks } = await backgroundBias([colourNetwork(100, 3)], { scenes: 10, maps: 2, size: 32 });
  const { low, high, count, value } = networks[0]!.camOutside.mass!;
  expect(count).toBeLessThanOrEqual(2);
  expect(high - low).toBeGreaterThan(0.9);
  expect(value).toBeGreaterThan(low);
  await expect(backgroundBias([colourNetwork(1, 0)], { maps: 0 })).rejects.toThrow('maps: 0 (allowed: whole numbers');
});

test('a network of other classes is refused', async () => {
  const network = { ...colourNetwork(1, 0), classes: ['cat', 'dog'] };
  await expect(backgroundBias([network])).rejects.toThrow('a class that is not drawn: cat');
});
