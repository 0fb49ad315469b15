import { expect, test } from 'vitest';
import { agreement, bestApproximation, foreseen, said } from '../../bench/approximations.mjs';
import type { Attribution } from '../../src/explain/attribution';
import { type OcclusionOptions, occlusion } from '../../src/explain/methods/occlusion';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const network = seededNetwork('tiny-resnet', 4, [66, 83, 3], 3);
const photo = drawnPhoto(66, 83, 4);

/** Our call, on a clock that counts the positions it runs, those of a check too. */
async function run(options: OcclusionOptions): Promise<{ seconds: number; result: Attribution }> {
  const totals = new Map<string, number>();
  const onProgress = ({ label, total }: { label: string; total: number }) => {
    totals.set(label, total);
  };
  const result = await occlusion(network, photo, { size: 12, stride: 6, ...options, onProgress });
  return { seconds: [...totals.values()].reduce((sum, total) => sum + total, 0), result };
}

test('what a coarse grid gives and takes is foreseen from the whole map', async () => {
  const exact = await run({});
  const candidate = { coarse: 2, refine: 0.25 };
  const { pixels, seconds } = await foreseen(candidate, exact, exact.result);
  const found = await run({ ...candidate, check: 0 });
  expect(seconds).toBe(found.seconds);
  expect(pixels).toBeCloseTo(agreement(found.result, exact.result).pixels, 2);
  expect(pixels).toBeLessThan(1);
});

test('of the approximations that are alike enough the fastest is found', async () => {
  const exact = await run({});
  const lines: string[] = [];
  const found = await bestApproximation(exact, run, { enough: 0.9, log: (line: string) => lines.push(line) });
  expect(found.pixels).toBeGreaterThanOrEqual(0.9);
  expect(found.seconds).toBeLessThan(exact.seconds);
  const again = await run(found.candidate);
  expect(agreement(again.result, exact.result).pixels).toBe(found.pixels);
  expect(lines.some((line) => line.includes(said(found.candidate)))).toBe(true);
});

test('where none is alike enough, the one nearest to it', async () => {
  const exact = await run({});
  const found = await bestApproximation(exact, run, { enough: 1.1 });
  const other = await run({ growth: 0.5, coarse: 4, refine: 0 });
  expect(found.pixels).toBeGreaterThan(agreement(other.result, exact.result).pixels);
  expect(found.pixels).toBeLessThanOrEqual(1);
});

test('options are said in the order in which they act', () => {
  expect([said({ refine: 0.15, coarse: 3, growth: 0.75 }), said({ growth: 0.5 })]).toEqual([
    'growth 0.75, coarse 3, refine 0.15',
    'growth 0.5',
  ]);
});
