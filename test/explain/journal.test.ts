import { mkdtempSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderJournal } from '../../src/explain/folder-journal';
import { type Journal, memoryJournal, openTable, runKey } from '../../src/explain/journal';
import { look } from '../../src/explain/look';
import { findMethod } from '../../src/explain/methods';
import type { Progress, RunOptions } from '../../src/explain/progress';
import { resolveTarget, type Target } from '../../src/explain/target';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);
const newFolder = () => mkdtempSync(path.join(os.tmpdir(), 'whylight-journal-'));

const methods = [
  ['occlusion', { size: 12, fill: 'noise' }],
  ['score-cam', {}],
  ['ablation-cam', {}],
  ['rise', { masks: 30 }],
  ['lime', { samples: 30, segments: 10 }],
] as const;

/** Runs a method one copy a batch until `copies` are done, or to its end. */
async function runUntil(name: string, options: object, journal: Journal | null, copies = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const steps: Progress[] = [];
  const onProgress = (progress: Progress) => {
    steps.push(progress);
    if (progress.done >= copies) controller.abort();
  };
  const { signal } = controller;
  const run = findMethod(name).run(network, photo, { ...options, journal, signal, onProgress, memoryMB: 0.001 });
  return { steps, map: await run.catch(() => null) };
}

describe.each(methods)('%s, interrupted', (name, options) => {
  test.each([
    ['memory', () => memoryJournal()],
    ['a folder', () => folderJournal(newFolder())],
  ])('goes on from %s, says so, and gives the bytes of a run that was not', async (_, open) => {
    const whole = await runUntil(name, options, null);
    const journal = open();
    expect((await runUntil(name, options, journal, 5)).map).toBeNull();
    expect((await runUntil(name, options, journal, 8)).map).toBeNull();
    const rest = await runUntil(name, options, journal);
    expect(rest.steps[0]).toMatchObject({ done: 8, resumed: 8 });
    expect(rest.steps).toHaveLength(1 + rest.steps[0]!.total - 8);
    expect(rest.map).toEqual({ ...whole.map, elapsedMs: expect.any(Number) });
    expect(whole.map!.values.some((value) => value !== 0)).toBe(true);
  });

  test('for several targets goes on likewise, and not for others', async () => {
    const targets = [0, { difference: [1, 2] }, 3] as const;
    const seen = look(network, photo);
    const explain = async (asked: readonly Target[], more: RunOptions) =>
      findMethod(name).explain(seen, asked, { ...options, memoryMB: 0.001, ...more });
    const whole = await explain(targets, { journal: null });
    const journal = memoryJournal();
    const controller = new AbortController();
    const stop = ({ done }: Progress) => void (done >= 5 && controller.abort());
    const cut = explain(targets, { journal, signal: controller.signal, onProgress: stop });
    await expect(cut).rejects.toThrow('interrupted');
    const steps: Progress[] = [];
    const onProgress = (progress: Progress) => void steps.push(progress);
    await explain([0, 3], { journal, onProgress });
    expect(steps[0]).not.toHaveProperty('resumed');
    steps.length = 0;
    const rest = await explain(targets, { journal, onProgress });
    expect(steps[0]).toMatchObject({ resumed: 5 });
    expect(rest).toEqual(whole.map((map) => ({ ...map, elapsedMs: expect.any(Number) })));
  });

  test('begins anew where anything that decides its numbers differs', async () => {
    const journal = memoryJournal();
    await runUntil(name, options, journal, 5);
    const other = { ...network, weightsSha256: '1'.repeat(64) };
    for (const [net, picture, more] of [
      [other, photo, {}],
      [network, drawnPhoto(30, 41, 8), {}],
      [network, photo, { target: { difference: [0, 1] } }],
      [network, photo, { memoryMB: 512 }],
    ] as const) {
      const steps: Progress[] = [];
      const onProgress = (progress: Progress) => steps.push(progress);
      await findMethod(name).run(net, picture, { ...options, memoryMB: 0.001, ...more, journal, onProgress });
      expect(steps.every(({ resumed }) => resumed === undefined)).toBe(true);
    }
    expect((await runUntil(name, options, journal)).steps[0]).toMatchObject({ resumed: 5 });
  });
});

