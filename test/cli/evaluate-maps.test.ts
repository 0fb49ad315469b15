import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { saliency } from '../../src/explain/methods/saliency';
import { loadNetwork } from '../../src/explain/network/load-network';
import { encodeNpy } from '../../src/explain/npy';
import { readSpecs } from '../../src/scenes/read-specs';
import { drawScene } from '../../src/scenes/scene';
import { runCommand } from '../support/in-process';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-maps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const set = path.join(folder, 'set');
const side = 128;
const saliencies: Float32Array[] = [];

/** A folder with files in it: bytes, or values of a map. */
function mapsIn(name: string, files: Readonly<Record<string, Uint8Array | Float32Array>>): string {
  const place = path.join(folder, name);
  mkdirSync(place);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    const bytes = content instanceof Float32Array ? encodeNpy(content, [side, side]) : content;
    writeFileSync(path.join(place, file), bytes);
  }
  return place;
}

const evaluate = (maps: string, measures: string, ...more: readonly string[]) =>
  runCommand(
    ...['evaluate', '--network', 'scenes-fair', '--data', set, '--maps', maps, '--methods', 'saliency'],
    ...['--measures', measures, '--no-cache', ...more],
  );

beforeAll(async () => {
  const drawn = await runCommand('scenes', '--count', '3', '--seed', '11', '--size', String(side), '--out', set);
  expect(drawn.code).toBe(0);
  const network = await loadNetwork('scenes-fair');
  for (const { spec } of await readSpecs(path.join(set, 'specs.jsonl'))) {
    saliencies.push((await saliency(network, drawScene(spec).image)).values);
  }
});

interface Row {
  readonly map: string;
  readonly photo: string;
  readonly measure: string;
  readonly value: number | null;
  readonly parts?: unknown;
}

/** Rows of one map, without its name. */
const rowsOf = (out: string, name: string) =>
  (JSON.parse(out).evaluation.rows as Row[]).filter(({ map }) => map === name).map(({ map: _, ...row }) => row);

test('masks are paired with photos by names, and give the numbers of an index.json of the same pairs', async () => {
  const place = path.join(folder, 'pairs');
  for (const part of ['photos', 'masks']) mkdirSync(path.join(place, part), { recursive: true });
  const index = [];
  for (const [i, { label }] of (await readSpecs(path.join(set, 'specs.jsonl'))).entries()) {
    const [photo, mask] = [`000${i}.png`, `000${i}-0.png`];
    copyFileSync(path.join(set, 'photos', label, photo), path.join(place, 'photos', photo));
    copyFileSync(path.join(set, 'masks', mask), path.join(place, 'masks', mask));
    index.push({ image: `photos/${photo}`, mask: `masks/${mask}`, category: label });
  }
  const ask = async (...data: readonly string[]) => {
    const { code, out, error } = await runCommand(
      ...['evaluate', '--network', 'scenes-fair', '--methods', 'saliency', '--measures', 'relevance-mass'],
      ...['--no-cache', '--json', ...data],
    );
    expect(code, error).toBe(0);
    return JSON.parse(out).evaluation as { readonly rows: readonly Row[]; readonly cases: readonly object[] };
  };
  const named = await ask('--data', path.join(place, 'photos'), '--masks', path.join(place, 'masks'));
  writeFileSync(path.join(place, 'index.json'), JSON.stringify(index));
  const listed = await ask('--data', place);
  expect(named.rows.filter(({ map, value }) => map === 'saliency' && value !== null)).toHaveLength(3);
  expect(named.rows).toEqual(listed.rows);
  // Of which class each is, names alone do not say.
  expect(named.cases[0]).toMatchObject({ label: null, right: null });
  expect(listed.cases[0]).toMatchObject({ right: expect.any(Boolean) });
  const refused = await runCommand('evaluate', '--network', 'scenes-fair', '--masks', path.join(place, 'masks'));
  expect(refused.error).toContain('--masks is for a folder of photos (--data DIR)');
});

