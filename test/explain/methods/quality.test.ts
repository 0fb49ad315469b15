import { beforeEach, describe, expect, test, vi } from 'vitest';
import { methods } from '../../../src/explain/methods';
import type { Rounding } from '../../../src/explain/quality';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

let taken: Rounding;
vi.mock('../../../src/explain/quality', async (original) => ({
  ...(await original<typeof import('../../../src/explain/quality')>()),
  roundingOf: async (quality: string) => (quality === 'exact' ? { precision: 'float32', notes: [] } : taken),
}));

const network = seededNetwork('tiny-resnet', 4, [66, 83, 3], 3);
const photo = drawnPhoto(66, 83, 4);
const few: Record<string, object> = {
  occlusion: { size: 16, stride: 8 },
  rise: { masks: 60 },
  lime: { samples: 60, segments: 12 },
  'score-cam': { layer: 'layer1' },
  'ablation-cam': { layer: 'layer1' },
};
const takers = methods.filter(({ options }) => options.includes('quality'));
/** The bound that a note states, as a share of the map's range. */
const stated = (notes: readonly string[]) =>
  Number(/by at most ([\d.e-]+) %.*95 % of the maps/.exec(notes.find((note) => note.includes('95 %'))!)![1]) / 100;

beforeEach(() => {
  taken = { precision: 'bfloat16', notes: [] };
});

test('all methods that run copies of the photo take it', () => {
  expect(takers.map(({ name }) => name).sort()).toEqual(Object.keys(few).sort());
});

describe.each(takers.map((method) => [method.name, method] as const))('%s', (name, method) => {
  test('is near the exact map where it is good, and says how near', async () => {
    const before = passingTensors();
    const exact = await method.run(network, photo, few[name]);
    const good = await method.run(network, photo, { ...few[name], quality: 'good' });
    expect(passingTensors()).toBe(before);
    expect([exact.options.quality, exact.options.precision]).toEqual(['exact', 'float32']);
    expect([good.options.quality, good.options.precision]).toEqual(['good', 'bfloat16']);
    expect([...good.values]).not.toEqual([...exact.values]);
    expect(relativeDifference(good.values, exact.values)).toBeLessThan(0.05);
    expect(stated(good.notes)).toBeGreaterThan(0);
    expect(stated(good.notes)).toBeLessThan(0.2);
  });

  test('is the exact map where the processor gains nothing, and says why', async () => {
    taken = { precision: 'float32', notes: ['this processor gains nothing'] };
    const exact = await method.run(network, photo, few[name]);
    const good = await method.run(network, photo, { ...few[name], quality: 'good' });
    expect([...good.values]).toEqual([...exact.values]);
    expect(good.notes).toContain('this processor gains nothing');
    expect(exact.notes).not.toContain('this processor gains nothing');
    expect(good.options).toMatchObject({ quality: 'good', precision: 'float32' });
  });
});

test('a draft of an occlusion map runs every second position first, unless another is named', async () => {
  const occlusion = takers.find(({ name }) => name === 'occlusion')!;
  const draft = (options: object) => occlusion.run(network, photo, { ...few.occlusion, quality: 'draft', ...options });
  expect((await draft({})).options).toMatchObject({ coarse: 2, refine: 0.25, check: 24, precision: 'bfloat16' });
  expect((await draft({ coarse: 3 })).options.coarse).toBe(3);
  // Of two positions along each axis there is nothing between them.
  expect((await draft({ size: 60, stride: 60 })).options.coarse).toBe(1);
  taken = { precision: 'float32', notes: [] };
  expect((await draft({ size: 60, stride: 60 })).options).toMatchObject({ coarse: 1, check: null });
});
