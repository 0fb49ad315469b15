import { describe, expect, test } from 'vitest';
import type { Journal } from '../../../src/explain/journal';
import { look } from '../../../src/explain/look';
import { occlusion, occlusionMethod } from '../../../src/explain/methods/occlusion';
import { approximateScores } from '../../../src/explain/methods/occlusion-approximate';
import type { Progress } from '../../../src/explain/progress';
import { rankCorrelation } from '../../../src/explain/statistics/rank-correlation';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const network = seededNetwork('tiny-resnet', 4, [66, 83, 3], 3);
const photo = drawnPhoto(66, 83, 4);
const options = { size: 10, stride: 5 } as const;

/** `on 24 positions … off by 1.2 % … on average and 3.4 % at most, rank correlation 0.987`. */
const stated = (note: string) => {
  const found =
    /on (\d+) positions.* ([\d.e-]+) % of the map's range on average and ([\d.e-]+) % at most, rank correlation (-?[\d.]+)/.exec(
      note,
    )!;
  return found.slice(1).map(Number) as [number, number, number, number];
};

describe('an approximation', () => {
  test('states its error, which is the true one where every position is checked', async () => {
    const exact = await occlusion(network, photo, options);
    const rough = await occlusion(network, photo, { ...options, growth: 0.4, check: 1e6 });
    const [count, mean, most, ranks] = stated(rough.notes.at(-1)!);
    const [wanted, got] = [exact.grid!.logits, rough.grid!.logits];
    const away = [...got].map((value, i) => Math.abs(value - wanted[i]!));
    const range = Math.max(...got) - Math.min(...got);
    expect(count).toBe(got.length);
    expect(mean).toBeCloseTo((100 * away.reduce((a, b) => a + b)) / away.length / range, 0);
    expect(most).toBeCloseTo((100 * Math.max(...away)) / range, 0);
    expect(ranks).toBeCloseTo(rankCorrelation(got, wanted), 2);
    // Something was approximated, and it still is the same map.
    expect(most).toBeGreaterThan(0.01);
    expect(ranks).toBeGreaterThan(0.5);
    expect(rough.options).toMatchObject({ growth: 0.4, coarse: 1, refine: null, check: 1e6 });
  });

  test('is the exact map where nothing is left out, and then says so', async () => {
    const exact = await occlusion(network, photo, options);
    const all = await occlusion(network, photo, { ...options, coarse: 3, refine: 1, check: 5 });
    expect(relativeDifference(all.values, exact.values)).toBeLessThan(1e-4);
    expect(stated(all.notes.at(-1)!)[2]).toBeLessThan(0.01);
    expect(exact.notes).toEqual([]);
    expect(exact.options).toMatchObject({ growth: 1, gates: null, coarse: 1, refine: null, check: null });
  });

  test('runs the coarse positions and the refined share of the rest alone', async () => {
    const seen: Progress[] = [];
    const map = await occlusion(network, photo, {
      ...options,
      coarse: 2,
      refine: 0.2,
      check: 0,
      onProgress: (at) => seen.push(at),
    });
    const [rows, columns] = [map.grid!.rows, map.grid!.columns];
    // Every second, and the last.
    const coarse = (Math.floor(rows / 2) + 1) * (Math.floor(columns / 2) + 1);
    const totals = new Map(seen.map(({ label, total }) => [label, total]));
    expect(totals.get('occlusion')).toBe(coarse);
    expect(totals.get('occlusion, finer')).toBe(Math.round(0.2 * (rows * columns - coarse)));
    expect(map.notes.at(-1)).toBe('approximate; its error was not checked');
    expect([...map.values].every(Number.isFinite)).toBe(true);
  });

  test('checks only positions that are not exact already', async () => {
    const totals = async (how: { growth?: number; coarse: number; refine: number }) => {
      const found = new Map<string, number>();
      const onProgress = ({ label, total }: Progress) => void found.set(label, total);
      const map = await occlusion(network, photo, { ...options, ...how, check: 1e6, onProgress });
      const [first, finer, checked] = ['', ', finer', ', check'].map((stage) => found.get(`occlusion${stage}`) ?? 0);
      return { first: first!, finer: finer!, checked: checked!, said: stated(map.notes.at(-1)!) };
    };
    const positions = 13 * 16;
    const rough = await totals({ coarse: 2, refine: 0.2 });
    expect(rough.checked).toBe(positions - rough.first - rough.finer);
    expect(rough.said[0]).toBe(positions);
    expect((await totals({ growth: 0.5, coarse: 2, refine: 0.2 })).checked).toBe(positions);
    const all = await totals({ coarse: 2, refine: 1 });
    expect(all).toMatchObject({ checked: 0, said: [positions, 0, 0, 1] });
  });

  test('gives the same bytes for the same seed, and leaves no tensor behind', async () => {
    const before = passingTensors();
    const run = () => occlusion(network, photo, { ...options, growth: 0.5, coarse: 2, seed: 3 });
    const [one, other] = [await run(), await run()];
    expect(one.values).toEqual(other.values);
    expect(one.notes).toEqual(other.notes);
    expect(passingTensors()).toBe(before);
  });
});

