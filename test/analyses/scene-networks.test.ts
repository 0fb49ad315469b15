import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { backgroundBias } from '../../src/analyses/background-bias';
import { loadNetwork } from '../../src/explain/network/load-network';

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
  expect(weights).toHaveLength(6);
  expect(weights.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)).toBeLessThanOrEqual(2e6);
  for (const name of weights) {
    expect(existsSync(path.join(folder, name.replace('.safetensors', '.yaml')))).toBe(true);
    expect(existsSync(path.join(folder, name.replace('.safetensors', '.training.json')))).toBe(true);
  }
});
