import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classify } from '../../src/explain/classify';
import { loadPhoto } from '../../src/explain/image/load-photo';
import { loadNetwork } from '../../src/explain/network/load-network';
import { loadRandomLabelsTwin } from '../../src/explain/network/random-labels-twin';
import { sceneSpecs } from '../../src/scenes/dataset';
import { writeSceneDataset } from '../../src/scenes/write-dataset';
import { runCommand } from '../support/in-process';

const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-train-'));
const at = (...parts: string[]) => path.join(home, ...parts);
const cache = process.env.WHYLIGHT_CACHE;

beforeAll(async () => {
  process.env.WHYLIGHT_CACHE = at('cache');
  // Bees and ants on their own backgrounds: easy to tell apart in a few epochs.
  const easy = { bias: 1, classes: ['bee', 'ant'], width: 48, height: 48 } as const;
  await writeSceneDataset(at('drawn'), [...sceneSpecs({ ...easy, count: 80, seed: 3 })]);
  await writeSceneDataset(at('more'), [...sceneSpecs({ ...easy, count: 40, seed: 4 })]);
});

afterAll(() => {
  if (cache === undefined) delete process.env.WHYLIGHT_CACHE;
  else process.env.WHYLIGHT_CACHE = cache;
  rmSync(home, { recursive: true });
});

const scratch = (out: string, ...more: string[]) => [
  'train',
  'insects',
  '--data',
  at('drawn', 'photos'),
  '--backbone',
  'tiny-resnet',
  '--side',
  '32',
  '--out',
  at(out),
  ...more,
];
const record = (out: string, name = 'insects') => JSON.parse(readFileSync(at(out, `${name}.training.json`), 'utf8'));

test('a small network learns from scratch, and its card, report and pictures are written', async () => {
  const { code, out, error } = await runCommand(...scratch('a', '--epochs', '14', '--test', at('more', 'photos')));
  expect(error.split('\n').filter((line) => line.startsWith('whylight:'))).toEqual([]);
  expect(code).toBe(0);
  expect(out).toMatch(/^insects: ant, bee \(tiny-resnet\)\n/);
  const said = record('a');
  expect(said.data.photos).toEqual({ ant: 40, bee: 40 });
  expect(said.split.training + said.split.validation + said.split.test).toBe(80);
  expect(said.curve.points.at(-1).trainingLoss).toBeLessThan(said.curve.points[0].trainingLoss / 2);
  // Photos that it never saw, of another seed.
  expect(said.other.judgement.count + said.other.leftOut).toBe(40);
  expect(said.other.judgement.accuracy).toBeGreaterThan(0.85);
  expect(said.other.judgement.roc.area).toBeGreaterThan(0.9);
  expect(said.test.confusion.flat().reduce((a: number, b: number) => a + b)).toBe(said.split.test);
  expect(readdirSync(at('a')).filter((name) => name.startsWith('.'))).toEqual([]);
  const network = await loadNetwork(at('a', 'insects.yaml'));
  expect(network.classes).toEqual(['ant', 'bee']);
  expect(network.weightsSha256).toBe(said.weights.sha256);
  // The stored network is the one that was measured.
  const wrong = new Set(said.test.mistakes.map(({ photo }: { photo: string }) => photo));
  for (const name of said.heldOut) {
    const { classes } = await classify(network, await loadPhoto(at('drawn', 'photos', name)));
    expect(classes[0]!.label === name.split('/')[0], name).toBe(!wrong.has(name));
  }
});

