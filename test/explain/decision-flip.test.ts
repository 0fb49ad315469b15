import { expect, test } from 'vitest';
import { changeRegions, decisionFlip } from '../../src/explain/decision-flip';
import { answerOf, decisionMargin } from '../../src/explain/decision-margin';
import { memoryJournal } from '../../src/explain/journal';
import { forward } from '../../src/explain/network/executors/forward';
import type { Network } from '../../src/explain/network/network';
import { drawn, linearNetwork, networkOf, seededNetwork } from '../support/networks';

/** Two classes on a row of px: logit 1 is 0, logit 0 is `start` less each px's weight times its first value. */
const additive = (weights: readonly number[], start: number): Network =>
  linearNetwork(
    [1, weights.length],
    Float32Array.from({ length: 2 * 3 * weights.length }, (_, i) =>
      i < 3 * weights.length && i % 3 === 0 ? -weights[i / 3]! : 0,
    ),
    [start, 0],
  );

/** Every px a region; what is changed turns from 0 to 1. */
const switches = (count: number) => ({
  input: new Float32Array(3 * count),
  regions: Int32Array.from({ length: count }, (_, i) => i),
  replacement: new Float32Array(3 * count).fill(1),
});

test('where regions add up, the heaviest are changed until their sum passes the margin', async () => {
  const flip = await decisionFlip(additive([1, 5, 2, 4], 8), switches(4));
  expect(flip).toMatchObject({ turned: true, regions: [1, 3], area: 0.5, passes: 1 + 1 + 4 + 3 + 2 });
  expect(flip.before.margin).toBeCloseTo(8, 5);
  expect(flip.after.margin).toBeCloseTo(-1, 5);
  expect(flip.whole.margin).toBeCloseTo(-4, 5);
  expect(flip.steps.map(({ region }) => region)).toEqual([1, 3]);
  expect(flip.steps[0]!.margin).toBeCloseTo(3, 5);
});

test('a region that the search took and does not need is put back', async () => {
  // 5 − (2a + b + c + 8 max(0, b + c − 1)): a is the heaviest alone, and b with c suffices.
  const network = networkOf(
    [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'flat', operation: { kind: 'flatten' }, inputs: ['input'] },
      { name: 'fc1', operation: { kind: 'dense', units: 3, bias: true }, inputs: ['flat'] },
      { name: 'relu', operation: { kind: 'relu' }, inputs: ['fc1'] },
      { name: 'fc2', operation: { kind: 'dense', units: 1, bias: true }, inputs: ['relu'] },
    ],
    [1, 3, 3],
    new Map([
      // Channel first: the first three are the first channel of a, b and c.
      [
        'fc1.weight',
        {
          shape: [3, 9],
          values: Float32Array.from([1, 0, 0, ...zeros(6), 0, 1, 1, ...zeros(6), 0, 1, 1, ...zeros(6)]),
        },
      ],
      ['fc1.bias', { shape: [3], values: Float32Array.from([0, 0, -1]) }],
      ['fc2.weight', { shape: [1, 3], values: Float32Array.from([-2, -1, -8]) }],
      ['fc2.bias', { shape: [1], values: Float32Array.from([5]) }],
    ]),
    { output: 'sigmoid', classes: ['no', 'yes'] },
  );
  const flip = await decisionFlip(network, switches(3));
  expect(flip.steps.map(({ region }) => region)).toEqual([0, 1, 2]);
  expect(flip).toMatchObject({ turned: true, regions: [1, 2] });
  expect(flip.after.margin).toBeCloseTo(-5, 5);
});

const zeros = (count: number) => new Array<number>(count).fill(0);

test('what never turns comes back as the nearest miss', async () => {
  const flip = await decisionFlip(additive([1, -5, 2], 8), switches(3));
  // Changing all would speak for the decision: the least margin lies on the way.
  expect(flip).toMatchObject({ turned: false, regions: [2, 0] });
  expect(flip.after.margin).toBeCloseTo(5, 5);
  expect(flip.whole.margin).toBeCloseTo(10, 5);
  expect(flip.steps).toHaveLength(3);
});

test('pixels of region −1 are never changed, and the target says whose decision turns', async () => {
  const changes = { ...switches(4), regions: Int32Array.from([-1, 7, 7, 3]) };
  const network = additive([9, 1, 1, 1], 1.5);
  const flip = await decisionFlip(network, changes);
  expect(flip).toMatchObject({ regions: [7], area: 0.5 });
  expect(changeRegions(changes, flip.regions)).toEqual(
    Float32Array.from([...zeros(3), ...new Array(6).fill(1), ...zeros(3)]),
  );
  expect(await decisionFlip(network, changes, { target: { difference: [0, 1] } })).toMatchObject({ regions: [7] });
  await expect(decisionFlip(network, changes, { target: 'class 1' })).rejects.toThrow(
    'does not decide for class 1: its margin is -1.5000 (needed: above 0)',
  );
});