test('another seed or option is another run', async () => {
  for (const [name, options, more] of [
    ['rise', { masks: 30 }, { seed: 1 }],
    ['rise', { masks: 30 }, { visible: 0.4 }],
    ['lime', { samples: 30, segments: 10 }, { seed: 1 }],
    ['occlusion', { size: 12, fill: 'noise' }, { seed: 1 }],
    ['occlusion', { size: 12, fill: 'noise' }, { fill: 'blur' }],
  ] as const) {
    const journal = memoryJournal();
    await runUntil(name, options, journal, 5);
    expect((await runUntil(name, { ...options, ...more }, journal)).steps[0]).not.toHaveProperty('resumed');
  }
});

test('a function of one’s own as target is never taken for another', () => {
  const raw = new Float32Array([1, 2, 3, 4, 5]);
  const own = resolveTarget(network, raw, { label: 'sum', score: (logits) => logits[0]! + logits[1]! });
  expect(runKey(network, [own], raw, [])).toBeNull();
  expect(runKey(network, [resolveTarget(network, raw, 1)], raw, [])).toMatch(/^[0-9a-f]{64}$/);
});

test('rows may be done in any order', () => {
  const journal = memoryJournal();
  const first = openTable(4, 2, { journal, key: 'k' });
  first.values.set([5, 6], 4);
  first.keep();
  const second = openTable(4, 2, { journal, key: 'k' });
  expect([0, 1, 2, 3].map(second.isDone)).toEqual([false, false, true, false]);
  expect(second.resumed).toBe(1);
  expect(openTable(4, 3, { journal, key: 'k' }).resumed).toBe(0);
  second.finish();
  expect(openTable(4, 2, { journal, key: 'k' }).resumed).toBe(0);
});

/** The files of unfinished runs. */
const unfinished = (folder: string) =>
  readdirSync(path.join(folder, 'unfinished')).map((name) => path.join(folder, 'unfinished', name));

test('a folder keeps what is finished until its results are written, and forgets what is old', () => {
  const folder = newFolder();
  const journal = folderJournal(folder);
  const table = new Float32Array([1, 2, 3]);
  journal.write('open', table);
  journal.finish('done', table);
  expect(unfinished(folder)).toHaveLength(2);
  expect(folderJournal(folder).read('done')).toEqual(table);
  journal.clear();
  expect(journal.read('done')).toBeUndefined();
  expect(journal.read('open')).toEqual(table);
  const long = new Date(Date.now() - 15 * 24 * 3600 * 1000);
  for (const file of unfinished(folder)) utimesSync(file, long, long);
  expect(folderJournal(folder).read('open')).toBeUndefined();
});

test('a damaged file or another run’s file is told and no journal; a folder that is none keeps nothing: no error', () => {
  const folder = newFolder();
  const damages: string[] = [];
  const journal = folderJournal(folder, (file) => damages.push(file));
  journal.write('a', new Float32Array([1, 2]));
  const [a] = unfinished(folder) as [string];
  const bytes = readFileSync(a);
  for (const damaged of [bytes.subarray(0, 37), Buffer.alloc(0), Buffer.from(bytes).fill(7, 33, 34)]) {
    writeFileSync(a, damaged);
    expect(journal.read('a')).toBeUndefined();
  }
  journal.write('b', new Float32Array([3, 4]));
  renameSync(unfinished(folder).find((file) => file !== a)!, a);
  expect(journal.read('a')).toBeUndefined();
  expect(journal.read('b')).toBeUndefined();
  expect(damages).toEqual([a, a, a, a]);
  const nowhere = folderJournal(a);
  expect(() => nowhere.write('c', new Float32Array([5]))).not.toThrow();
  expect(nowhere.read('c')).toBeUndefined();
});