test('the same seed gives the same bytes, interrupted or not; another seed gives others', async () => {
  expect((await runCommand(...scratch('b', '--epochs', '4'))).code).toBe(0);
  // Interrupted after its second epoch, as Ctrl-C does.
  const seen: string[] = [];
  const watch = setInterval(() => {
    if (seen.length > 0 || !readdirSync(home).includes('c')) return;
    if (!readdirSync(at('c')).includes('.insects.checkpoint')) return;
    seen.push('checkpoint');
    process.emit('SIGINT');
  }, 5);
  const interrupted = await runCommand(...scratch('c', '--epochs', '4'));
  clearInterval(watch);
  expect(interrupted.code).toBe(130);
  expect(interrupted.error).toContain('the same command goes on where this one was');
  expect(readdirSync(at('c'))).toEqual(['.insects.checkpoint']);
  const resumed = await runCommand(...scratch('c', '--epochs', '4'));
  expect(resumed.code).toBe(0);
  expect(resumed.out).toMatch(/went on after epoch [123], where an earlier run was interrupted/);
  expect((await runCommand(...scratch('d', '--epochs', '4', '--seed', '1'))).code).toBe(0);
  const weights = (out: string) => readFileSync(at(out, 'insects.safetensors'));
  expect(weights('c').equals(weights('b'))).toBe(true);
  expect(weights('d').equals(weights('b'))).toBe(false);
  expect(record('c').curve).toEqual(record('b').curve);
  expect(readdirSync(at('c'))).not.toContain('.insects.checkpoint');
});

test('weights of 16 bits are half the file, and they are what was measured', async () => {
  const { code } = await runCommand(...scratch('half', '--epochs', '4', '--half'));
  expect(code).toBe(0);
  expect(record('half').weights.bytes).toBeLessThan(0.55 * record('b').weights.bytes);
  const network = await loadNetwork(at('half', 'insects.yaml'));
  const wrong = new Set(record('half').test.mistakes.map(({ photo }: { photo: string }) => photo));
  for (const name of record('half').heldOut) {
    const { classes } = await classify(network, await loadPhoto(at('drawn', 'photos', name)));
    expect(classes[0]!.label === name.split('/')[0], name).toBe(!wrong.has(name));
  }
});

test('of random labels the last weights are kept, and its card and its report say what it is', async () => {
  const random = ['--epochs', '30', '--labels', 'random', '--keep', 'last', '--no-augment'];
  const { code, out } = await runCommand(...scratch('random', ...random));
  expect(code).toBe(0);
  const said = record('random');
  expect(said.settings).toMatchObject({ labels: 'random', keep: 'last' });
  expect(said.curve.points).toHaveLength(30);
  // By heart, far above the half that chance gives; of photos that it never saw it knows nothing.
  expect(said.learnt.count).toBe(said.split.training);
  expect(said.learnt.right / said.learnt.count).toBeGreaterThan(0.85);
  expect(out).toContain(`random labels: ${said.learnt.right} of its ${said.learnt.count} training photos`);
  expect(out).toContain('kept after epoch 30 of 30');
  expect(readFileSync(at('random', 'insects.yaml'), 'utf8')).toContain('training: {labels: random, keep: last}');
  expect(readFileSync(at('a', 'insects.yaml'), 'utf8')).not.toContain('training:');

  // As a twin it is taken where it is one, and refused by name elsewhere.
  const card = (name: string, randomLabels: string, from = at('a', 'insects.yaml')) => {
    writeFileSync(at('a', `${name}.yaml`), `${readFileSync(from, 'utf8')}randomLabels: ${randomLabels}\n`);
    return at('a', `${name}.yaml`);
  };
  const twinOf = async (file: string) => loadRandomLabelsTwin(await loadNetwork(file), file);
  expect(await twinOf(at('a', 'insects.yaml'))).toBeNull();
  const twin = await twinOf(card('true', '../random/insects.yaml'));
  expect(twin!.weightsSha256).toBe(said.weights.sha256);
  await expect(twinOf(card('itself', './insects.yaml'))).rejects.toThrow(
    'insects, which the card of itself names for random labels, does not say that it was trained on them',
  );
  const twisted = card('twisted', '../random/insects.yaml', at('a', 'insects.yaml'));
  writeFileSync(twisted, readFileSync(twisted, 'utf8').replace('[ant, bee]', '[bee, ant]'));
  await expect(twinOf(twisted)).rejects.toThrow('insects is no twin of twisted');
});

