import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvRows } from '../../src/cli/csv-rows';
import { explainOne } from '../../src/cli/explain-one';
import { openPlan } from '../../src/cli/explain-plan';
import { drawScene } from '../../src/scenes/scene';
import { onWhite } from '../../src/scenes/study-scenes';
import { whylight } from '../support/command';

const top = mkdtempSync(path.join(os.tmpdir(), 'vanish-'));
const at = (...parts: string[]) => path.join(top, ...parts);
afterAll(() => rmSync(top, { recursive: true }));

/** A method that removes files before its first map, and whose map of one photo is no number. */
const method = `import { rmSync } from 'node:fs';
const places = (process.env.VANISH ?? '').split(':').filter(Boolean);
export default ({ defineMethod, z }) => defineMethod({
  name: 'vanish', title: 'Vanish', unit: 'nothing',
  bibtex: '@misc{yours2026flat, author = {Name, Your}, title = {On Flatness}, year = {2026}}',
  formula: 'F(x,y) = 0', where: '$x$ and $y$ are a place', sentence: 'gives every pixel nothing',
  cost: 'nothing', passes: () => 0, needs: [], perTarget: 'nothing', schema: z.strictObject({}),
  explain: async ({ input, photo }, targets) => {
    for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
    const values = new Float32Array(input.height * input.width);
    if (photo.source === process.env.NOT_A_NUMBER) values.fill(NaN, 5, 8);
    return targets.map(() => ({ values, signed: true }));
  },
});
`;

beforeAll(async () => {
  chmodSync(top, 0o755);
  const { pixels, width, height } = drawScene(onWhite('dog', { seed: 1, width: 40, height: 30 })).image;
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(at('dog.png'));
  writeFileSync(at('vanish.mjs'), method);
});

const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'f.png', 'y/a.png', 'z/a.png'];
let count = 0;
/** A new folder with photos, two of them in folders below, and one for results. */
function folders() {
  const [photos, out] = [at(`photos-${++count}`), at(`out-${count}`)];
  for (const below of ['y', 'z']) mkdirSync(path.join(photos, below), { recursive: true });
  for (const name of names) copyFileSync(at('dog.png'), path.join(photos, name));
  return { photos, out };
}

const explain = ({ photos, out }: ReturnType<typeof folders>) => [
  ...['explain', photos, '-n', 'scenes-fair', '-m', 'vanish', '--with', at('vanish.mjs'), '-o', out],
];
const gone = (what: string, place: string) => `cannot read the ${what} ${place}: there is no such file or folder`;

/** What the manifest says of photos without results, and how many have some. */
function manifest(out: string) {
  const rows = [...csvRows(path.join(out, 'manifest.csv'))].slice(1);
  return {
    errors: rows.filter(([, error]) => error !== '').map(([photo, error]) => [photo, error]),
    maps: rows.filter(([, error]) => error === '').length,
  };
}

test.each([
  ['text', []],
  ['JSON', ['--json']],
  ['text of two processes', ['--jobs', '2']],
] as const)(
  'photos and folders that are gone when their turn comes are errors of their own, in %s',
  async (_, more) => {
    const place = folders();
    const at = (name: string) => path.join(place.photos, name);
    // The first is gone when it was decoded and before its results are written: that is no error.
    const lost = ['a.png', 'f.png', 'z'].map(at);
    const jobs = more.length === 2;
    // With two processes several photos are on their way.
    const answer = await whylight([...explain(place), ...more], {
      env: { VANISH: (jobs ? lost.slice(2) : lost).join(':') },
    });
    const errors = [
      [at('f.png'), gone('photo', at('f.png'))],
      [at('z'), gone('folder', at('z'))],
    ].slice(jobs ? 1 : 0);
    const summary = `explained ${jobs ? 7 : 6}, failed ${errors.length}`;
    expect(answer.code, answer.err).toBe(1);
    expect(manifest(place.out)).toEqual({ errors, maps: jobs ? 7 : 6 });
    expect(readFileSync(path.join(place.out, 'a.json'), 'utf8')).toContain('"a.vanish.npy"');
    if (more[0] === '--json') {
      const records = JSON.parse(answer.out) as { state: string; error?: string; photo: { file: string } }[];
      const bad = records.filter(({ state }) => state === 'failed');
      expect(bad.map(({ photo, error }) => [photo.file, error])).toEqual(errors);
      expect(answer.err.trim().split('\n').at(-1)).toBe(summary);
    } else {
      expect(
        answer.out
          .trim()
          .split('\n')
          .slice(-1 - errors.length),
      ).toEqual([...errors.map(([, error]) => `failed: ${error}`), summary]);
      expect(answer.err.match(/^whylight: .*/gm)).toEqual(errors.map(([, error]) => `whylight: ${error}`));
      // What a run adds is said once, not by each of its processes.
      expect(answer.err.match(/^added method vanish/gm)).toHaveLength(1);
    }
  },
);

