import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { backgroundBias } from '../../src/analyses/background-bias';
import { ladderPlans } from '../../src/analyses/ladder';
import { poolingPlans } from '../../src/analyses/pooling-trainings';
import { type Reliance, reliance, reliancePictures } from '../../src/analyses/reliance';
import { trainingOutcomes } from '../../src/analyses/scene-trainings';
import { loadNetwork } from '../../src/explain/network/load-network';
import { estimateLeastShare } from '../../src/explain/statistics/least-share';

const folder = path.resolve(__dirname, '../../networks');

test('of two networks alike, the one trained with a bias looks at the background', { timeout: 240_000 }, async () => {
  const networks = [await loadNetwork('scenes-fair'), await loadNetwork('scenes-biased')];
  const { networks: measured, figures } = await backgroundBias(networks, { maps: 60 });
  const [fair, biased] = measured as [(typeof measured)[0], (typeof measured)[0]];
  for (const { value } of [...Object.values(fair.accuracy), fair.worst.accuracy])
    expect(value).toBeGreaterThanOrEqual(0.97);
  expect(biased.accuracy.own.value).toBeGreaterThanOrEqual(0.97);
  expect(biased.accuracy.swapped.high).toBeLessThan(0.3);
  expect(biased.accuracy.fair.high).toBeLessThan(fair.accuracy.fair.low);
  expect(biased.camOutside.mass!.low).toBeGreaterThan(fair.camOutside.mass!.high);
  // What lies beyond one cell of the map cannot be the animal's: several times the fair one's.
  const far = (of: typeof fair) => of.outside.reduce((sum, { far }) => sum + far!.value, 0);
  expect(far(biased) / far(fair)).toBeGreaterThan(3);
  for (const [i, { far: little, label }] of fair.outside.entries()) {
    expect(biased.outside[i]!.label).toBe(label);
    expect(biased.outside[i]!.far!.value / little!.value, label).toBeGreaterThan(2.5);
  }
  expect(figures.accuracy.data).toHaveLength(2);
});

test('bees, ants, dogs and wolves are told apart on any background', { timeout: 240_000 }, async () => {
  const network = await loadNetwork('scenes-animals');
  expect(network.output).toBe('softmax');
  const { networks } = await backgroundBias([network], { scenes: 200, maps: 1 });
  expect(networks[0]!.accuracy.fair.value).toBeGreaterThanOrEqual(0.97);
});

test('the weights trained here take at most 2 MB, each with its card and report', () => {
  // Set by hand, 352 bytes: docs/provable.md.
  const weights = readdirSync(folder).filter(
    (name) => name.endsWith('.safetensors') && name !== 'scenes-colours.safetensors',
  );
  expect(weights).toHaveLength(10);
  expect(weights.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)).toBeLessThanOrEqual(2e6);
  const outcomes = ['ladder', 'poolings'].map((one) => readFileSync(path.join(folder, `${one}.json`), 'utf8')).join('');
  for (const name of weights) {
    expect(existsSync(path.join(folder, name.replace('.safetensors', '.yaml')))).toBe(true);
    // Those of a series have their outcomes in its file.
    const series = /^scenes-((?:bias|average|maximum|flat)-.*)\.safetensors$/.exec(name)?.[1];
    if (series === undefined)
      expect(existsSync(path.join(folder, name.replace('.safetensors', '.training.json')))).toBe(true);
    else expect(outcomes).toContain(`"name":"${series}"`);
  }
});

test('reliance on the background grows with the bias of the training', async () => {
  const outcomes = await trainingOutcomes<Reliance>(path.join(folder, 'ladder.json'));
  // What was committed is what the command trains now.
  expect(outcomes.map(({ plan }) => plan)).toEqual(ladderPlans());
  const biases = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const rungs = biases.map((bias) =>
    outcomes.filter(({ plan }) => plan.scenes.bias === bias).map(({ result }) => result),
  );
  const mean = (rung: readonly Reliance[]) => rung.reduce((sum, one) => sum + one.reliance.value, 0) / rung.length;
  for (const [i, rung] of rungs.entries()) {
    expect(rung).toHaveLength(5);
    if (i > 0) expect(mean(rung)).toBeGreaterThan(mean(rungs[i - 1]!));
  }
  for (const { groups, worst } of rungs.flat()) {
    const hits = groups.map(({ accuracy: { value, count } }) => ({ hits: Math.round(value * count), count }));
    const { group, estimate } = estimateLeastShare(hits);
    expect(worst).toEqual({ ...groups[group]!, accuracy: estimate });
  }
  // Where the background's mean may be 0, so may its share.
  for (const { background, reliance: share } of rungs.flat()) {
    if (background.low < 0 && background.high > 0) expect(share.low).toBe(0);
  }
  expect(mean(rungs[0]!)).toBeLessThan(0.1);
  expect(mean(rungs[5]!)).toBeGreaterThan(0.95);
  const poolings = await trainingOutcomes(path.join(folder, 'poolings.json'));
  expect(poolings.map(({ plan }) => plan)).toEqual(poolingPlans());
});

test('a network of the ladder answers as its outcome says', async () => {
  const network = await loadNetwork('scenes-bias-0.8-seed-1');
  const [now] = await reliance(network, await reliancePictures(network, { size: 96 }));
  const outcomes = await trainingOutcomes<Reliance>(path.join(folder, 'ladder.json'));
  const { result } = outcomes.find(({ plan }) => plan.name === 'bias-0.8-seed-1')!;
  for (const key of ['animal', 'background', 'reliance'] as const)
    for (const end of ['value', 'low', 'high'] as const) expect(now![key][end]).toBeCloseTo(result[key][end], 2);
  expect(now!.accuracy.value).toBeCloseTo(result.accuracy.value, 2);
});
