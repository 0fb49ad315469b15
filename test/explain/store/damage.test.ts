import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attribution } from '../../../src/explain/attribution';
import { loadAttribution, saveAttribution } from '../../../src/explain/attribution-file';
import { folderJournal } from '../../../src/explain/folder-journal';
import { openLooks } from '../../../src/explain/look';
import { saliency } from '../../../src/explain/methods/saliency';
import { seededRandom } from '../../../src/explain/random';
import { readEntry } from '../../../src/explain/store/entry-file';
import { withCheckpoint } from '../../../src/explain/training/checkpoint';
import type { LabelledPhotos } from '../../../src/explain/training/labelled-photos';
import { pooledFeatures } from '../../../src/explain/training/pooled-features';
import { cachedExplain } from '../../../src/report/attribution-cache';
import { cachedMaximise } from '../../../src/report/maximised-cache';
import { cachedMeasure } from '../../../src/report/measurement-cache';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

/** How many damaged copies of each kind are tried. */
const COPIES = 150;

const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-damage-'));
const at = (...parts: string[]) => path.join(home, ...parts);
afterAll(() => rmSync(home, { recursive: true }));

const network = seededNetwork('tiny-resnet', 3, [32, 40, 3], 7);
const photo = drawnPhoto(32, 40, 5);
let data: LabelledPhotos;
let map: Attribution;
beforeAll(async () => {
  const photos = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const { pixels, width, height } = drawnPhoto(32, 40, seed);
      const file = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      return { name: `${seed}.png`, label: seed % 2, read: async () => file };
    }),
  );
  data = { source: 'drawn', classes: ['a', 'b'], photos };
  map = await saliency(network, photo);
});

const state = {
  curve: [{ epoch: 1, trainingLoss: 0.5, validationLoss: 0.25, validationAccuracy: 1 }],
  steps: 7,
  parameters: network.parameters,
  best: new Map([...network.parameters, ['conv1.weight', { shape: [2], values: new Float32Array([Number.NaN, -0]) }]]),
  optimiser: new Map([['conv1.weight', { first: new Float32Array([1, 2]), second: new Float32Array([3, 4]) }]]),
} as const;
const split = { training: [0], validation: [1], test: [2] };
const checkpoint = (seed: number, onDamaged?: (file: string) => void) =>
  withCheckpoint(network, data, split, { seed }, { checkpoint: at('checkpoints', `${seed}.entry`), onDamaged });

/** How each kind makes an entry; another number makes another entry of the kind. */
const kinds: Readonly<Record<string, (number: number) => unknown>> = {
  maps: (target) => cachedExplain({ folder: home }, openLooks())('saliency', network, photo, { target }),
  measurements: (scenes) =>
    cachedMeasure({ folder: home })({ name: 'C1', detail: '', networks: [network], options: { scenes } }, async () => ({
      share: 0.1 + scenes,
    })),
  maximised: (target) => cachedMaximise({ folder: home })(network, { target, steps: 2 }),
  features: (count) => pooledFeatures(network, { ...data, photos: data.photos.slice(0, count + 1) }, { cache: home }),
  unfinished: (run) => folderJournal(home).write(`run ${run}`, new Float32Array(50).fill(run)),
  checkpoints: async (seed) => {
    mkdirSync(at('checkpoints'), { recursive: true });
    await (await checkpoint(seed)).onEpoch!(state);
  },
};

/** Copies of a file with one byte changed, cut off, with bytes more, and with a block of zeros. */
function* damagedCopies(bytes: Buffer, count: number): Generator<Buffer> {
  const random = seededRandom(bytes.length);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let i = 0; i < count; i++) {
    const [copy, place] = [Buffer.from(bytes), below(bytes.length)];
    if (i % 10 === 7) yield copy.subarray(0, place);
    else if (i % 10 === 8) yield Buffer.concat([copy, Buffer.alloc(1 + below(40), below(256))]);
    else if (i % 10 === 9) {
      copy.fill(0, place, Math.min(bytes.length, place + 64));
      if (!copy.equals(bytes)) yield copy;
    } else {
      copy[place]! ^= 1 + below(255);
      yield copy;
    }
  }
}

