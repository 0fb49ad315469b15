import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { ForeignOptions } from '../../../../src/explain/network/foreign/foreign-network';
import { readKerasArchive } from '../../../../src/explain/network/keras/keras-archive';
import { readKerasH5 } from '../../../../src/explain/network/keras/keras-h5';
import { readTfjsModel } from '../../../../src/explain/network/tfjs/tfjs-model';
import { seededRandom } from '../../../../src/explain/random';
import { passingTensors } from '../../../support/tensors';

type Json = Record<string, unknown>;

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const golden = path.join(__dirname, '../../../golden/keras');
const bytesOf = (name: string) => readFileSync(path.join(golden, name));

/** Reads what now lies there: soundly, or with one line that names the file. Returns the line, or null. */
async function outcome(file: string, options: ForeignOptions = {}): Promise<string | null> {
  const read = file.endsWith('.h5') ? readKerasH5 : file.endsWith('.keras') ? readKerasArchive : readTfjsModel;
  try {
    const { parameters } = await read(file, options);
    for (const { shape, values } of parameters.values()) {
      expect(values).toHaveLength(shape.reduce((product, length) => product * length, 1));
    }
    return null;
  } catch (error) {
    expect(error, (error as Error).stack).toBeInstanceOf(WhylightError);
    const { message } = error as WhylightError;
    expect(message).not.toMatch(/[\n\r]/);
    expect(message).toContain(path.basename(file));
    return message;
  }
}

const h5 = path.join(folder, 'changed.h5');

