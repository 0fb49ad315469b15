import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';

const require = createRequire(import.meta.url);

const repeat = (text, count) => Buffer.from(text.repeat(count));
const lines = (count, line) => Buffer.from(Array.from({ length: count }, (_, i) => line(i)).join('\n'));

/** Eight levels of nine aliases each: forty million values. */
const aliases = () => {
  const names = 'abcdefgh';
  const rows = [...names].map((name, i) =>
    i === 0
      ? 'a: &a [x,x,x,x,x,x,x,x,x]'
      : `${name}: &${name} [${Array(9)
          .fill(`*${names[i - 1]}`)
          .join(',')}]`,
  );
  return Buffer.from(`title: T\n${rows.join('\n')}\n`);
};

const card = (more) =>
  Buffer.from(
    `title: T\narchitecture: tiny-resnet\nweights: { file: a.pth, sha256: '${'0'.repeat(64)}', url: null }\npreprocessing: { resize: 8, crop: 8, mean: [0,0,0], std: [1,1,1] }\nclasses: [a, b]\n${more}\n`,
  );

function u32(...values) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value >>> 0, 4 * i);
  });
  return bytes;
}
function u16(...values) {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt16LE(value, 2 * i);
  });
  return bytes;
}

/** A zip whose entries may all point at the same bytes, and claim any size. */
function zip(entries) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const { name, packed, size, offset = null } of entries) {
    const title = Buffer.from(name);
    const local = Buffer.concat([
      u32(0x04034b50),
      u16(20, 0, 8, 0, 0),
      u32(0, packed.length, size),
      u16(title.length, 0),
      title,
    ]);
    const place = offset ?? at;
    if (offset === null) {
      parts.push(local, packed);
      at += local.length + packed.length;
    }
    directory.push(
      Buffer.concat([
        ...[u32(0x02014b50), u16(20, 20, 0, 8, 0, 0), u32(0, packed.length, size)],
        ...[u16(title.length, 0, 0, 0, 0), u32(0, place), title],
      ]),
    );
  }
  const list = Buffer.concat(directory);
  const end = Buffer.concat([
    ...[u32(0x06054b50), u16(0, 0, Math.min(0xffff, entries.length), Math.min(0xffff, entries.length))],
    ...[u32(list.length, at), u16(0)],
  ]);
  return Buffer.concat([...parts, list, end]);
}

/** A quarter of a gigabyte of zeros in a quarter of a megabyte. */
const SIZE = 2 ** 28;
let zeros;
const zerosPacked = () => {
  zeros ??= deflateRawSync(Buffer.alloc(SIZE), { level: 9 });
  return zeros;
};
const bombZip = (name) => zip([{ name, packed: zerosPacked(), size: SIZE }]);
const sharedZip = (name) => {
  const packed = zerosPacked();
  const rest = Array.from({ length: 50 }, (_, i) => ({ name: name(i + 1), packed, size: SIZE, offset: 0 }));
  return zip([{ name: name(0), packed, size: SIZE }, ...rest]);
};

function safetensors(header, data = 0) {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data)]);
}

/** A protocol-2 pickle of lists, each twice in the next: 2^60 members. */
const doubled = () =>
  Buffer.concat([
    Buffer.from([0x80, 2, 0x5d, 0x71, 0]),
    ...Array.from({ length: 60 }, (_, i) => Buffer.from([0x5d, 0x71, i + 1, 0x28, 0x68, i, 0x68, i, 0x65])),
    Buffer.from('.'),
  ]);
const nestedPickle = (depth) =>
  Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(depth, 0x5d), Buffer.alloc(depth - 1, 0x61), Buffer.from('.')]);
const torch = (pickle) => {
  const { zipSync } = require('fflate');
  return Buffer.from(
    zipSync({ 'a/data.pkl': pickle, 'a/version': Buffer.from('3\n'), 'a/data/0': Buffer.alloc(16) }, { level: 0 }),
  );
};