test('a head on a frozen backbone is a small file, and the same from a zip', async () => {
  const head = (name: string, data: string) =>
    runCommand(
      'train',
      name,
      '--data',
      data,
      '--backbone',
      at('a', 'insects.yaml'),
      '--classes',
      'crawls,flies',
      '--out',
      at('heads'),
      '--json',
    );
  const fromFolder = await head('folder', at('drawn', 'photos'));
  expect(fromFolder.code).toBe(0);
  const said = JSON.parse(fromFolder.out);
  expect(said.weights.bytes).toBeLessThan(1000);
  expect(said.test.accuracy).toBeGreaterThan(0.85);
  const entries: Record<string, Uint8Array> = {};
  for (const label of ['ant', 'bee']) {
    for (const name of readdirSync(at('drawn', 'photos', label))) {
      entries[`kaggle/${label}/${name}`] = readFileSync(at('drawn', 'photos', label, name));
    }
  }
  writeFileSync(at('drawn.zip'), zipSync(entries, { level: 0 }));
  expect((await head('zip', at('drawn.zip'))).code).toBe(0);
  expect(readFileSync(at('heads', 'zip.safetensors')).equals(readFileSync(at('heads', 'folder.safetensors')))).toBe(
    true,
  );
  // What is kept of the backbone's answers gives the same bytes, and so it does when it is damaged.
  const kept = readdirSync(at('cache', 'features')).map((name) => at('cache', 'features', name));
  const damage = /^features of photos 1 to 64 \(insects\): what was stored is damaged/m;
  for (const [flips, told] of [
    [0, 0],
    [1, kept.length],
  ] as const) {
    for (const file of kept) {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= flips;
      writeFileSync(file, bytes);
    }
    const again = await head('again', at('drawn', 'photos'));
    expect(again.code).toBe(0);
    expect(again.error.match(/what was stored is damaged/g) ?? []).toHaveLength(told);
    expect(damage.test(again.error)).toBe(told > 0);
    const weights = (name: string) => readFileSync(at('heads', `${name}.safetensors`));
    expect(weights('again').equals(weights('folder'))).toBe(true);
  }
  const network = await loadNetwork(at('heads', 'folder.yaml'));
  expect(network.classes).toEqual(['crawls', 'flies']);
  expect(network.camNode).toBe('layer3.0.relu2');
  const photo = said.heldOut.find(
    (name: string) => !said.test.mistakes.some((mistake: { photo: string }) => mistake.photo === name),
  );
  const { classes } = await classify(network, await loadPhoto(at('drawn', 'photos', photo)));
  expect(classes[0]!.label).toBe(photo.startsWith('ant') ? 'crawls' : 'flies');
});

test('a head is refused on a backbone that was trained again', async () => {
  const backbone = (...more: string[]) => runCommand(...scratch('again', '--epochs', '1', ...more));
  const card = at('again', 'head.yaml');
  expect((await backbone()).code).toBe(0);
  const options = ['--data', at('drawn', 'photos'), '--backbone', at('again', 'insects.yaml'), '--out', at('again')];
  expect((await runCommand('train', 'head', ...options)).code).toBe(0);
  const was = record('again').weights.sha256;
  expect(readFileSync(card, 'utf8')).toContain(`backboneSha256: ${was}\n`);
  expect((await loadNetwork(card)).classes).toEqual(['ant', 'bee']);
  expect((await backbone('--seed', '1')).code).toBe(0);
  const is = record('again').weights.sha256;
  await expect(loadNetwork(card)).rejects.toThrow(
    `head: its backbone insects has other weights (sha256 ${is.slice(0, 12)}…) than its head was trained on (${was.slice(0, 12)}…); train head again`,
  );
  // A card of before has no such line, and is not checked.
  writeFileSync(card, readFileSync(card, 'utf8').replace(/^backboneSha256: .*\n/m, ''));
  expect((await loadNetwork(card)).name).toBe('head');
});

