import { describe, expect, test } from 'vitest';
import { AbortedError } from '../../../src/explain/errors';
import { findMethod, methods } from '../../../src/explain/methods';
import type { Progress } from '../../../src/explain/progress';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);

/** Less work than the defaults. */
const few: Readonly<Record<string, object>> = {
  smoothgrad: { samples: 5 },
  'integrated-gradients': { steps: 7 },
  occlusion: { size: 12 },
  rise: { masks: 30 },
  lime: { samples: 30, segments: 10 },
};
const long = ['smoothgrad', 'integrated-gradients', 'occlusion', 'score-cam', 'ablation-cam', 'rise', 'lime'];
const seeded: readonly (readonly [string, object])[] = [
  ['smoothgrad', {}],
  ['rise', {}],
  ['lime', {}],
  ['occlusion', { fill: 'noise' }],
];

test('an unknown method is refused with those there are', () => {
  expect(() => findMethod('grad-kam')).toThrow('unknown method: grad-kam (known: saliency, input-x-gradient, ');
});

describe.each(methods.map(({ name }) => name))('%s', (name) => {
  const { run, parse, options: own } = findMethod(name);
  const asked = few[name] ?? {};

  test('the same call gives the same bytes, names itself and its options, and leaves no tensor behind', async () => {
    const before = passingTensors();
    const map = await run(network, photo, asked);
    expect(await run(network, photo, asked)).toEqual({ ...map, elapsedMs: expect.any(Number) });
    expect(passingTensors()).toBe(before);
    expect(map.method).toBe(name);
    expect([map.height, map.width, map.values.length]).toEqual([30, 41, 30 * 41]);
    expect(map.values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...map.values.map(Math.abs))).toBeGreaterThan(0);
    for (const option of own) {
      if (option === 'seed') expect(map.seed === null).toBe(name === 'occlusion');
      else if (option === 'layer') expect(map.layer).toBe(network.camNode);
      else if (option in parse({})) expect(map.options).toHaveProperty(option);
    }
  });

  test('a difference of two classes and the same as a function of one’s own give one map', async () => {
    const plain = await run(network, photo, { ...asked, target: { difference: [1, 3] } });
    const score = (z: Float32Array) => z[1]! - z[3]!;
    const own = await run(network, photo, { ...asked, target: { label: 'own', score } });
    expect([plain.target.label, own.target.label]).toEqual(['class 1 − class 3', 'own']);
    expect(own.target.logit).toBeCloseTo(plain.target.logit, 5);
    expect(relativeDifference(own.values, plain.values)).toBeLessThan(1e-3);
  });

  test('an unknown class is an error, and leaves no tensor behind', async () => {
    const before = passingTensors();
    await expect(run(network, photo, { target: 'wolf' })).rejects.toThrow('unknown class: wolf');
    expect(passingTensors()).toBe(before);
  });
});

describe.each(long)('%s', (name) => {
  const { run } = findMethod(name);
  const asked = few[name] ?? {};

  test('an abort rejects with AbortedError and leaves no tensor behind', async () => {
    const before = passingTensors();
    await expect(run(network, photo, { ...asked, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    const midway = new AbortController();
    const onProgress = () => midway.abort();
    const call = run(network, photo, { ...asked, onProgress, signal: midway.signal, memoryMB: 0.001 });
    await expect(call).rejects.toThrow(AbortedError);
    expect(passingTensors()).toBe(before);
  });

  test('the memory budget changes the batches, not the map; progress reaches the end', async () => {
    const steps: Record<string, Progress[]> = { large: [], small: [] };
    const maps = [];
    for (const [size, memoryMB] of [
      ['large', 512],
      ['small', 0.001],
    ] as const) {
      const onProgress = (progress: Progress) => steps[size]!.push(progress);
      maps.push(await run(network, photo, { ...asked, memoryMB, onProgress }));
    }
    expect(relativeDifference(maps[1]!.values, maps[0]!.values)).toBeLessThan(1e-4);
    expect(steps.small!.length).toBeGreaterThan(steps.large!.length);
    for (const memoryMB of [0, -5, Number.NaN]) {
      const refused = `memoryMB: ${memoryMB} (allowed: above 0)`;
      await expect(run(network, photo, { ...asked, memoryMB })).rejects.toThrow(refused);
    }
    for (const all of Object.values(steps)) {
      const { label, done, total } = all.at(-1)!;
      expect([label, done]).toEqual([name, total]);
    }
  });
});

test.each(seeded)('%s: another seed gives another map, and is in the result', async (name, more) => {
  const { run } = findMethod(name);
  const asked = { ...few[name], ...more };
  const [one, same, other] = [
    await run(network, photo, { ...asked, seed: 3 }),
    await run(network, photo, { ...asked, seed: 3 }),
    await run(network, photo, { ...asked, seed: 4 }),
  ];
  expect(same.values).toEqual(one.values);
  expect(other.values).not.toEqual(one.values);
  expect([one.seed, other.seed]).toEqual([3, 4]);
});
