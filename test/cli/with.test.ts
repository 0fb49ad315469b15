import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { singleScene } from '../../src/scenes/study-scenes';
import { project, whylight } from '../support/command';

/** A method whose map has one value everywhere. */
const flat = (value: number) => `name: 'flat', title: 'Flat', unit: 'nothing',
  bibtex: '@misc{yours2026flat, author = {Name, Your}, title = {On Flatness}, year = {2026}}',
  formula: 'F(x,y) = v', where: '$v$ is the value', sentence: 'gives every pixel one value',
  cost: 'nothing', passes: () => 0, needs: [], perTarget: 'nothing',
  schema: z.strictObject({ samples: z.int().min(1).default(${value}).meta({ description: 'the value', unit: 'logits' }) }),
  explain: async ({ input }, targets, { samples }) =>
    targets.map(() => ({ values: new Float32Array(input.height * input.width).fill(samples), signed: true })),`;
const ofFunction = (value: number) => `export default ({ defineMethod, z }) => defineMethod({ ${flat(value)} });\n`;

let outside = '';
let inside = '';
let photo = '';
const write = (name: string, text: string) => {
  writeFileSync(path.join(outside, name), text);
  return path.join(outside, name);
};

beforeAll(async () => {
  outside = mkdtempSync(path.join(os.tmpdir(), 'whylight-with-'));
  mkdirSync(path.join(project, '.setup'), { recursive: true });
  inside = mkdtempSync(path.join(project, '.setup/with-'));
  photo = path.join(outside, 'wolf.png');
  const { pixels, width, height } = drawScene(singleScene('wolf', { seed: 3, background: 'snow' })).image;
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(photo);
});
afterAll(() => {
  for (const folder of [outside, inside]) rmSync(folder, { recursive: true, force: true });
});

describe('--with adds what a module exports', () => {
  it('in the project by imports, each export with a role', async () => {
    const file = path.join(inside, 'own.mjs');
    const net = `const build = (outputs) => {
  const builder = new GraphBuilder();
  const last = builder.relu('relu', builder.convolution('conv', 'input', 4, { kernel: 3, padding: 1, bias: true }));
  builder.pooledHead(last, outputs);
  return { graph: builder.graph, camNode: last };
};`;
    writeFileSync(
      file,
      `import { defineArchitecture, defineMethod, GraphBuilder, z } from 'whylight';
${net}
export const plain = defineArchitecture({ name: 'plain-net', build });
export const flat = defineMethod({ ${flat(3)} });
export const nothing = 5;
`,
    );
    const { code, out, err } = await whylight(['methods', 'flat', '--with', file]);
    expect([code, err]).toEqual([0, 'added method flat (own.mjs)\nadded architecture plain-net (own.mjs)\n']);
    expect(out).toContain('Flat (flat) gives every pixel one value.\n\n  F(x,y) = v\n  v is the value\n');
    expect(out).toContain('Y. Name, “On Flatness,” 2026.');
    const data = path.join(outside, 'drawn');
    await whylight(['scenes', '--count', '16', '--size', '48', '--out', data]);
    const args = ['--data', path.join(data, 'photos'), '--backbone', 'plain-net', '--side', '32', '--epochs', '1'];
    const trained = await whylight(['train', 'mine', ...args, '--out', outside, '--with', file]);
    expect(trained.code, trained.err).toBe(0);
    const card = path.join(outside, 'mine.yaml');
    const explain = ['explain', photo, '-n', card, '-m', 'cam,flat', '-o', path.join(outside, 'out')];
    expect((await whylight([...explain, '--with', file])).code).toBe(0);
    // Without it, the card names an architecture that is not there.
    expect((await whylight(explain.map((arg) => arg.replace(',flat', '')))).err).toMatch(
      /mine\.yaml: line \d+: architecture plain-net: not known \(allowed: resnet18/,
    );
  });

  it('elsewhere by a function of the public functions, and reads its options from its schema', async () => {
    const file = write('flat.mjs', ofFunction(3));
    const explain = (...more: string[]) =>
      whylight(['explain', photo, '-n', 'scenes-fair', '-o', path.join(outside, 'samples'), '--with', file, ...more]);
    expect((await explain('-m', 'flat,lime', '--option', 'samples=5')).err).toContain(
      'whylight: samples belongs to flat and lime: say flat.samples or lime.samples\n',
    );
    const { out } = await explain('-m', 'flat', '--option', 'flat.samples=5', '--json');
    expect(JSON.parse(out)[0].maps[0]).toMatchObject({ method: 'flat', title: 'Flat', options: { samples: 5 } });
  });

  it.each([
    ['no file', 'gone.mjs', null, 'cannot read gone.mjs: there is no such file'],
    [
      'nothing to add',
      'none.mjs',
      'export const x = 1;',
      'none.mjs exports nothing to add (allowed: what defineMethod',
    ],
    ['a mistake of its own', 'thrown.mjs', "throw new Error('not today');", 'thrown.mjs cannot be run: not today'],
    ['an import elsewhere', 'far.mjs', "import 'whylight';", 'outside of the project write: export default (whylight)'],
    [
      'a name that there is',
      'twice.mjs',
      ofFunction(1).replace("'flat'", "'saliency'"),
      'there is a method or view saliency already (give yours another name)',
    ],
    [
      'an incomplete description',
      'half.mjs',
      "export default ({ defineMethod }) => defineMethod({ name: 'half' });",
      'half.mjs cannot be run: the method half has no usable',
    ],
  ])('refuses %s in one line', async (_, name, text, message) => {
    const file = text === null ? path.join(outside, name) : write(name, text);
    const { code, out, err } = await whylight(['methods', '--with', file]);
    expect([code, out]).toEqual([1, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(message);
  });
});

it('a study brings modules along: they are beside it, in the provenance, and decide what the store may give', async () => {
  const file = write('flat.mjs', ofFunction(7));
  const study = write(
    'own.yaml',
    `with: [flat.mjs]
title: Flat
authors: [Nobody]
data: a drawn scene
figures:
  - id: both
    kind: methods
    shows: A wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    methods: [saliency, { method: flat, options: { samples: 2 } }]
    occluder: { size: 16, stride: 8 }
`,
  );
  const env = { WHYLIGHT_CACHE: path.join(outside, 'cache') };
  const report = () => whylight(['report', '--study', study, '--json'], { env, cwd: os.tmpdir() });
  const first = await report();
  expect(first.code, first.err).toBe(0);
  expect(first.err).toContain('added method flat (flat.mjs)');
  const numbers = JSON.parse(first.out);
  expect(numbers.study.with).toEqual(['flat.mjs']);
  const added = numbers.environment.added[0];
  expect(added).toEqual({ what: 'method flat', file: 'flat.mjs', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect((await report()).err).toMatch(/saliency of .*: cached\nflat of .*: cached/);
  writeFileSync(file, ofFunction(8));
  const third = await report();
  expect(third.err).toMatch(/saliency of .*: cached\nflat of .*: computed/);
  expect(JSON.parse(third.out).environment.added[0].sha256).not.toBe(added.sha256);
  writeFileSync(study, `title: x\nwith: [flot.mjs]\n`);
  expect((await report()).err).toBe('whylight: own.yaml: line 2: with: cannot read flot.mjs: there is no such file\n');
});
