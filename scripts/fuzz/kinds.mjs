import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inProject } from '../setup/tools.mjs';

const require = createRequire(import.meta.url);
const ours = (name) => require(inProject('dist', name));

const filesIn = (folder, ending) =>
  readdirSync(inProject(folder))
    .filter((name) => ending.test(name))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(inProject(folder, name)) }));

/** Reads what may be a network, as `--network FILE` does. */
async function network(file) {
  await ours('explain/network/load-network.js').loadNetwork(file, { offline: true, mirror: null });
}

const networks = (folder, ending, beside = () => []) => ({
  seeds: () => filesIn(folder, ending).filter(({ bytes }) => bytes.length < 200_000),
  beside,
  read: network,
});

const graphFiles = 'test/golden/keras/mobile-graph';

/** An attribution's three files, without a checksum, so that what is altered comes through to the readers of each key. */
function attributionSeeds() {
  const values = Array.from({ length: 49 }, (_, i) => i - 20);
  const grid = { rows: 7, columns: 7, tops: values.slice(0, 7), lefts: values.slice(0, 7), size: [2, 2] };
  const best = { classes: values.map(() => 0), probabilities: values.map(() => 0.5), labels: { 0: 'dog' } };
  const picture = { source: 'wolf.jpg', sha256: '00', width: 8, height: 8 };
  const target = {
    kind: 'class',
    classes: [{ index: 1, label: 'wolf' }],
    label: 'wolf',
    index: 1,
    logit: 2,
    probability: 0.9,
  };
  const common = {
    title: 'T',
    unit: 'u',
    height: 8,
    width: 8,
    signed: true,
    coarse: null,
    grid: null,
    input: picture,
    crop: { x: 0, y: 0, width: 8, height: 8 },
    photo: picture,
    network: { name: 'n', title: 'N', weightsSha256: '' },
    target,
    layer: null,
    options: {},
    seed: 1,
    elapsedMs: 1,
    notes: [],
  };
  const all = [
    { method: 'saliency', ...common },
    { method: 'cam', ...common, coarse: { values, height: 7, width: 7 }, options: { upsample: 'bilinear' } },
    {
      method: 'occlusion',
      ...common,
      grid: { ...grid, probabilities: values, logits: values, best },
      options: { size: [2, 2], fill: 'grey' },
    },
  ];
  return all.map((one) => ({ name: 'a.json', bytes: Buffer.from(JSON.stringify(one)) }));
}

async function attribution(file) {
  const { loadAttribution, attributionToJson } = ours('explain/attribution-file.js');
  const map = await loadAttribution(path.dirname(file), 'a');
  attributionToJson(map);
  ours('plots/overlay.js').overlay(map);
  await ours('plots/overlay-png.js').overlayPng(map);
  if (map.grid) ours('plots/occlusion-grid.js').occlusionGrid(map);
}

async function besideAttribution(folder) {
  const { encodeNpy } = ours('explain/npy.js');
  writeFileSync(
    path.join(folder, 'a.npy'),
    encodeNpy(
      Float32Array.from({ length: 64 }, (_, i) => i - 30),
      [8, 8],
    ),
  );
  const pixels = Uint8Array.from({ length: 192 }, (_, i) => i);
  const raw = { width: 8, height: 8, channels: 3 };
  writeFileSync(path.join(folder, 'a.input.png'), await require('sharp')(pixels, { raw }).png().toBuffer());
}

const identity = 'ab'.repeat(32);
const stored = { table: Float32Array.from({ length: 50 }, (_, i) => i), names: new Map([['a', [1, 2]]]) };

function storeSeed() {
  const file = path.join(inProject('.setup'), `fuzz-${process.pid}.entry`);
  mkdirSync(path.dirname(file), { recursive: true });
  ours('explain/store/entry-file.js').writeEntry({ file, identity }, stored);
  const bytes = readFileSync(file);
  rmSync(file);
  return [{ name: 'a.entry', bytes }];
}

/** The tensors of a weights file, whatever network they are for: every value is looked at. */
async function tensors(file) {
  const { readWeights } = ours('explain/network/weights/read.js');
  for (const { shape, values } of readWeights(readFileSync(file), path.basename(file)).values()) {
    if (values.length !== shape.reduce((product, length) => product * length, 1)) throw new Error('values are missing');
  }
}

/** A run that was stopped: a damaged one must not go on. */
function journalSeed() {
  const folder = inProject('.setup', `fuzz-journal-${process.pid}`);
  const { folderJournal } = ours('explain/folder-journal.js');
  folderJournal(folder).write(
    'run',
    Float32Array.from({ length: 60 }, (_, i) => Math.sqrt(i)),
  );
  const file = ours('explain/store/store.js').placeOf(folder, { kind: 'unfinished', parts: 'run' }).file;
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return [{ name: path.basename(file), bytes }];
}

/** Small photos of every kind that is read, with what a camera writes into them. */
async function photoSeeds() {
  const sharp = require('sharp');
  const raw = { width: 40, height: 30, channels: /** @type {const} */ (3) };
  const pixels = Uint8Array.from({ length: 3600 }, (_, i) => (i * 7) % 256);
  const one = () => sharp(pixels, { raw }).withExif({ IFD0: { ImageDescription: 'a wolf', Orientation: '6' } });
  const seeds = [];
  for (const format of /** @type {const} */ (['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'])) {
    seeds.push({ name: `a.${format}`, bytes: await one().toFormat(format).toBuffer() });
  }
  return seeds;
}

