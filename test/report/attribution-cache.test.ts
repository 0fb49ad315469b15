import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openLooks } from '../../src/explain/look';
import { findMethod } from '../../src/explain/methods';
import type { Parameter } from '../../src/explain/network/network';
import { identityOf } from '../../src/explain/store/key';
import type { ResultEvent } from '../../src/explain/store/store';
import { cachedExplain, mapKey } from '../../src/report/attribution-cache';
import { drawScene } from '../../src/scenes/scene';
import { singleScene } from '../../src/scenes/study-scenes';
import { seededNetwork } from '../support/networks';

const base = mkdtempSync(path.join(os.tmpdir(), 'whylight-maps-'));
afterAll(() => rmSync(base, { recursive: true }));

const network = seededNetwork('squeezenet1_1', 3, [40, 48, 3], 7);
const photo = drawScene(singleScene('wolf', { seed: 3, width: 48, height: 40 })).image;

let folder: string;
let events: ResultEvent[];
beforeEach(() => {
  folder = mkdtempSync(path.join(base, 'c-'));
  events = [];
});
const explain = (where: string | null = folder) =>
  cachedExplain({ folder: where, onResult: (event) => events.push(event) }, openLooks());
const files = () => readdirSync(path.join(folder, 'maps')).map((name) => path.join(folder, 'maps', name));
const how = () => events.map((event) => event.how);

describe('cachedExplain', () => {
  it('resizes and runs a photo once for all maps, which are those of each method alone', async () => {
    let resizes = 0;
    const counted = {
      ...photo,
      get pixels() {
        resizes++;
        return photo.pixels;
      },
    };
    const looks = openLooks();
    const together = cachedExplain({ folder: null }, looks);
    const names = ['saliency', 'cam', 'grad-cam', 'layer-cam'];
    const one = looks.at(network, counted);
    expect(one.classification.classes).toHaveLength(3);
    const once = resizes;
    const maps = [];
    for (const name of names) maps.push(await together(name, network, counted, { target: 1 }));
    expect(resizes).toBe(once);
    for (const [i, name] of names.entries()) {
      const alone = await findMethod(name).run(network, photo, { target: 1 });
      expect(maps[i]!.values).toEqual(alone.values);
    }
    looks.close();
    expect(() => one.activations(['input'])).toThrow(/closed/);
  });

  it('computes once and then finds an equal map, also under another name of the photo', async () => {
    const first = await explain()('cam', network, photo, { target: 1 });
    const second = await explain()('cam', network, { ...photo, source: 'renamed.png' }, { target: 1 });
    expect(how()).toEqual(['computed', 'cached']);
    expect(second.photo.source).toBe('renamed.png');
    expect({ ...second, photo: first.photo, input: first.input }).toEqual(first);
    expect(second.input.pixels).toEqual(first.input.pixels);
  });

  it('computes again where the entry is damaged or that of another map, and says so', async () => {
    const first = await explain()('saliency', network, photo, {});
    const [file] = files() as [string];
    const bytes = readFileSync(file);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(file, bytes);
    const again = await explain()('saliency', network, photo, {});
    await explain()('saliency', network, photo, {});
    expect(how()).toEqual(['computed', 'recomputed', 'cached']);
    expect(again.values).toEqual(first.values);
    await explain()('cam', network, photo, {});
    copyFileSync(files().find((other) => other !== file)!, file);
    expect((await explain()('saliency', network, photo, {})).values).toEqual(first.values);
    expect(how().slice(3)).toEqual(['computed', 'recomputed']);
  });

  it('neither reads nor writes without a folder', async () => {
    await explain()('cam', network, photo, {});
    const entries = files();
    await explain(null)('cam', network, photo, {});
    expect(how()).toEqual(['computed', 'computed']);
    expect(files()).toEqual(entries);
  });
});

describe('mapKey', () => {
  const entryKey = (...parts: Parameters<typeof mapKey>) => identityOf(mapKey(...parts));
  const key = entryKey('occlusion', network, photo, { size: 10, stride: 5, target: 1 });

  it('does not depend on the order of options or on undefined ones', () => {
    expect(entryKey('occlusion', network, photo, { target: 1, seed: undefined, stride: 5, size: 10 })).toBe(key);
  });

  it.each([
    ['method', () => entryKey('saliency', network, photo, { size: 10, stride: 5, target: 1 })],
    ['option', () => entryKey('occlusion', network, photo, { size: 10, stride: 10, target: 1 })],
    ['seed', () => entryKey('occlusion', network, photo, { size: 10, stride: 5, target: 1, seed: 2 })],
    ['target', () => entryKey('occlusion', network, photo, { size: 10, stride: 5, target: 2 })],
    [
      'photo',
      () => entryKey('occlusion', network, { ...photo, sha256: 'f'.repeat(64) }, { size: 10, stride: 5, target: 1 }),
    ],
    [
      'weights',
      () =>
        entryKey('occlusion', { ...network, weightsSha256: 'f'.repeat(64) }, photo, { size: 10, stride: 5, target: 1 }),
    ],
    [
      'classes',
      () => entryKey('occlusion', { ...network, classes: ['a', 'b', 'c'] }, photo, { size: 10, stride: 5, target: 1 }),
    ],
    [
      'parameter',
      () => {
        const [[name, { shape, values }], ...rest] = [...network.parameters] as [[string, Parameter]];
        const parameters = new Map([[name, { shape, values: values.map((value) => value + 1) }], ...rest]);
        return entryKey('occlusion', { ...network, parameters }, photo, { size: 10, stride: 5, target: 1 });
      },
    ],
    [
      'memory budget',
      () => entryKey('occlusion', network, photo, { size: 10, stride: 5, target: 1 }, { memoryMB: 64 }),
    ],
  ])('differs with another %s', (_, other) => {
    expect(other()).not.toBe(key);
  });
});
