import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { onWhite } from '../../src/scenes/study-scenes';
import { whylight } from '../support/command';

const folder = mkdtempSync(path.join(os.tmpdir(), 'explain-folder-'));
const file = (...names: string[]) => path.join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true }));

const photos = file('photos');
const long = 'n'.repeat(250);
const explain = (...args: string[]) => whylight(['explain', ...args, '-n', 'scenes-fair', '-m', 'cam,saliency']);

beforeAll(async () => {
  for (const place of ['photos/alps', 'away']) mkdirSync(file(place), { recursive: true });
  const kinds = ['dog', 'wolf'] as const;
  for (const [i, name] of ['a.png', 'alps/b.jfif', `${long}.png`, 'née %\n$(x).webp'].entries()) {
    const { pixels, width, height } = drawScene(onWhite(kinds[i % 2]!, { seed: i, width: 90, height: 70 })).image;
    const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
    const format = name.endsWith('.jfif') ? 'jpeg' : name.endsWith('.webp') ? 'webp' : 'png';
    writeFileSync(path.join(photos, name), await picture.toFormat(format).toBuffer());
  }
  writeFileSync(file('away/linked'), readFileSync(path.join(photos, 'a.png')));
  symlinkSync(file('away'), path.join(photos, 'link'));
  symlinkSync('..', path.join(photos, 'alps/up'));
  writeFileSync(path.join(photos, 'cut.png'), readFileSync(path.join(photos, 'a.png')).subarray(0, 900));
  writeFileSync(path.join(photos, 'phone.heic'), '\0\0\0\x18ftypheic');
  writeFileSync(path.join(photos, 'notes.txt'), 'notes');
  symlinkSync('absent', path.join(photos, 'gone.jpg'));
});

/** All files below a folder, and what they hold. */
function contents(place: string): Map<string, string> {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => /\.\w+$/.test(name) && !name.startsWith('manifest'))
      .map((name) => [name, readFileSync(path.join(place, name), 'latin1')]),
  );
}