test('an interrupted run goes on from every part of it that was done', async () => {
  const tables = new Map<string, Float32Array>();
  const journal: Journal = {
    read: (key) => tables.get(key)?.slice(),
    write: (key, table) => void tables.set(key, table.slice()),
    finish: (key) => void tables.delete(key),
  };
  const abort = new AbortController();
  const how = { ...options, coarse: 2, memoryMB: 2, journal };
  const stopped = occlusion(network, photo, {
    ...how,
    signal: abort.signal,
    onProgress: ({ label }) => label === 'occlusion, finer' && abort.abort(),
  });
  await expect(stopped).rejects.toThrow('interrupted');
  const seen: Progress[] = [];
  const resumed = await occlusion(network, photo, { ...how, onProgress: (at) => seen.push(at) });
  expect(seen[0]).toMatchObject({ label: 'occlusion', done: seen[0]!.total, resumed: seen[0]!.total });
  expect(resumed.values).toEqual((await occlusion(network, photo, { ...how, journal: null })).values);
  expect(tables.size).toBe(0);
});

test.each([{ growth: 0.6 }, { coarse: 2 }, { growth: 0.6, coarse: 3, refine: 0.1 }])(
  'with %o several targets of one call are what each is alone; what was not run has no best class',
  async (how) => {
    const seen = look(network, photo);
    const targets = [0, { difference: [1, 0] }] as const;
    const together = await occlusionMethod.explain(seen, targets, { ...options, ...how });
    for (const [i, target] of targets.entries()) {
      const alone = await occlusion(network, photo, { ...options, ...how, target });
      expect(together[i]).toEqual({ ...alone, elapsedMs: expect.any(Number) });
      const { classes, probabilities } = alone.grid!.best!;
      const none = classes.filter((index) => index === null).length;
      expect(probabilities.filter((value) => value === null)).toHaveLength(none);
      expect(none > 0).toBe('coarse' in how);
    }
  },
);

test('between coarse positions scores are bilinear: those of a plane are met exactly', async () => {
  const [tops, lefts] = [
    [0, 4, 8, 12, 15],
    [0, 3, 6, 9],
  ];
  const plane = (index: number) => 2 * tops[Math.floor(index / 4)]! - 3 * lefts[index % 4]! + 1;
  const score = async (_: string, { indices }: { indices: readonly number[] }) => Float32Array.from(indices, plane);
  const how = { growth: 1, gates: 'exact', coarse: 3, refine: 0, check: 4, precision: 'float32', seed: 0 } as const;
  const [found] = await approximateScores({ tops, lefts, width: 1, targets: 1 }, how, score);
  expect([...found!.scores]).toEqual(Array.from({ length: 20 }, (_, index) => expect.closeTo(plane(index), 4)));
  expect(found!.note).toContain('and 0.0 % at most');
});

test('of several targets the coarse positions and those of a frozen check are run once, and finer ones where each asks', async () => {
  const edges = Array.from({ length: 9 }, (_, i) => i);
  const asked: [string, number][] = [];
  const score = async (label: string, { indices }: { indices: readonly number[] }) => {
    asked.push([label, indices.length]);
    // The first target's logits change below, the second's above.
    return Float32Array.from(indices.flatMap((at) => [at > 40 ? at : 0, 0, at < 40 ? at : 0, 0]));
  };
  const how = {
    growth: 0.5,
    gates: 'exact',
    coarse: 2,
    refine: 0.25,
    check: 6,
    precision: 'float32',
    seed: 0,
  } as const;
  const found = await approximateScores({ tops: edges, lefts: edges, width: 4, targets: 2 }, how, score);
  expect(asked).toEqual([
    ['occlusion', 25],
    ['occlusion, finer', 14],
    ['occlusion, check', 6],
    ['occlusion, finer', 14],
  ]);
  const finer = found.map(({ computed }) => [...computed].slice(25));
  expect(finer[0]).not.toEqual(finer[1]);
});

test.each([
  [{ growth: 0 }, 'growth: 0 (allowed: above 0, up to 1)'],
  [{ growth: 1.2 }, 'growth: 1.2'],
  [{ coarse: 1.5 }, 'coarse: 1.5 (allowed: whole numbers from 1)'],
  // 13×16 positions: of 13 at a step of 6 there are three, at a step of 7 two.
  [{ coarse: 7 }, 'coarse: 7 (allowed: 1 to 6 for 13×16 positions, of which three along an axis come first)'],
  [{ size: 60, stride: 5, coarse: 2 }, 'coarse: 2 (allowed: 1 for 3×6 positions'],
  [{ size: 60, stride: 30, coarse: 2 }, 'coarse: 2 (allowed: 1 for 2×2 positions'],
  [{ coarse: 2, refine: -1 }, 'refine: -1 (allowed: numbers from 0 to 1)'],
  [{ refine: 0.5 }, 'refine: 0.5 (allowed: only with coarse above 1)'],
  [{ check: 5 }, 'check: 5 (allowed: only with a quality below exact, growth below 1, frozen gates or coarse above 1)'],
  [{ gates: 'frozen' as const }, 'gates: frozen (allowed: exact, for in this network no vector multiplies a map)'],
  [{ coarse: 2, check: Number.NaN }, 'check: NaN (allowed: whole numbers from 0)'],
])('%o is refused', async (wrong, message) => {
  await expect(occlusion(network, photo, { ...options, ...wrong })).rejects.toThrow(message);
});

test('states its error for as many positions as a stride of 1 px makes', async () => {
  const edges = Array.from({ length: 433 }, (_, i) => i);
  const [found] = await approximateScores(
    { tops: edges, lefts: edges, width: 1, targets: 1 },
    { growth: 0.5, gates: 'exact', coarse: 1, refine: 0, check: 433 ** 2, precision: 'float32', seed: 0 },
    async (_, { indices, growth }) => Float32Array.from(indices, (index) => (index % 100) + (growth < 1 ? 1 : 0)),
  );
  expect(found!.note).toContain('off by 1.0 % of the map');
});
