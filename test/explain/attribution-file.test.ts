import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/explain/attribution';
import { attributionToJson, loadAttribution, saveAttribution } from '../../src/explain/attribution-file';
import { differenceTarget } from '../support/attributions';
import { noise } from '../support/pictures';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-attribution-'));
});
afterEach(() => rm(folder, { recursive: true }));

const attribution: Attribution = {
  method: 'occlusion',
  title: 'Occlusion sensitivity',
  unit: 'drop of the logit',
  values: Float32Array.from({ length: 35 }, (_, i) => Math.sin(i) * 10 ** ((i % 9) - 4)),
  height: 5,
  width: 7,
  signed: true,
  coarse: { values: Float32Array.from([0.1, -0, 1e-40, -3.4e38, 1 / 3, Number.NaN]), height: 2, width: 3 },
  grid: {
    rows: 1,
    columns: 2,
    tops: [0],
    lefts: [0, 3],
    size: [5, 4],
    probabilities: Float32Array.from([0.1, 0.999999]),
    logits: Float32Array.from([-12.345678, 7]),
    best: { classes: [207, null], probabilities: [Math.fround(0.12345678), null], labels: { 207: 'golden retriever' } },
  },
  input: { ...noise([5, 7], 9), sha256: 'ab', source: 'wölf.jpg' },
  crop: { x: -1.5, y: 0.1, width: 10.25, height: 7 },
  photo: { source: 'wölf.jpg', sha256: 'cd', width: 12, height: 9 },
  network: { name: 'n', title: 'N', weightsSha256: 'ef' },
  target: differenceTarget('wolf', 'dog', 1.25),
  layer: null,
  options: { size: [5, 4], fill: 'zero', stride: 3, blur: null, deep: [[1], ['a', true]] },
  seed: 7,
  elapsedMs: 12.5,
  notes: ['a note'],
};

describe('attribution files', () => {
  it('come back without loss', async () => {
    const paths = await saveAttribution(attribution, folder, 'wolf.occlusion');
    expect(paths.map((file) => path.basename(file)).sort()).toEqual(readdirSync(folder).sort());
    expect(await loadAttribution(folder, 'wolf.occlusion')).toEqual(attribution);
    const bare = { ...attribution, coarse: null, grid: null, layer: 'layer4' };
    await saveAttribution(bare, folder, 'bare');
    expect(await loadAttribution(folder, 'bare')).toEqual(bare);
  });

  it('hold the standard errors of a map that has them, and say where these are altered or of another map', async () => {
    const errors = Float32Array.from({ length: 35 }, (_, i) => i / 7);
    const drawn = { ...attribution, errors };
    const paths = await saveAttribution(drawn, folder, 'lime');
    expect(paths.map((file) => path.basename(file)).sort()).toEqual(readdirSync(folder).sort());
    expect(await loadAttribution(folder, 'lime')).toEqual(drawn);
    expect(attributionToJson(drawn)).not.toHaveProperty('errors');
    await truncate(path.join(folder, 'lime.errors.npy'), 100);
    await expect(loadAttribution(folder, 'lime')).rejects.toThrow(/lime\.errors\.npy was altered/);
    await saveAttribution({ ...drawn, height: 7, width: 5 }, folder, 'lime');
    await expect(loadAttribution(folder, 'lime')).rejects.toThrow(/says 7×5; its map, input and standard errors are/);
  });

  it('hold short decimals and no pixel arrays in their JSON', () => {
    const json = attributionToJson(attribution);
    expect(json.coarse?.values).toEqual([0.1, '-0', expect.any(Number), -3.4e38, expect.any(Number), 'NaN']);
    expect(json).not.toHaveProperty('values');
    expect(json.input).toEqual({ source: 'wölf.jpg', sha256: 'ab', width: 7, height: 5 });
  });

  it('of before targets had a kind are read: a class as one, anything else by its label', async () => {
    await saveAttribution(attribution, folder, 'a');
    const file = path.join(folder, 'a.json');
    // Those files had no checksum either.
    const { checksum: _, files: __, ...json } = JSON.parse(await readFile(file, 'utf8'));
    for (const index of [3, null]) {
      await writeFile(file, JSON.stringify({ ...json, target: { label: 'wolf', index, logit: 1, probability: null } }));
      const { target } = await loadAttribution(folder, 'a');
      expect(target).toEqual({
        kind: index === null ? 'function' : 'class',
        classes: index === null ? [] : [{ index, label: 'wolf' }],
        label: 'wolf',
        index,
        logit: 1,
        probability: null,
      });
    }
  });

  it('say which part is missing, cut off, or of another map', async () => {
    await expect(loadAttribution(folder, 'none')).rejects.toThrow(/none\.json: there is no such file/);
    await saveAttribution(attribution, folder, 'a');
    await truncate(path.join(folder, 'a.npy'), 100);
    await expect(loadAttribution(folder, 'a')).rejects.toThrow(/npy/);
    await unlink(path.join(folder, 'a.npy'));
    await expect(loadAttribution(folder, 'a')).rejects.toThrow(/a\.npy: there is no such file/);
    await saveAttribution({ ...attribution, height: 7, width: 5 }, folder, 'a');
    await expect(loadAttribution(folder, 'a')).rejects.toThrow(/says 7×5/);
    await truncate(path.join(folder, 'a.json'), 50);
    await expect(loadAttribution(folder, 'a')).rejects.toThrow(/not JSON/);
  });

  it('of earlier versions, without a checksum, are read and noted as unchecked', async () => {
    await saveAttribution(attribution, folder, 'a');
    const file = path.join(folder, 'a.json');
    const { checksum: _, files: __, ...earlier } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(earlier, null, 1));
    const note = 'read from files without a checksum: whether they were altered is not known';
    expect(await loadAttribution(folder, 'a')).toEqual({ ...attribution, notes: ['a note', note] });
    for (const text of ['null', '5', '[]', '{}']) {
      await writeFile(file, text);
      await expect(loadAttribution(folder, 'a')).rejects.toThrow(/a\.json: it is not JSON of an attribution/);
    }
  });
});