const varint = (value) => {
  const bytes = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
};
const field = (number, body) => Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
const whole = (number, value) => Buffer.concat([varint(number << 3), varint(value)]);
const text = (number, value) => field(number, Buffer.from(value));
const node = (op, inputs, output, attributes = []) =>
  field(1, Buffer.concat([...inputs.map((name) => text(1, name)), text(2, output), text(4, op), ...attributes]));
const int64s = (name, values) => {
  const raw = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    raw.writeBigInt64LE(BigInt(value), 8 * i);
  });
  return field(5, Buffer.concat([whole(1, values.length), whole(2, 7), text(8, name), field(9, raw)]));
};
const input = (name, dims) =>
  field(
    11,
    Buffer.concat([
      text(1, name),
      field(
        2,
        field(1, Buffer.concat([whole(1, 1), field(2, Buffer.concat(dims.map((dim) => field(1, whole(1, dim)))))])),
      ),
    ]),
  );
const onnx = (...parts) =>
  Buffer.concat([
    whole(1, 8),
    field(7, Buffer.concat([...parts, input('x', [1, 3, 8, 8]), field(12, text(1, 'y'))])),
    field(8, whole(2, 17)),
  ]);
const nestedOnnx = (depth) => {
  let graph = node('Relu', ['x'], 'y');
  for (let i = 0; i < depth; i++)
    graph = node('If', ['x'], 'y', [field(5, Buffer.concat([text(1, 'then_branch'), field(6, graph)]))]);
  return onnx(graph);
};

const npy = (header, data = 0) => {
  const body = Buffer.from(`${header}\n`);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), u16(body.length), body, Buffer.alloc(data)]);
};

const wide = `[${'0,'.repeat(3_000_000)}0]`;
const deep = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/**
 * Files made to keep a machine busy or to fill it, each for a kind of `kinds.mjs`.
 *
 * @type {[kind: string, name: string, what: string, make: () => Buffer][]}
 */