test('HDF5 with bytes changed at random, or cut off, is sound or refused, and the next file is read', async () => {
  const sound = bytesOf('everyday-2.h5');
  const random = seededRandom(3);
  const before = passingTensors();
  let refused = 0;
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(sound);
    for (let i = 0; i <= random() * 8; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    writeFileSync(h5, round % 5 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
    if ((await outcome(h5)) !== null) refused++;
  }
  expect(refused).toBeGreaterThan(50);
  expect(passingTensors()).toBe(before);
  writeFileSync(h5, sound);
  expect(await outcome(h5)).toBeNull();
});

test('a heap of texts whose free space has no length, through which HDF5 would walk for ever', async () => {
  const bytes = Buffer.from(bytesOf('grey-2.h5'));
  const heap = bytes.indexOf('GCOL');
  const end = heap + Number(bytes.readBigUInt64LE(heap + 8));
  let free = heap + 16;
  while (bytes.readUInt16LE(free) !== 0) free += 16 + Math.ceil(Number(bytes.readBigUInt64LE(free + 8)) / 8) * 8;
  expect(free + Number(bytes.readBigUInt64LE(free + 8))).toBe(end);
  bytes.fill(0, free, free + 16);
  writeFileSync(h5, bytes);
  expect(await outcome(h5)).toMatch(/changed\.h5 is damaged: a heap of texts in it never ends/);
});

test('HDF5 in which the library turns in circles ends, and the next file is read', async () => {
  const sound = bytesOf('grey-2.h5');
  // What `npm run fuzz -- keras` came upon: a part of the file a second time, in front of a heap of texts.
  const bytes = Buffer.concat([sound.subarray(0, 3944), sound.subarray(1067, 1312), sound.subarray(3944)]);
  writeFileSync(h5, bytes);
  expect(await outcome(h5)).toBe('changed.h5 is damaged: HDF5 did not come to an end with it in 4 s');
  writeFileSync(h5, sound);
  expect(await outcome(h5)).toBeNull();
});

test('HDF5 whose lengths ask for a gigabyte gets none of it', async () => {
  // What `npm run fuzz -- keras` came upon: two bytes of lengths.
  const bytes = Buffer.from(bytesOf('caffe-2.h5'));
  bytes[29083] = 32;
  bytes[29685] = 183;
  writeFileSync(h5, bytes);
  const before = process.memoryUsage.rss();
  expect(await outcome(h5)).toMatch(/damaged or cut off: HDF5 cannot read it/);
  expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(300);
});

test('HDF5 in the middle of which the library breaks is refused, and the next file is read', async () => {
  const sound = bytesOf('grey-2.h5');
  writeFileSync(h5, Buffer.concat([sound.subarray(0, 9774), Buffer.alloc(152), sound.subarray(9774)]));
  expect(await outcome(h5)).toMatch(/damaged or cut off: HDF5 cannot read it \(null function/);
  writeFileSync(h5, sound);
  expect(await outcome(h5)).toBeNull();
});

test('weights alone, and what is no model, are told what they are', async () => {
  writeFileSync(h5, unzipSync(bytesOf('everyday-3.keras'))['model.weights.h5']!);
  expect(await outcome(h5)).toMatch(/weights without the model: .*model\.save\('model\.keras'\)/);
  writeFileSync(h5, 'nothing of the kind');
  expect(await outcome(h5)).toMatch(/damaged or cut off/);
});

const archive = path.join(folder, 'changed.keras');

/** The archive with another description. */
async function described(name: string, change: (config: Json) => void, options: ForeignOptions = {}) {
  const parts = unzipSync(bytesOf(name));
  const config = JSON.parse(Buffer.from(parts['config.json']!).toString('utf8')) as Json;
  change(config);
  writeFileSync(archive, zipSync({ ...parts, 'config.json': Buffer.from(JSON.stringify(config)) }));
  return outcome(archive, options);
}

const layersOf = (config: Json) => (config.config as { layers: Json[] }).layers;
const layer = (config: Json, name: string) => layersOf(config).find((one) => (one.config as Json).name === name)!;
const reads = (name: string, call = 0) => [
  { args: [{ class_name: '__keras_tensor__', config: { shape: null, keras_history: [name, call, 0] } }], kwargs: {} },
];

const changes: readonly [string, (config: Json) => void, RegExp, ForeignOptions?][] = [
  [
    'a layer that reads itself',
    (c) => Object.assign(layer(c, 'stem'), { inbound_nodes: reads('excite') }),
    /reads itself/,
  ],
  [
    'a layer that is not there',
    (c) => Object.assign(layer(c, 'stem'), { inbound_nodes: reads('gone') }),
    /reads gone, which/,
  ],
  [
    'a use that is not there',
    (c) => Object.assign(layer(c, 'excite'), { inbound_nodes: reads('shared', 7) }),
    /use 7 of layer shared/,
  ],
  ['two layers of one name', (c) => layersOf(c).push(structuredClone(layer(c, 'stem'))), /two layers named stem/],
  [
    'an unknown layer',
    (c) => Object.assign(layer(c, 'cut'), { class_name: 'MyLayer' }),
    /layer cut \(MyLayer\) is not supported \(supported: .*Conv2D/,
  ],
  [
    'code',
    (c) => Object.assign(layer(c, 'cut'), { class_name: 'Lambda' }),
    /layer cut \(Lambda\) is not supported: it holds Python code/,
  ],
  [
    'an unknown activation',
    (c) => Object.assign(layer(c, 'curve').config as Json, { activation: 'my_curve' }),
    /curve: the activation my_curve is not supported/,
  ],
  [
    'two outputs',
    (c) =>
      Object.assign(c.config as Json, {
        output_layers: [
          ['scores', 0, 0],
          ['pool', 0, 0],
        ],
      }),
    /2 outputs: scores, pool/,
  ],
  [
    'two inputs',
    (c) =>
      Object.assign(c.config as Json, {
        input_layers: [
          ['photo', 0, 0],
          ['stem', 0, 0],
        ],
      }),
    /2 inputs: photo, stem/,
  ],
  [
    'a map at the end',
    (c) => Object.assign(c.config as Json, { output_layers: ['cut', 0, 0] }),
    /its output is a map of 7×6×4/,
  ],
  [
    'weights that no layer uses',
    (c) => Object.assign(layer(c, 'depthwise'), { class_name: 'Dropout' }),
    /weights that no layer uses: depthwise_conv2d/,
  ],
  [
    'an input of a million px',
    (c) => Object.assign(layer(c, 'photo').config as Json, { batch_shape: [null, 1e6, 1e6, 3] }),
    /1000000×1000000 px \(allowed: 1 to 4096/,
  ],
  [
    'an input of any size',
    (c) => Object.assign(layer(c, 'photo').config as Json, { batch_shape: [null, null, null, 3] }),
    /of any size, and none is given/,
  ],
  ['another size', () => {}, /the model takes 14×11 px, not 10×10/, { size: [10, 10] }],
  [
    'four channels',
    (c) => Object.assign(layer(c, 'photo').config as Json, { batch_shape: [null, 14, 11, 4] }),
    /4 channels/,
  ],
  [
    'a huge upsampling',
    (c) => Object.assign(layer(c, 'wider').config as Json, { size: [1e9, 1e9] }),
    /the output of wider would be 7000000000×/,
  ],
  ['no layers', (c) => Object.assign(c, { config: {} }), /the model has no layers/],
];

test.each(changes)('a .keras with %s', async (_, change, message, options) => {
  expect(await described('everyday-3.keras', change, options)).toMatch(message);
});

test('a model in a model, a hundred thousand deep, and a description nested as deep', async () => {
  const nested = (depth: number) => {
    const inner = '{"class_name":"Sequential","config":{"name":"a","layers":[';
    return `${inner.repeat(depth)}${']}}'.repeat(depth)}`;
  };
  const parts = unzipSync(bytesOf('grey-3.keras'));
  for (const [depth, message] of [
    [60, /nested deeper than 50|does not say what its input is|no layers/],
    [1e5, /nested deeper than 400 levels/],
  ] as const) {
    writeFileSync(archive, zipSync({ ...parts, 'config.json': Buffer.from(nested(depth)) }));
    expect(await outcome(archive)).toMatch(message);
  }
});

const odd: readonly unknown[] = [null, true, -1, 0, 1.5, 1e9, 1e300, '', 'relu', [], {}, [[]], [null], { a: null }];

/** Puts an odd value in some place of a copy. */
function changed<T>(json: T, random: () => number): T {
  const copy = structuredClone(json);
  const places: [holder: Json, key: string][] = [];
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, part] of Object.entries(value)) {
      places.push([value as Json, key]);
      visit(part);
    }
  };
  visit(copy);
  const [holder, key] = places[Math.floor(random() * places.length)]!;
  if (random() < 0.2) delete holder[key];
  else holder[key] = odd[Math.floor(random() * odd.length)];
  return copy;
}

test('a .keras whose description has one odd value is sound or refused', async () => {
  const parts = unzipSync(bytesOf('everyday-2.keras'));
  const config = JSON.parse(Buffer.from(parts['config.json']!).toString('utf8')) as Json;
  const random = seededRandom(5);
  for (let round = 0; round < 150; round++) {
    const text = JSON.stringify(changed(config, random));
    writeFileSync(archive, zipSync({ ...parts, 'config.json': Buffer.from(text) }, { level: 0 }));
    await outcome(archive);
  }
});

test('a graph model with one odd value is sound or refused; with a cycle, a foreign operation or short weights refused', async () => {
  const file = path.join(folder, 'model.json');
  const sound = JSON.parse(bytesOf('mobile-graph/model.json').toString('utf8')) as {
    modelTopology: { node: { name: string; op: string; input?: string[] }[] };
  };
  const weights = bytesOf('mobile-graph/weights.bin');
  writeFileSync(path.join(folder, 'weights.bin'), weights);
  const random = seededRandom(7);
  for (let round = 0; round < 200; round++) {
    writeFileSync(file, JSON.stringify(changed(sound, random)));
    await outcome(file);
  }
  const cases: [(nodes: (typeof sound)['modelTopology']['node']) => void, RegExp][] = [
    [(nodes) => nodes.push({ ...nodes[0]! }), /two nodes named/],
    [
      (nodes) => Object.assign(nodes.find(({ op }) => op === 'MaxPool')!, { op: 'NonMaxSuppressionV5' }),
      /NonMaxSuppressionV5 is not supported \(supported: /,
    ],
    [
      (nodes) => {
        const first = nodes.find(({ op }) => op === 'MaxPool')!;
        first.input![0] = nodes.findLast(({ op }) => op === 'MatMul' || op === '_FusedMatMul')!.name;
      },
      /reads itself/,
    ],
    [
      (nodes) => Object.assign(nodes.find(({ op }) => op === 'Placeholder')!, { op: 'Const' }),
      /the weights hold no|0 inputs/,
    ],
  ];
  for (const [change, message] of cases) {
    const copy = structuredClone(sound);
    change(copy.modelTopology.node);
    writeFileSync(file, JSON.stringify(copy));
    expect(await outcome(file)).toMatch(message);
  }
  writeFileSync(file, JSON.stringify(sound));
  expect(await outcome(file)).toBeNull();
  writeFileSync(path.join(folder, 'weights.bin'), weights.subarray(0, 100));
  expect(await outcome(file)).toMatch(/the weights of model\.json are damaged/);
});
