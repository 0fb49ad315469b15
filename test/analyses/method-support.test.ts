import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { EvaluationCell, EvaluationSummary } from '../../src/analyses/evaluation-summary';
import {
  isSupported,
  nearestSupport,
  type SupportEntry,
  supportEntries,
  supportOf,
} from '../../src/analyses/method-support';
import { whyMethods } from '../../src/analyses/why-methods';
import { loadNetwork } from '../../src/explain/network/load-network';
import { linearNetwork, seededNetwork } from '../support/networks';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-support-'));
afterAll(() => rmSync(folder, { recursive: true }));

const network = seededNetwork('tiny-resnet', 2, [32, 32, 3], 1);

type Numbers = readonly [value: number, better?: number, worse?: number, last?: number];

/** A table of maps by what the measures say of each. */
function summaryOf(measures: readonly string[], maps: Readonly<Record<string, readonly Numbers[]>>): EvaluationSummary {
  const cells = Object.entries(maps).flatMap(([map, all]) =>
    all.map(
      ([value, better = 1, worse = 1, last = 0], i): EvaluationCell => ({
        map,
        measure: measures[i]!,
        estimate: { value, low: value, high: value, count: 20 } as EvaluationCell['estimate'],
        missing: 0,
        rank: { chances: [1 - last, last], low: 1, high: 2 } as unknown as EvaluationCell['rank'],
        comparison: { baseline: 'noise', advantage: 0, better, worse } as EvaluationCell['comparison'],
      }),
    ),
  );
  const kind = (name: string) => (name === 'noise' ? 'baseline' : 'method') as 'baseline' | 'method';
  return {
    choice: 'all',
    networks: ['n'],
    photos: 20,
    maps: Object.keys(maps).map((name) => ({ name, title: name, kind: kind(name) })),
    measures,
    cells,
    agreement: [],
  };
}

const measures = ['symmetric-relevance-gain', 'mu-fidelity', 'randomisation'];
const about = { data: 'drawn scenes', seed: 1 };

test('a method is supported where it is better by one measure, worse by none, and not the last of randomised networks', () => {
  const summary = summaryOf(measures, {
    cam: [[0.4, 0.01], [0.5, 0.2], [0.2]],
    saliency: [[0.5, 0.01], [0.5, 1, 0.03], [0.3]],
    'guided-backpropagation': [
      [0.6, 0.001],
      [0.6, 0.001],
      [0.9, 1, 1, 0.97],
    ],
    occlusion: [[0.3, 0.06], [0.3, 0.07], [0.1]],
    noise: [[0], [0], [0]],
  });
  const entry = supportOf(summary, network, about);
  expect(entry).toMatchObject({ photos: 20, seed: 1, measures, architecture: network.architecture });
  expect(entry.methods.map(({ name }) => name)).not.toContain('noise');
  expect(entry.methods.filter(isSupported).map(({ name }) => name)).toEqual(['cam']);
  expect(entry.methods.map(({ last }) => last)).toEqual([[], [], ['randomisation'], []]);
  expect(() => supportOf(summaryOf(['mu-fidelity'], { cam: [[1]] }), network, about)).toThrow(
    'measures: mu-fidelity (allowed for what methods are chosen by',
  );
});

const entryOf = (more: Partial<SupportEntry> = {}): SupportEntry => ({
  network: 'other',
  title: 'Other',
  architecture: 'vgg16',
  weightsSha256: 'ff',
  data: 'photos',
  photos: 25,
  seed: 1,
  measures,
  methods: ['saliency', 'occlusion', 'rise', 'grad-cam', 'cam'].map((name, i) => ({
    name,
    value: i / 10,
    better: ['mu-fidelity'],
    worse: [],
    last: [],
  })),
  ...more,
});

test('the nearest evaluation is its own, one of its form, one of what sees the same; drawn scenes say nothing of photos', () => {
  const photos = entryOf();
  const scenes = entryOf({ architecture: 'nano-resnet', title: 'Scenes' });
  const of = (weightsSha256: string, architecture: string) =>
    nearestSupport({ weightsSha256, architecture }, [photos, scenes]);
  expect(of('aa', 'resnet50')).toEqual({ entry: photos, relation: 'other' });
  expect(of('aa', 'tiny-resnet')).toEqual({ entry: scenes, relation: 'other' });
  expect(of('aa', 'nano-resnet')).toEqual({ entry: scenes, relation: 'form' });
  expect(of('ff', 'nano-resnet')).toMatchObject({ relation: 'own' });
  expect(nearestSupport({ weightsSha256: 'aa', architecture: 'resnet50' }, [scenes])).toBeNull();
});

describe('what why asks by', () => {
  const names = (...args: Parameters<typeof whyMethods>) => whyMethods(...args).calls.map(({ method }) => method.name);
  const form = entryOf({ architecture: network.architecture });

  test('of each way the supported method of the highest value, and none where none is', () => {
    expect(names(network, 'black', undefined, [form])).toEqual(['cam', 'saliency', 'rise']);
    const without = entryOf({
      architecture: network.architecture,
      methods: form.methods.map((one) => (one.name === 'saliency' ? { ...one, worse: ['mu-fidelity'] } : one)),
    });
    const { choice } = whyMethods(network, 'black', undefined, [without]);
    expect(names(network, 'black', undefined, [without])).toEqual(['cam', 'rise']);
    expect(choice).toEqual({
      by: 'evaluation',
      evaluation: { relation: 'form', network: 'Other', data: 'photos', photos: 25 },
      without: [{ way: 'slopes', measured: 1 }],
    });
  });

  test('what the network does not allow is passed over; without an evaluation, or a supported method, the rule holds', () => {
    const flat = linearNetwork([8, 8], new Float32Array(2 * 8 * 8 * 3).fill(0.1), [0, 1]);
    const own = entryOf({ architecture: flat.architecture });
    expect(names(flat, 'black', undefined, [own])).toEqual(['saliency', 'rise']);
    const usual = ['cam', 'integrated-gradients', 'occlusion'];
    expect(names(network, 'black', undefined, [])).toEqual(usual);
    const none = entryOf({
      architecture: network.architecture,
      methods: form.methods.map((one) => ({ ...one, better: [] })),
    });
    expect(names(network, 'black', undefined, [none])).toEqual(usual);
    expect(whyMethods(network, 'black', undefined, [none]).choice).toEqual({
      by: 'rule',
      evaluation: { relation: 'form', network: 'Other', data: 'photos', photos: 25, measured: none.methods.length },
    });
    expect(whyMethods(network, 'black', undefined, []).choice).toEqual({ by: 'rule', evaluation: null });
    expect(whyMethods(network, 'black', ['occlusion'], [form]).choice).toEqual({ by: 'request' });
  });
});

test('the project’s own entries are of networks that are here, with their weights', async () => {
  const entries = supportEntries();
  expect(entries.length).toBeGreaterThan(0);
  for (const { network: name, weightsSha256, methods } of entries.filter(({ data }) => data === 'drawn scenes')) {
    expect((await loadNetwork(name)).weightsSha256).toBe(weightsSha256);
    expect(methods.some(isSupported)).toBe(true);
  }
});

test('a file that holds something else is refused by name', () => {
  const file = path.join(folder, 'support.json');
  writeFileSync(file, JSON.stringify([{ network: 'x' }]));
  expect(() => supportEntries(file)).toThrow('support.json: ');
  expect(() => supportEntries(path.join(folder, 'none.json'))).toThrow('no such file');
});