/** What readers take: valid files, what lies beside them, and the reader. */
export const kinds = {
  weights: networks('test/golden/weights', /\.(pth|safetensors)$/),
  checkpoints: networks('test/golden/checkpoints', /\.(pth|pt|pkl|ckpt|th|json|bin|safetensors)$/),
  tensors: {
    seeds: () => [
      ...filesIn('test/golden/weights', /\.(pth|safetensors)$/),
      ...filesIn('test/golden/checkpoints', /\.(pth|pt|pkl|ckpt|th|bin|safetensors)$/),
    ],
    read: tensors,
  },
  onnx: networks('test/golden/onnx', /\.onnx$/),
  keras: networks('test/golden/keras', /\.(h5|keras)$/),
  tfjs: {
    ...networks(graphFiles, /\.json$/),
    beside: (folder) =>
      writeFileSync(path.join(folder, 'weights.bin'), readFileSync(inProject(graphFiles, 'weights.bin'))),
  },
  cards: {
    seeds: () => filesIn('networks', /\.yaml$/),
    read: async (file) => {
      const card = await ours('explain/network/card.js').readCard(file);
      // Cards of published weights would be looked for; a head and a gathering are put together.
      if (card.form !== 'architecture') await network(file);
    },
  },
  studies: {
    seeds: () => filesIn('reports/studies', /\.yaml$/),
    read: async (file) => void ours('report/study.js').readStudy(file),
  },
  attributions: { seeds: attributionSeeds, beside: besideAttribution, read: attribution },
  npy: {
    seeds: () => [
      { name: 'a.npy', bytes: Buffer.from(ours('explain/npy.js').encodeNpy(new Float32Array(24), [4, 6])) },
    ],
    read: async (file) => void ours('explain/npy.js').decodeNpy(readFileSync(file)),
  },
  store: {
    seeds: storeSeed,
    read: async (file, isChanged) => {
      const entry = ours('explain/store/entry-file.js').readEntry({ file, identity });
      if (isChanged && entry.state === 'whole') throw new Error('a damaged entry was accepted');
    },
  },
  journals: {
    seeds: journalSeed,
    read: async (file, isChanged) => {
      const folder = path.join(path.dirname(file), 'store');
      const place = ours('explain/store/store.js').placeOf(folder, { kind: 'unfinished', parts: 'run' }).file;
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, readFileSync(file));
      const table = ours('explain/folder-journal.js').folderJournal(folder).read('run');
      if (isChanged && table !== undefined) throw new Error('a damaged journal was accepted');
    },
  },
  labels: {
    seeds: () =>
      [
        '0 dog\n1 wolf\n',
        'dog\nwolf\n',
        '["dog", "wolf"]',
        '{"labels": ["dog"]}',
        '{"0": ["n1", "dog"]}',
        '{"dog": 0}',
      ].map((text) => ({ name: 'labels.txt', bytes: Buffer.from(text) })),
    read: async (file) => void (await ours('explain/network/foreign/labels.js').readLabels(file)),
  },
  scenes: {
    seeds: () => {
      const { sceneSpecs } = ours('scenes/dataset.js');
      const specs = [...sceneSpecs({ count: 8, seed: 1, bias: 0.5 })];
      const lines = specs.map(({ label, spec }) => JSON.stringify({ label, spec }));
      return lines.map((line) => ({ name: 'scenes.jsonl', bytes: Buffer.from(line) }));
    },
    read: async (file) => void (await ours('scenes/read-specs.js').readSpecs(file)),
  },
  zips: {
    seeds: () => filesIn('test/golden/keras', /\.keras$/).filter(({ bytes }) => bytes.length < 200_000),
    read: async (file) => {
      for (const entry of ours('explain/network/weights/zip.js').readZip(readFileSync(file)).values()) entry.read();
    },
  },
  photos: {
    seeds: photoSeeds,
    read: async (file) => void (await ours('explain/image/load-photo.js').loadPhoto(file)),
  },
  manifests: {
    seeds: () => {
      const { names } = ours('cli/manifest-columns.js');
      const cells = names.map((name) =>
        /^(?:width|height|class|seed|.*probability|.*logit)$/.test(name) ? '0.25' : 'x',
      );
      const failed = names.map((name) => (name === 'photo' ? 'b.png' : name === 'error' ? '"a ""b"",\nc"' : ''));
      const text = [names, cells, failed].map((row) => `${row.join(',')}\n`).join('');
      return [{ name: 'manifest.csv', bytes: Buffer.from(text) }];
    },
    read: async (file) => {
      for (const _ of ours('cli/manifest-earlier.js').earlierRows(path.dirname(file), 'manifest', []).rows());
    },
  },
  bibliography: {
    seeds: () => filesIn('reports', /\.bib$/),
    read: async (file) => {
      const { parseBibliography, formatReference } = ours('report/bibliography.js');
      for (const entry of parseBibliography(readFileSync(file, 'utf8')).values()) formatReference(entry);
    },
  },
  photosets: {
    seeds: () => {
      const { zipSync } = require('fflate');
      const photo = Uint8Array.from({ length: 400 }, (_, i) => i % 7);
      return [
        {
          name: 'a.zip',
          bytes: Buffer.from(zipSync({ 'dog/1.png': photo, 'wolf/1.png': photo, 'wolf/2.jpg': photo })),
        },
      ];
    },
    read: async (file) => {
      const data = await ours('explain/training/labelled-photos.js').labelledPhotos(file);
      await ours('explain/training/labelled-photos.js').dataHash(data);
    },
  },
};