describe('photos with an index.json', () => {
  const place = path.join(folder, 'listed');
  const index = async (category: (i: number, label: string) => string) => {
    mkdirSync(place, { recursive: true });
    const entries = (await readSpecs(path.join(set, 'specs.jsonl'))).map(({ label }, i) => {
      for (const [from, to] of [
        [path.join('photos', label, `000${i}.png`), `${i}.png`],
        [path.join('masks', `000${i}-0.png`), `${i}-mask.png`],
      ]) {
        copyFileSync(path.join(set, from!), path.join(place, to!));
      }
      return { image: `${i}.png`, mask: `${i}-mask.png`, category: category(i, label) };
    });
    writeFileSync(path.join(place, 'index.json'), JSON.stringify(entries));
  };
  const ask = (...more: readonly string[]) =>
    runCommand(
      ...[
        'evaluate',
        '--network',
        'scenes-fair',
        '--methods',
        'saliency',
        '--measures',
        'relevance-mass',
        '--data',
        place,
      ],
      ...['--no-cache', '--json', ...more],
    );

  it('leave out those whose right class the network has not, where that one is explained', async () => {
    await index((i, label) => (i === 1 ? 'cow' : label));
    const { code, out, error } = await ask('--target', 'label');
    expect(code, error).toBe(0);
    expect(error).toContain('1 of 3 photos are left out, whose right class is not known (--target label)');
    expect(JSON.parse(out).evaluation.cases.map(({ photo }: { photo: string }) => photo)).toEqual(['0', '2']);
    await index(() => 'cow');
    expect((await ask('--target', 'label')).error).toContain('of no photo it is known which class is right');
  });

  it('show their objects before drawn backgrounds, by lot of the seed', async () => {
    await index((_, label) => label);
    const masses = async (...more: readonly string[]) => {
      const { code, out, error } = await ask(...more);
      expect(code, error).toBe(0);
      return rowsOf(out, 'saliency').map(({ value }) => value);
    };
    const plain = await masses();
    const before = await masses('--backgrounds', 'drawn', '--seed', '4');
    expect(before).toHaveLength(3);
    for (const [i, value] of before.entries()) expect(value).not.toBeCloseTo(plain[i]!, 6);
    expect(await masses('--backgrounds', 'drawn', '--seed', '4')).toEqual(before);
    expect(await masses('--backgrounds', 'drawn', '--seed', '5')).not.toEqual(before);
    const refused = await runCommand('evaluate', '--network', 'scenes-fair', '--backgrounds', 'drawn');
    expect(refused.error).toContain('--backgrounds is for photos with masks (an index.json, or --masks DIR)');
  });
});