test('of a real network every set is 1-minimal, the same again, and the same after an interruption', async () => {
  const network = seededNetwork('tiny-resnet', 3, [32, 32, 3], 11);
  const changes = {
    input: drawn(32 * 32 * 3, 1, 2, -1),
    regions: Int32Array.from({ length: 32 * 32 }, (_, i) => 4 * Math.floor(i / 256) + Math.floor((i % 32) / 8)),
    replacement: drawn(32 * 32 * 3, 3, 8, -6),
  };
  const flip = await decisionFlip(network, changes);
  const target = answerOf(network, flip.before.raw).index;
  const margin = (regions: readonly number[]) => {
    const raw = forward(network, changeRegions(changes, regions));
    return decisionMargin(network, raw, target)(raw);
  };
  expect(flip.turned).toBe(true);
  // The search takes more than it needs here, and puts some back.
  expect(flip.steps.length).toBeGreaterThan(flip.regions.length);
  expect(flip.regions.length).toBeGreaterThan(1);
  expect(margin(flip.regions)).toBeCloseTo(flip.after.margin, 4);
  expect(margin(flip.regions)).toBeLessThan(0);
  for (const region of flip.regions) {
    expect(margin(flip.regions.filter((one) => one !== region))).toBeGreaterThanOrEqual(0);
  }
  expect(await decisionFlip(network, changes)).toEqual(flip);

  const stop = new AbortController();
  const journal = memoryJournal(100);
  let done = 0;
  const onProgress = () => {
    if (++done === 2) stop.abort();
  };
  const interrupted = decisionFlip(network, changes, { journal, signal: stop.signal, onProgress });
  await expect(interrupted).rejects.toThrow('interrupted');
  const labels: number[] = [];
  const rest = { journal, onProgress: ({ resumed = 0 }) => labels.push(resumed) };
  expect(await decisionFlip(network, changes, rest)).toEqual(flip);
  expect(Math.max(...labels)).toBeGreaterThan(0);
});

test('what cannot be is refused', async () => {
  const network = additive([1, 1], 1);
  const changes = switches(2);
  const tries: [Parameters<typeof decisionFlip>[1], string][] = [
    [{ ...changes, regions: new Int32Array(3) }, 'regions of 3 numbers for test (needed: 2, 1×2 px)'],
    [{ ...changes, replacement: new Float32Array(3) }, 'replacement of 3 numbers for test (needed: 6'],
    [{ ...changes, input: new Float32Array(5) }, 'input of 5 numbers'],
    [{ ...changes, replacement: new Float32Array(6).fill(Number.NaN) }, 'a value NaN (allowed: finite numbers)'],
    [{ ...changes, regions: Int32Array.from([-2, 0]) }, "a region's number: -2"],
    [{ ...changes, regions: new Int32Array(2).fill(-1) }, 'no region to change'],
  ];
  for (const [wrong, message] of tries) await expect(decisionFlip(network, wrong)).rejects.toThrow(message);
  await expect(decisionFlip({ ...network, output: 'linear' }, changes)).rejects.toThrow('is no decision');
  await expect(decisionFlip(network, changes, { target: 'cat' })).rejects.toThrow('unknown class: cat');
});

test('margins are log odds: of the best other class under softmax, of one half under one output or a label of its own', () => {
  const network = linearNetwork([1, 1], new Float32Array(9), [2, 1, 3]);
  const raw = Float32Array.from([2, 1, 3]);
  expect(decisionMargin(network, raw)(raw)).toBe(1);
  expect(decisionMargin(network, raw, 0)(raw)).toBe(-1);
  expect(answerOf(network, raw)).toMatchObject({ index: 2, label: 'class 2', margin: 1 });
  const sigmoid = { ...network, output: 'sigmoid', classes: ['dog', 'wolf'] } as const;
  expect(answerOf(sigmoid, Float32Array.from([-0.5]))).toMatchObject({ label: 'dog', margin: 0.5 });
  expect(decisionMargin(sigmoid, Float32Array.from([-0.5]), 'wolf')(Float32Array.from([2]))).toBe(2);
  const labels = { ...network, output: 'multilabel' } as const;
  expect(decisionMargin(labels, raw, 0)(raw)).toBe(2);
  expect(() => answerOf(labels, raw)).toThrow('its output is multilabel (allowed: softmax or sigmoid');
});