export const bombs = [
  ['cards', 'a.yaml', 'twenty thousand keys', () => card(lines(20_000, (i) => `k${i}: 1`))],
  ['cards', 'a.yaml', 'two hundred thousand keys', () => card(lines(200_000, (i) => `k${i}: 1`))],
  ['cards', 'a.yaml', 'sixty thousand anchors', () => card(lines(60_000, (i) => `k${i}: &a${i} 1`))],
  ['cards', 'a.yaml', 'aliases of aliases', () => Buffer.concat([card(''), aliases()])],
  ['cards', 'a.yaml', 'a hundred thousand lists in lists', () => card(`x: ${deep(100_000)}`)],
  [
    'cards',
    'a.yaml',
    'a range of two hundred million',
    () => Buffer.from('title: T\nbackbone: scenes-fair\ngather: {a: 0-200000000, b: [1]}\n'),
  ],
  ['cards', 'a.yaml', 'a hundred megabytes', () => card(`# ${'x'.repeat(1e8)}`)],
  ['studies', 'a.yaml', 'aliases of aliases', aliases],
  ['studies', 'a.yaml', 'an alias of nothing', () => Buffer.from('title: *nope\n')],
  ['studies', 'a.yaml', 'two hundred thousand keys', () => lines(200_000, (i) => `k${i}: 1`)],
  ['studies', 'a.yaml', 'half a million quotes', () => repeat('"', 500_000)],
  ['studies', 'a.yaml', 'a study that extends itself', () => Buffer.from('extends: a.yaml\ntitle: T\n')],
  ['photosets', 'a.zip', 'a quarter of a gigabyte of zeros', () => bombZip('dog/1.png')],
  ['photosets', 'a.zip', 'fifty times the same zeros', () => sharedZip((i) => `dog/${i}.png`)],
  [
    'photosets',
    'a.zip',
    'sixty thousand photos of nothing',
    () =>
      zip(Array.from({ length: 60_000 }, (_, i) => ({ name: `dog/${i}.png`, packed: Buffer.from([3, 0]), size: 0 }))),
  ],
  [
    'photosets',
    'a.zip',
    'paths out of the zip',
    () => zip([{ name: '../../x.png', packed: Buffer.from([3, 0]), size: 0 }]),
  ],
  ['zips', 'a.keras', 'a quarter of a gigabyte of zeros', () => bombZip('config.json')],
  ['zips', 'a.keras', 'fifty times the same zeros', () => sharedZip((i) => `${i}`)],
  ['keras', 'a.keras', 'a quarter of a gigabyte of zeros', () => bombZip('config.json')],
  ['tensors', 'a.pth', 'a quarter of a gigabyte of zeros', () => bombZip('a/data.pkl')],
  ['tensors', 'a.pth', 'lists twice in lists, sixty times', () => torch(doubled())],
  ['tensors', 'a.pth', 'a million lists in lists', () => torch(nestedPickle(1_000_000))],
  ['tensors', 'a.pkl', 'a million lists in lists, alone', () => nestedPickle(1_000_000)],
  [
    'tensors',
    'a.pth',
    'a million marks',
    () => torch(Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(1_000_000, 0x28), Buffer.from('.')])),
  ],
  [
    'tensors',
    'a.safetensors',
    'a million tensors',
    () =>
      safetensors(
        `{${Array.from({ length: 1_000_000 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join()}}`,
      ),
  ],
  [
    'tensors',
    'a.safetensors',
    'two to the sixty elements',
    () => safetensors({ a: { dtype: 'F32', shape: [2 ** 30, 2 ** 30], data_offsets: [0, 4] } }, 4),
  ],
  [
    'tensors',
    'a.safetensors',
    'a hundred thousand tensors of the same bytes',
    () =>
      safetensors(
        Object.fromEntries(
          Array.from({ length: 100_000 }, (_, i) => [
            `t${i}`,
            { dtype: 'F32', shape: [1000], data_offsets: [0, 4000] },
          ]),
        ),
        4000,
      ),
  ],
  [
    'tensors',
    'a.safetensors',
    'a header of two to the sixty bytes',
    () => Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x10]), Buffer.from('{}')]),
  ],
  ['tensors', 'a.safetensors', 'a hundred thousand lists in lists', () => safetensors(`{"a":${deep(100_000)}}`)],
  [
    'onnx',
    'a.onnx',
    'a constant of two to the sixty values',
    () => onnx(int64s('s', [2 ** 30, 2 ** 30]), node('ConstantOfShape', ['s'], 'c'), node('Add', ['x', 'c'], 'y')),
  ],
  [
    'onnx',
    'a.onnx',
    'a constant of two billion values',
    () => onnx(int64s('s', [2 ** 31 - 1]), node('ConstantOfShape', ['s'], 'c'), node('Add', ['x', 'c'], 'y')),
  ],
  [
    'onnx',
    'a.onnx',
    'a range of a billion',
    () =>
      onnx(
        int64s('a', [0]),
        int64s('b', [1e9]),
        int64s('d', [1]),
        node('Range', ['a', 'b', 'd'], 'c'),
        node('Add', ['x', 'c'], 'y'),
      ),
  ],
  [
    'onnx',
    'a.onnx',
    'an expansion to two to the forty',
    () =>
      onnx(
        int64s('s', [2 ** 20, 2 ** 20]),
        int64s('v', [1]),
        node('Expand', ['v', 's'], 'c'),
        node('Add', ['x', 'c'], 'y'),
      ),
  ],
  [
    'onnx',
    'a.onnx',
    'tiles of tiles',
    () =>
      onnx(
        int64s('v0', [1]),
        int64s('n', [1000]),
        ...Array.from({ length: 6 }, (_, i) => node('Tile', [`v${i}`, 'n'], `v${i + 1}`)),
        node('Add', ['x', 'v6'], 'y'),
      ),
  ],
  [
    'onnx',
    'a.onnx',
    'sums of sums',
    () =>
      onnx(
        ...Array.from({ length: 200 }, (_, i) =>
          node('Concat', [i === 0 ? 'x' : `c${i}`, i === 0 ? 'x' : `c${i}`], `c${i + 1}`, [
            field(5, Buffer.concat([text(1, 'axis'), whole(3, 1), whole(20, 2)])),
          ]),
        ),
        node('Relu', ['c200'], 'y'),
      ),
  ],
  ['onnx', 'a.onnx', 'two thousand graphs in graphs', () => nestedOnnx(2000)],
  [
    'onnx',
    'a.onnx',
    'a million nodes',
    () => onnx(Buffer.concat(Array.from({ length: 1_000_000 }, () => node('Relu', ['x'], 'y')))),
  ],
  [
    'onnx',
    'a.onnx',
    'an input of a million squared px',
    () =>
      Buffer.concat([
        whole(1, 8),
        field(
          7,
          Buffer.concat([node('GlobalAveragePool', ['x'], 'y'), input('x', [1, 3, 1e6, 1e6]), field(12, text(1, 'y'))]),
        ),
        field(8, whole(2, 17)),
      ]),
  ],
  [
    'tfjs',
    'model.json',
    'a hundred thousand lists in lists',
    () => Buffer.from(`{"format":"layers-model","modelTopology":${deep(100_000)}}`),
  ],
  [
    'tfjs',
    'model.json',
    'weights of two to the sixty values',
    () =>
      Buffer.from(
        JSON.stringify({
          format: 'graph-model',
          modelTopology: { node: [] },
          weightsManifest: [
            { paths: ['weights.bin'], weights: [{ name: 'a', shape: [2 ** 30, 2 ** 30], dtype: 'float32' }] },
          ],
        }),
      ),
  ],
  [
    'tfjs',
    'model.json',
    'the same file a million times',
    () =>
      Buffer.from(
        JSON.stringify({
          format: 'graph-model',
          modelTopology: { node: [] },
          weightsManifest: [{ paths: Array(1_000_000).fill('weights.bin'), weights: [] }],
        }),
      ),
  ],
  [
    'attributions',
    'a.json',
    'three million numbers',
    () => Buffer.from(`{"notes":[],"coarse":{"values":${wide},"height":1,"width":1}}`),
  ],
  ['attributions', 'a.json', 'a hundred thousand lists in lists', () => Buffer.from(`{"notes":${deep(100_000)}}`)],
  [
    'npy',
    'a.npy',
    'two to the sixty numbers',
    () => npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (1073741824, 1073741824), }`),
  ],
  [
    'npy',
    'a.npy',
    'a million axes',
    () =>
      Buffer.concat([
        Buffer.from('\x93NUMPY\x02\x00', 'latin1'),
        u32(3_000_060),
        Buffer.from(`{'descr': '<f4', 'fortran_order': False, 'shape': (${'1, '.repeat(1_000_000)}), }\n`),
      ]),
  ],
  ['labels', 'labels.txt', 'a million labels', () => lines(1_000_000, (i) => `c${i}`)],
  ['labels', 'labels.txt', 'spaces without end', () => Buffer.from(`0 ${' '.repeat(2_000_000)}\u0000`)],
  ['labels', 'labels.txt', 'a hundred thousand lists in lists', () => Buffer.from(deep(100_000))],
  ['scenes', 'scenes.jsonl', 'a hundred thousand lists in lists', () => Buffer.from(deep(100_000))],
  [
    'scenes',
    'scenes.jsonl',
    'a million objects',
    () => Buffer.from(`{"label":"wolf","spec":{"objects":[${'{},'.repeat(1_000_000)}{}]}}`),
  ],
  ['bibliography', 'a.bib', 'half a million braces', () => Buffer.from(`@article{a, title={${'{'.repeat(500_000)}`)],
  ['bibliography', 'a.bib', 'a hundred thousand entries', () => lines(100_000, (i) => `@article{a${i}, title={T}}`)],
  [
    'bibliography',
    'a.bib',
    'a title of a million spaces',
    () =>
      Buffer.from(`@article{a, title={${' '.repeat(1_000_000)}x}, author={${'a and '.repeat(100_000)}b}, year={2000}}`),
  ],
];