describe('maps made elsewhere', () => {
  it('have the numbers of the same maps by a method, and none of measures that make a map again', async () => {
    const maps = mapsIn('same', {
      'library/0000.npy': saliencies[0]!,
      'library/0001.npy': saliencies[1]!,
      'library/0002.npy': saliencies[2]!,
      'turned/0000.npy': saliencies[0]!.map((value) => -value),
      'turned/0001.npy': saliencies[1]!.map((value) => -value),
      'turned/0002.npy': saliencies[2]!.map((value) => -value),
    });
    const measures = 'relevance-mass,pointing-game,symmetric-relevance-gain,redrawn-order';
    const { code, out, error } = await evaluate(
      maps,
      `${measures},randomisation`,
      '--json',
      '--option',
      'symmetric-relevance-gain.step=0.1',
    );
    expect([code, error.includes('note:')]).toEqual([0, false]);
    const own = rowsOf(out, 'saliency').filter(({ measure }) => measure !== 'randomisation');
    expect(own).toHaveLength(12);
    expect(own.every(({ value }) => value !== null)).toBe(true);
    expect(rowsOf(out, 'library')).toEqual(own);
    expect(rowsOf(out, 'saliency')).toHaveLength(15);
    const gains = (name: string) =>
      rowsOf(out, name).flatMap(({ measure, value }) => (measure === 'symmetric-relevance-gain' ? [value!] : []));
    // The order is reversed, and no two pixels are equal.
    gains('turned').forEach((gain, i) => {
      expect(gain).toBeCloseTo(-gains('saliency')[i]!, 5);
    });
    const { maps: kinds } = JSON.parse(out).evaluation;
    expect(kinds).toContainEqual({ name: 'library', title: 'library', kind: 'file' });
  });

  it('lie in the folder itself where there is one library; a map that is missing is noted and counted', async () => {
    const maps = mapsIn('alone', { '0000.npy': saliencies[0]!, '0002.npy': saliencies[2]! });
    const { code, out, error } = await evaluate(maps, 'relevance-mass', '--json');
    expect(code).toBe(0);
    expect(error).toContain(`note: ${maps} has no map of 1 of 3 photos (0001.npy)`);
    expect(rowsOf(out, 'alone').map(({ photo }) => photo)).toEqual(['0000', '0002']);
    const { cells } = JSON.parse(out).parts[0].tables[0];
    expect(cells.find((cell: { map: string }) => cell.map === 'alone').missing).toBe(1);
  });

  const all = (map: Uint8Array | Float32Array) => ({ 'a/0000.npy': map });
  const flat = (value: number) => new Float32Array(side * side).fill(value);
  const float64 = Buffer.from(
    Buffer.from(encodeNpy(flat(1), [side, side]))
      .toString('latin1')
      .replace('<f4', '<f8'),
    'latin1',
  );
  it.each([
    [
      'of another size',
      all(encodeNpy(new Float32Array(64 * 256), [64, 256])),
      'a/0000.npy is a map of 64×256 (allowed: 128×128',
    ],
    ['with an axis more', all(encodeNpy(flat(1), [1, side, side])), 'a/0000.npy is a map of 1×128×128'],
    ['with NaN', all(flat(1).fill(Number.NaN, 5, 6)), 'a/0000.npy holds NaN (allowed: finite numbers)'],
    ['with infinity', all(flat(1).fill(Number.NEGATIVE_INFINITY, 5, 6)), 'a/0000.npy holds -Infinity'],
    ['of float64', all(float64), 'a/0000.npy: unusable .npy array'],
    ['cut off', all(encodeNpy(flat(1), [side, side]).slice(0, 999)), 'a/0000.npy: damaged .npy file'],
    ['of nothing', all(new Uint8Array(0)), 'a/0000.npy: this is not a .npy file'],
    ['of no photo of the set', { 'a/0000.npy': flat(1), 'a/3.npy': flat(1) }, 'a/3.npy is a map of none of the photos'],
    ['in both forms', { 'a/0000.npy': flat(1), '0000.npy': flat(1) }, 'holds maps (0000.npy) and folders of maps (a)'],
    ['of which there are none', { 'read.me': new Uint8Array(1) }, 'no maps in'],
    [
      'of a library without any',
      { 'a/0000.npy': flat(1), 'b/read.me': new Uint8Array(1) },
      'b (allowed: PHOTO.npy of the 3',
    ],
    ['under the name of a method', { 'saliency/0000.npy': flat(1) }, 'two maps are called saliency'],
    ['under the name of a baseline', { 'random/0000.npy': flat(1) }, 'two maps are called random'],
    ['that is a folder', { 'a/0000.npy/read.me': new Uint8Array(1) }, 'cannot read'],
  ])('are refused: %s', async (name, files, words) => {
    const { code, error } = await evaluate(mapsIn(`refused ${name}`, files), 'relevance-mass');
    expect(error).toContain(words);
    expect(error).not.toContain('unexpected');
    expect(code).toBe(1);
  });

  it('are refused: a folder that is not there, links to nothing, maps for two networks', async () => {
    const nowhere = await evaluate(path.join(folder, 'nowhere'), 'relevance-mass');
    expect([nowhere.code, nowhere.error]).toEqual([1, expect.stringContaining('cannot read the folder')]);
    const dangling = mapsIn('dangling', {});
    symlinkSync(path.join(folder, 'nothing.npy'), path.join(dangling, '0000.npy'));
    const link = await evaluate(dangling, 'relevance-mass');
    expect([link.code, link.error]).toEqual([1, expect.stringContaining(`cannot read ${dangling}/0000.npy`)]);
    const two = await evaluate(folder, 'relevance-mass', '--network', 'scenes-fair,scenes-biased');
    expect([two.code, two.error]).toEqual([1, expect.stringContaining('--maps is of one network')]);
  });
});