describe('a folder', () => {
  it('is explained photo by photo, whatever happens to some; and again with the same bytes', async () => {
    const [one, two] = [await explain(photos, '-o', file('one')), await explain(photos, '-o', file('two'), '--json')];
    expect(one.code, one.err).toBe(1);
    const bases = ['a', 'alps/b', 'link/linked', 'née %\n$(x)'];
    const kinds = ['cam.npy', 'cam.png', 'json', 'saliency.npy', 'saliency.png'];
    expect([...contents(file('one')).keys()].sort()).toEqual(
      bases.flatMap((base) => kinds.map((kind) => `${base}.${kind}`)).sort(),
    );
    expect(contents(file('two'))).toEqual(contents(file('one')));
    const lines = one.out.trim().split('\n');
    expect(lines.slice(-4)).toEqual([
      expect.stringMatching(/^failed: cannot read the photo .*cut\.png: the file is .*damaged/),
      expect.stringMatching(/^failed: cannot read the photo .*gone\.jpg: the link leads nowhere$/),
      expect.stringMatching(/^failed: \/.*n{250}\.png: cannot write .*n{250}\.cam\.npy: the name is too long/),
      'explained 4, left out 2 (.heic 1, .txt 1), failed 3',
    ]);
    expect(one.out).toContain(`  5 files in ${file('one', 'alps')}/\n`);
    // The same in JSON.
    expect(two.code).toBe(1);
    const results = JSON.parse(two.out) as {
      photo: { file: string };
      state: string;
      error?: string;
      maps: { elapsedMs: number }[];
    }[];
    const [good, bad] = ['explained', 'failed'];
    expect(results.map(({ state }) => state)).toEqual([good, good, bad, bad, good, bad, good]);
    expect(
      results.filter(({ state }) => state === 'failed').map(({ photo, error }) => [photo.file, error].join(': ')),
    ).toEqual(
      lines.slice(-4, -1).map((line, i) => {
        const error = line.replace('failed: ', '').replaceAll('/one/', '/two/');
        // An error that does not name its photo has it before it.
        return i === 2 ? error : `${/photo (\S+):/.exec(error)![1]}: ${error}`;
      }),
    );
    expect(results[0]!.maps.every(({ elapsedMs }) => elapsedMs >= 0)).toBe(true);
    expect(two.err.trim().split('\n').at(-1)).toBe(lines.at(-1));
    const numbers = contents(file('one')).get('alps/b.json')!;
    expect(numbers).not.toMatch(/elapsedMs|milliseconds/);
    expect(Object.keys(JSON.parse(numbers).files)).toEqual([
      'b.cam.npy',
      'b.cam.png',
      'b.saliency.npy',
      'b.saliency.png',
    ]);
  });

  it('whose figures no Chromium draws keeps its maps, and each photo has its error', async () => {
    const stuck = file('no-chromium');
    writeFileSync(stuck, '#!/bin/sh\nexit 1\n');
    chmodSync(stuck, 0o755);
    const args = ['explain', photos, '-n', 'scenes-fair', '-m', 'cam', '--figure', 'scores', '-o', file('undrawn')];
    const answer = await whylight(args, { env: { PUPPETEER_EXECUTABLE_PATH: stuck } });
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/explained 0, left out 2 .*, failed 7$/m);
    expect(answer.out.match(/^failed: \/.*: Chromium did not draw the picture/gm)).toHaveLength(4);
    const names = [...contents(file('undrawn')).keys()];
    expect(names).toContain('alps/b.cam.npy');
    expect(names).toContain('alps/b.cam.png');
    expect(names.filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('without a photo is one line, before the network is loaded', async () => {
    mkdirSync(file('empty'));
    writeFileSync(file('empty/notes.txt'), '');
    const answer = await explain(file('empty'), '-o', file('never'));
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err.trim()).toBe(`whylight: no photo in the folder ${file('empty')} (only .txt 1)`);
    expect(existsSync(file('never'))).toBe(false);
  });

  it('is skipped where it is there whole, made anew where it is not, and refused for another plan', async () => {
    const out = file('again');
    const args = [photos, '-o', out];
    await explain(...args);
    const before = contents(out);
    writeFileSync(path.join(out, 'a.cam.png'), 'altered');
    rmSync(path.join(out, 'alps/b.saliency.npy'));
    const stamp = statSync(path.join(out, 'link/linked.cam.png')).mtimeMs;
    const again = await explain(...args);
    expect(again.out).toContain(`linked · already there: 5 files in ${path.join(out, 'link')}/\n`);
    expect(again.out).toMatch(/^explained 2, already there 2, left out 2 \(.*\), failed 3$/m);
    expect(again.err).toContain('a.png was made anew: a.cam.png was altered');
    expect(again.err).toContain('b.jfif was made anew: b.saliency.npy was missing');
    expect(contents(out)).toEqual(before);
    expect(statSync(path.join(out, 'link/linked.cam.png')).mtimeMs).toBe(stamp);
    const refusals = [
      [
        ['-n', 'scenes-biased', '-m', 'cam,saliency'],
        /a\.json holds results of network scenes-fair, and this run is of network scenes-biased/,
      ],
      [
        ['-n', 'scenes-fair', '-m', 'cam'],
        /holds results of methods cam, saliency, .* and this run is of methods cam,/,
      ],
      [
        ['-n', 'scenes-fair', '-m', 'cam,saliency', '-t', 'dog'],
        /holds results of targets top1, and this run is of targets dog/,
      ],
      [
        ['-n', 'scenes-fair', '-m', 'cam,saliency', '--fit', 'pad'],
        /of fit as the card says, and this run is of fit pad/,
      ],
    ] as const;
    for (const [plan, words] of refusals) {
      const answer = await whylight(['explain', ...args, ...plan]);
      expect(answer).toMatchObject({ code: 1, out: '' });
      expect(answer.err.trim().split('\n').at(-1)).toMatch(words);
    }
    expect(contents(out)).toEqual(before);
  });

  it('never replaces the results of another photo, nor what holds no results', async () => {
    const out = file('names');
    mkdirSync(file('others'));
    writeFileSync(file('others/a.png'), readFileSync(path.join(photos, 'alps/b.jfif')));
    writeFileSync(file('others/c.png'), readFileSync(path.join(photos, 'a.png')));
    await explain(path.join(photos, 'a.png'), '-o', out);
    const before = contents(out);
    writeFileSync(path.join(out, 'c.json'), '{"label": "dog"}');
    const answer = await explain(file('others'), '-o', out);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(
      /names\/a\.json holds results of another photo, .*photos\/a\.png with the sha256 [0-9a-f]{8}…/,
    );
    expect(answer.err).toMatch(/names\/c\.json is there and holds no results, or altered ones/);
    expect(contents(out)).toEqual(before.set('c.json', '{"label": "dog"}'));
  });

  it('has one manifest however it is cut: alone, by processes, by shards that run after one another', async () => {
    const manifests = (place: string) =>
      ['csv', 'parquet'].map((kind) => readFileSync(file(place, `manifest.${kind}`)));
    const cut = [photos];
    const alone = await explain(...cut, '-o', file('alone'));
    const parallel = await explain(...cut, '-o', file('parallel'), '--jobs', '2');
    expect(parallel.code, parallel.err).toBe(1);
    // But for the folder, in an error and beside the files.
    const here = (text: string) => text.replaceAll('parallel', 'alone').replaceAll(/\d+(?:\.\d)? m?s/g, '');
    expect(here(parallel.out)).toBe(here(alone.out));
    const counts: string[] = [];
    for (const part of ['1/2', '2/2']) counts.push((await explain(...cut, '-o', file('shards'), '--shard', part)).out);
    const whole = await explain(...cut, '-o', file('shards'));
    expect(whole.out).toMatch(/^explained 0, already there 4, left out 2 \(.*\), failed 3$/m);
    const numbers = counts.map((out) =>
      [
        ...out
          .trim()
          .split('\n')
          .at(-1)!
          .matchAll(/(?:explained|out|failed) (\d+)/g),
      ].map(([, n]) => Number(n)),
    );
    expect(numbers.flat().reduce((sum, n) => sum + n, 0)).toBe(4 + 2 + 3);
    const [csv] = manifests('alone');
    const inPlace = (place: string) =>
      manifests(place).map((bytes) => bytes.toString('latin1').replaceAll(`/${place}/`, '/alone/'));
    expect(inPlace('parallel')[0]).toBe(csv!.toString('latin1'));
    expect(inPlace('shards')[0]).toBe(csv!.toString('latin1'));
    // The shards' rows are the whole's.
    const rows = (name: string) => csvRows(readFileSync(file('shards', name), 'utf8'));
    const [header, ...all] = rows('manifest.csv');
    const parts = ['manifest-1-of-2.csv', 'manifest-2-of-2.csv'].flatMap((name) => rows(name).slice(1));
    expect(parts.map(String).sort()).toEqual(all.map(String).sort());
    expect(all).toHaveLength(4 * 2 + 3);
    const table = all.map((row) => Object.fromEntries(header!.map((name, i) => [name, row[i]!])));
    const one = table.find(({ photo, method }) => photo!.endsWith('b.jfif') && method === 'cam')!;
    const numbersOfIt = JSON.parse(readFileSync(file('alone/alps/b.json'), 'utf8'));
    expect(one).toMatchObject({
      label: numbersOfIt.classes[0].label,
      probability: String(numbersOfIt.classes[0].probability),
      sha256: numbersOfIt.photo.sha256,
      files: 'alps/b.cam.png\nalps/b.cam.npy',
      files_sha256: [numbersOfIt.files['b.cam.png'], numbersOfIt.files['b.cam.npy']].join('\n'),
      error: '',
    });
    expect(table.filter(({ error }) => error !== '').map(({ photo }) => path.basename(photo!))).toEqual([
      'cut.png',
      'gone.jpg',
      `${long}.png`,
    ]);
    // The same table in Parquet.
    const read = (await parquetReadObjects({ file: Uint8Array.from(manifests('shards')[1]!).buffer })) as Record<
      string,
      unknown
    >[];
    expect(read.map((row) => header!.map((name) => String(row[name] ?? '')))).toEqual(all);
  });
});

/** A CSV's cells. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