test('a photo that is gone between listing and decoding has its error, and leaves no file', async () => {
  const { photos, out } = folders();
  const plan = await openPlan({ network: 'scenes-fair', method: ['saliency'], out, cache: true });
  try {
    const file = path.join(photos, 'b.png');
    rmSync(file);
    const record = await explainOne(plan, { file, photo: file, folder: out, base: 'b' });
    expect(record).toMatchObject({ state: 'failed', results: null, error: gone('photo', file) });
    const next = path.join(photos, 'c.png');
    expect((await explainOne(plan, { file: next, photo: next, folder: out, base: 'c' })).state).toBe('explained');
    // Its results are there, and whether they are still its own cannot be known.
    rmSync(next);
    const again = await explainOne(plan, { file: next, photo: next, folder: out, base: 'c' });
    expect(again).toMatchObject({ state: 'failed', error: gone('photo', next) });
  } finally {
    plan.decoder.close();
  }
});

test('where the folder for results is gone, what was lost is told and the next run makes it again', async () => {
  const place = folders();
  const answer = await whylight(explain(place), { env: { VANISH: place.out } });
  expect(answer.code).toBe(1);
  expect(answer.out).toMatch(/^explained 8$/m);
  expect(answer.err).toContain(`whylight: cannot write ${path.join(place.out, 'manifest.csv')}: there is no such file`);
  const again = await whylight(explain(place));
  expect(again.code, again.err).toBe(0);
  expect(manifest(place.out)).toEqual({ errors: [], maps: 8 });
});

test('what may not be read any more is an error of its own', async () => {
  const place = folders();
  const shut = [path.join(place.photos, 'd.png'), path.join(place.photos, 'y')];
  for (const one of shut) chmodSync(one, 0o000);
  // Root reads all: there the command runs as another user.
  const other = process.getuid!() === 0 ? { uid: 65534, gid: 65534 } : {};
  mkdirSync(place.out);
  chmodSync(place.out, 0o777);
  const env = { HOME: place.out, WHYLIGHT_CACHE: path.join(place.out, 'cache') };
  const answer = await whylight(explain(place), { env, ...other });
  for (const one of shut) chmodSync(one, 0o755);
  expect(answer.out.trim().split('\n').slice(-3)).toEqual([
    `failed: cannot read the photo ${shut[0]}: permission denied`,
    `failed: cannot read the folder ${shut[1]}: permission denied`,
    'explained 6, failed 2',
  ]);
  expect(answer.code).toBe(1);
  expect(manifest(place.out).errors.map(([photo]) => photo)).toEqual(shut);
});

test('a map that is no number and a photo that is too large are errors of their own', async () => {
  const place = folders();
  const large = path.join(place.photos, 'c.png');
  await sharp({ create: { width: 1500, height: 1000, channels: 3, background: 'white' } }).toFile(large);
  const args = [...explain(place), '--max-megapixels', '1'];
  const answer = await whylight(args, { env: { NOT_A_NUMBER: 'b.png' } });
  expect(answer.code).toBe(1);
  expect(answer.out.trim().split('\n').slice(-3)).toEqual([
    expect.stringMatching(/^failed: \/.*\/b\.png: vanish for \w+: the map is no number at 3 of 16384 px$/),
    `failed: cannot read the photo ${large}: 1500×1000, 2 megapixels, too large (allowed: up to 1 megapixels)`,
    'explained 6, failed 2',
  ]);
  expect(manifest(place.out).errors.map(([photo]) => photo)).toEqual([path.join(place.photos, 'b.png'), large]);
  // What is no number is not kept.
  expect(existsSync(path.join(place.out, 'b.json'))).toBe(false);
  expect(existsSync(path.join(place.out, 'b.vanish.npy'))).toBe(false);
});

test('two runs of the same photos into one folder at once leave what one would', async () => {
  const [place, alone] = [folders(), folders()];
  const args = explain(place);
  const answers = await Promise.all([whylight(args), whylight(args)]);
  expect(answers.map(({ code }) => code)).toEqual([0, 0]);
  expect((await whylight(explain({ ...place, out: alone.out }))).code).toBe(0);
  const contents = (out: string) =>
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => [name, /\.\w+$/.test(name) ? readFileSync(path.join(out, name), 'latin1') : 'a folder']);
  expect(contents(place.out)).toEqual(contents(alone.out));
});