test('layers above a node are fine-tuned, those below stay', async () => {
  const tuned = await runCommand(
    'train',
    'tuned',
    '--data',
    at('drawn', 'photos'),
    '--backbone',
    at('a', 'insects.yaml'),
    '--unfreeze',
    'layer3.0.conv1',
    '--epochs',
    '2',
    '--out',
    at('heads'),
  );
  expect(tuned.code).toBe(0);
  const before = await loadNetwork(at('a', 'insects.yaml'));
  const after = await loadNetwork(at('heads', 'tuned.yaml'));
  const changed = [...after.parameters].filter(([name, { values }]) => {
    const old = before.parameters.get(name)!.values;
    return values.some((value, i) => value !== old[i]);
  });
  const owners = new Set(changed.map(([name]) => name.split('.')[0]));
  expect([...owners].sort()).toEqual(['fc', 'layer3']);
  expect(changed.some(([name]) => name.includes('running_'))).toBe(false);
  expect(record('heads', 'tuned').settings.unfreeze).toBe('layer3.0.conv1');
});

test('what cannot be trained is said in one line', async () => {
  mkdirSync(at('one', 'dog'), { recursive: true });
  mkdirSync(at('few', 'dog'), { recursive: true });
  mkdirSync(at('few', 'wolf'));
  const grey = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#888' } })
    .png()
    .toBuffer();
  for (let i = 0; i < 5; i++) writeFileSync(at('one', 'dog', `${i}.png`), grey);
  cpSync(at('drawn', 'photos', 'ant'), at('few', 'dog'), { recursive: true });
  // Five copies of one photo are one photo.
  for (let i = 0; i < 5; i++) writeFileSync(at('few', 'wolf', `${i}.png`), grey);
  writeFileSync(at('broken.zip'), 'PK\x03\x04 and no more');
  writeFileSync(at('file'), '');
  const data = at('drawn', 'photos');
  const cases: [string[], RegExp][] = [
    [['--data', at('one')], /holds 0 photos|holds 5 photos in 1 class folders \(dog\)/],
    [['--data', at('few')], /class wolf has 1 distinct photos; at least 3 are needed/],
    [['--data', at('broken.zip')], /broken\.zip is neither a folder nor a readable zip/],
    [['--data', at('absent')], /no such data set/],
    [
      ['--data', data, '--backbone', 'resnet5'],
      /unknown backbone: resnet5 \(cards: .*--architectures; did you mean: resnet50/,
    ],
    [['--data', data, '--backbone', at('none.yaml')], /no such network card/],
    [['--data', data, '--out', at('file')], /cannot write to the folder .*file/],
    [['--data', data, '--classes', 'a,b,c'], /--classes a,b,c: .* has the class folders ant, bee/],
    [['--data', data, '--backbone', at('a', 'insects.yaml'), '--labels', 'random'], /--labels does nothing for a head/],
    [['--data', data, '--l2', '0.1'], /--l2 does nothing for training from scratch/],
    [['--data', data, '--backbone', at('a', 'insects.yaml'), '--epochs', '3'], /--epochs does nothing for a head/],
    [
      ['--data', data, '--backbone', at('a', 'insects.yaml'), '--unfreeze', 'layer9'],
      /unknown layer to train from: layer9/,
    ],
  ];
  for (const [options, message] of cases) {
    const backbone = options.includes('--backbone') ? [] : ['--backbone', 'tiny-resnet'];
    const out = options.includes('--out') ? [] : ['--out', at('errors')];
    const { code, error } = await runCommand('train', 'x', ...options, ...backbone, ...out);
    const lines = error.split('\n').filter((line) => line.startsWith('whylight:'));
    expect(lines, options.join(' ')).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(code).toBe(1);
  }
  expect(readdirSync(home)).not.toContain('errors');
  const own = await runCommand('train', 'resnet18', '--data', data, '--backbone', 'tiny-resnet', '--out', 'networks');
  expect(own.error).toContain('was not made by training');
});