test.each(Object.keys(kinds))('of %s, no damaged byte and no other entry is accepted', async (kind) => {
  await kinds[kind]!(0);
  const [file] = readdirSync(at(kind)).map((name) => at(kind, name)) as [string];
  const bytes = readFileSync(file);
  const identity = bytes.toString('hex', 0, 32);
  expect(readEntry({ file, identity }).state).toBe('whole');
  const states = new Set<string>();
  for (const copy of damagedCopies(bytes, COPIES)) {
    writeFileSync(file, copy);
    states.add(readEntry({ file, identity }).state);
  }
  expect([...states]).toEqual(['damaged']);
  // Two entries that change places.
  writeFileSync(file, bytes);
  await kinds[kind]!(1);
  const other = readdirSync(at(kind))
    .map((name) => at(kind, name))
    .find((name) => name !== file)!;
  copyFileSync(other, file);
  writeFileSync(other, bytes);
  expect(readEntry({ file, identity }).state).toBe('other');
  expect(readEntry({ file: other, identity: path.basename(other, '.entry') }).state).not.toBe('whole');
});

test('features and checkpoints that are damaged are told, and give what whole ones give', async () => {
  const folder = at('told');
  const features = () => pooledFeatures(network, data, { cache: folder, onDamaged: (what) => told.push(what) });
  const told: string[] = [];
  const first = await features();
  expect(await features()).toEqual(first);
  expect(told).toEqual([]);
  flip(path.join(folder, 'features', readdirSync(path.join(folder, 'features'))[0]!));
  expect(await features()).toEqual(first);
  expect(told).toEqual([`features of photos 1 to 3 (${network.name})`]);
  await kinds.checkpoints!(3);
  const file = at('checkpoints', '3.entry');
  expect((await checkpoint(3)).resume).toEqual(state);
  // That of another training is none, and no damage.
  copyFileSync(file, at('checkpoints', '4.entry'));
  expect((await checkpoint(4, (what) => told.push(what))).resume).toBeNull();
  flip(file);
  expect((await checkpoint(3, (what) => told.push(what))).resume).toBeNull();
  expect(told.slice(1)).toEqual([file]);
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 9]! ^= 4;
  writeFileSync(file, bytes);
}

test.each(['.json', '.npy', '.input.png'])(
  'of a saved attribution, no damaged byte of its %s is accepted',
  async (ending) => {
    await saveAttribution(map, home, 'map');
    expect(await loadAttribution(home, 'map')).toEqual(map);
    const bytes = readFileSync(at(`map${ending}`));
    for (const copy of damagedCopies(bytes, COPIES)) {
      writeFileSync(at(`map${ending}`), copy);
      await expect(loadAttribution(home, 'map')).rejects.toThrow(`map${ending}`);
    }
    writeFileSync(at(`map${ending}`), bytes);
  },
);

test('a saved attribution with altered numbers, or with the map of another, is refused by name', async () => {
  await saveAttribution(map, home, 'map');
  await saveAttribution({ ...map, values: map.values.map((value) => 2 * value) }, home, 'other');
  const text = readFileSync(at('map.json'), 'utf8');
  for (const altered of [
    text.replace(`"elapsedMs": ${map.elapsedMs}`, '"elapsedMs": 1'),
    text.replace('"method": "saliency"', '"method": "occlusion"'),
    text.replace('"notes": []', '"notes": ["a note"]'),
    text.replace('"checksum"', '"chocksum"'),
  ]) {
    expect(altered).not.toBe(text);
    writeFileSync(at('map.json'), altered);
    await expect(loadAttribution(home, 'map')).rejects.toThrow(/map\.json was altered or damaged/);
  }
  writeFileSync(at('map.json'), text);
  copyFileSync(at('other.npy'), at('map.npy'));
  await expect(loadAttribution(home, 'map')).rejects.toThrow(/map\.npy was altered or damaged/);
});
