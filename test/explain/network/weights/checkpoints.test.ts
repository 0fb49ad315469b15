import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import { addArchitecture } from '../../../../src/explain/network/architectures';
import { type Architecture, defineArchitecture } from '../../../../src/explain/network/architectures/architecture';
import { openForward } from '../../../../src/explain/network/executors/forward';
import { GraphBuilder } from '../../../../src/explain/network/graph-builder';
import { encodeSafetensors } from '../../../../src/explain/network/weights/safetensors';
import { readStateDictNetwork } from '../../../../src/explain/network/weights/state-dict-network';
import { seededRandom } from '../../../../src/explain/random';
import { describeWithMirror, mirrored } from '../../../support/mirror';
import { networkOf, seededParameters } from '../../../support/networks';

const folder = path.join(__dirname, '../../../golden/checkpoints');
const golden = JSON.parse(readFileSync(path.join(folder, 'contents.json'), 'utf8')) as {
  readonly input: number[];
  readonly answers: Readonly<Record<'float32' | 'float16' | 'bfloat16', number[]>>;
};

/** `Tiny` of test/golden/checkpoints.py. */
const tiny: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  let x = builder.convolution('conv1', 'input', 4, { kernel: 3, stride: 2, padding: 1 });
  x = builder.relu('relu', builder.batchNorm('bn1', x));
  x = builder.convolution('layer1.conv', x, 6, { kernel: 3, padding: 1, groups: 2 });
  x = builder.relu('layer1.relu', builder.batchNorm('layer1.bn', x));
  builder.pooledHead(x, outputs);
  return { graph: builder.graph, camNode: x };
};

let scratch: string;
beforeAll(async () => {
  addArchitecture(defineArchitecture({ name: 'tiny', build: tiny }));
  scratch = await mkdtemp(path.join(tmpdir(), 'whylight-checkpoints-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const read = (name: string) => readStateDictNetwork(path.join(folder, name), { size: [9, 11] });

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was read'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  expect(error.message.length).toBeLessThan(1000);
  return error.message;
}

const object = /^it holds whole objects \([^)]+\): their weights are taken by name, and their code is neither run nor/;
const program = /^it is a TorchScript program: its weights are taken, and the program itself is not read$/;

describe.each<[string, keyof typeof golden.answers, (string | RegExp)[]]>([
  ['plain.pth', 'float32', []],
  [
    'averaged.pth',
    'float32',
    [
      /^its weights are those at model; also there: model_ema, the same network, optimizer \(8 tensors\), epoch, args, scores, best$/,
    ],
  ],
  [
    'parallel.pth',
    'float32',
    [/^its weights are those at state_dict \(prefix module\.\); also there: best_prec1 \(1 tensor\)$/],
  ],
  ['parallel-legacy.th', 'float32', ['its weights are those at state_dict (prefix module.); also there: args']],
  ['compiled.pth', 'float32', ['its weights are those at the top (prefix _orig_mod.)']],
  [
    'lightning.ckpt',
    'float32',
    [
      /at state_dict \(prefix model\.\); also there: state_dict\.criterion, optimizer_states \(\d+ tensors\), epoch, hyper_parameters, lr_schedulers$/,
    ],
  ],
  [
    'timm.pth',
    'float32',
    ['its weights are those at state_dict; also there: state_dict_ema, the same network, arch, version, args'],
  ],
  ['swa.pth', 'float32', ['its weights are those at the top (prefix module.)']],
  ['whole.pth', 'float32', [object]],
  ['whole-legacy.pth', 'float32', [object]],
  ['whole-parallel.pth', 'float32', ['its weights are those at net (prefix module.); also there: epoch', object]],
  ['exported-learner.pkl', 'float32', ['its weights are those at the top (prefix model.)', object]],
  ['ordered.pth', 'float32', []],
  [
    'labelled.pth',
    'float32',
    ['its weights are those at state_dict; also there: class_to_idx', 'its class names are those at class_to_idx'],
  ],
  ['counted.pth', 'float32', ['its weights are those at params']],
  ['listed.pth', 'float32', ['its weights are those at 0']],
  ['alias.pth', 'float32', ['its weights are those at state_dict']],
  ['half.pth', 'float16', []],
  ['brain.safetensors', 'bfloat16', []],
  ['model.safetensors.index.json', 'float32', []],
  ['pytorch_model.bin.index.json', 'float32', []],
  ['traced.pt', 'float32', [program]],
  ['scripted.pt', 'float32', [program]],
])('%s', (name, precision, notes) => {
  test('answers as its own framework, and says what was taken', async () => {
    const network = await read(name);
    expect(network).toMatchObject({ outputs: 5, inputShape: [9, 11, 3], ending: null, camNode: 'layer1.relu' });
    expect(network.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    const wanted = ['its weights fit tiny by names and shapes: the computation of tiny is taken', ...notes];
    expect(network.notes).toHaveLength(wanted.length);
    for (const [i, note] of wanted.entries()) {
      if (typeof note === 'string') expect(network.notes[i]).toBe(note);
      else expect(network.notes[i]).toMatch(note);
    }
    const session = openForward(networkOf(network.graph, [9, 11, 3], network.parameters, { classes: [...'abcde'] }));
    const answers = session.run(Float32Array.from(golden.input), 2);
    session.close();
    const expected = golden.answers[precision];
    expect(answers).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(answers[i]).toBeCloseTo(value, 5);
  });
});

test('class names in a checkpoint are the network’s where they are as many as its outputs', async () => {
  expect((await read('labelled.pth')).labels).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect((await read('plain.pth')).labels).toBeNull();
});

test.each<[string, RegExp]>([
  [
    'two.pth',
    /^two\.pth: it holds the network twice, at net_a and at net_b: choose one in a card \(weights: \{ key: 'net_b', prefix: '' \}\)$/,
  ],
  [
    'dropout.pth',
    /nearest is tiny \(missing: fc\.weight, fc\.bias; not of this architecture: fc\.1\.weight, fc\.1\.bias\); if fc\.1 is its fc, a card can say so: architecture: tiny, weights: \{ rename: \{ 'fc\.1\.\*\*': 'fc\.\*\*' \} \}$/,
  ],
  [
    'headless.pth',
    /^headless\.pth: its weights fit none of the \d+ architectures known; nearest is tiny \(missing: fc\.weight, fc\.bias\); with the network in PyTorch, torch\.onnx\.export\(model\.eval\(\), torch\.zeros\(1, 3, 9, 11\), 'headless\.onnx'\) writes/,
  ],
  [
    'quantised.pth',
    /missing: fc\.weight \(fc\.weight would be made by torch\._utils\._rebuild_qtensor, and nothing in a file is run\)/,
  ],
  [
    'frozen.pt',
    /TorchScript program whose weights are no parameters but constants of the program \(frozen\): .*torch\.onnx\.export\(torch\.jit\.load/,
  ],
  ['model-00001-of-00002.safetensors', /it is one part of several: open their index \(\.index\.json\)$/],
])('%s is refused in one line', async (name, message) => {
  expect(await refusal(read(name))).toMatch(message);
});

test('an architecture that is named is the only one tried', async () => {
  const file = path.join(folder, 'plain.pth');
  expect((await readStateDictNetwork(file, { architecture: 'tiny' })).format).toBe('PyTorch (zip), tiny');
  expect(await refusal(readStateDictNetwork(file, { architecture: 'resnet18' }))).toMatch(
    /^plain\.pth: its weights do not fit resnet18 \(\d+ of its 102 weights in common\); with the network in PyTorch, torch/,
  );
  expect(await refusal(readStateDictNetwork(file, { architecture: 'resnet1' }))).toMatch(
    /unknown architecture: resnet1/,
  );
});

test('two architectures of the same names and shapes are told apart by no weights file', async () => {
  const twin: Architecture = (...size) => ({ ...tiny(...size), camNode: null });
  addArchitecture(defineArchitecture({ name: 'tiny-twin', build: twin }));
  try {
    expect(await refusal(read('plain.pth'))).toBe(
      'plain.pth: its weights fit 2 architectures alike: tiny, tiny-twin (choose one in a card: architecture: tiny)',
    );
    expect(
      (await readStateDictNetwork(path.join(folder, 'plain.pth'), { architecture: 'tiny-twin' })).camNode,
    ).toBeNull();
    // This one says `arch: tiny`.
    expect(await read('timm.pth')).toMatchObject({ format: 'PyTorch (zip), tiny', camNode: 'layer1.relu' });
    expect((await read('timm.pth')).notes[0]).toMatch(
      /^its weights fit tiny by names and shapes, and it calls itself so:/,
    );
  } finally {
    addArchitecture(defineArchitecture({ name: 'tiny-twin', build: tiny }), true);
  }
  // The same network under another name is no other network.
  expect((await read('plain.pth')).format).toBe('PyTorch (zip), tiny');
});

test('a size that nobody says is assumed, and said', async () => {
  const network = await readStateDictNetwork(path.join(folder, 'plain.pth'));
  expect(network.inputShape).toEqual([224, 224, 3]);
  expect(network.notes.at(-1)).toBe('it does not say for which size: 224×224 is taken, usual for tiny');
});

test('weights that are for one size say which', async () => {
  const positioned: Architecture = (outputs, [height, width]) => {
    const builder = new GraphBuilder();
    const patches = builder.convolution('patches', 'input', 2, { kernel: 32, stride: 32, bias: true });
    const shape = [Math.floor(height / 32), Math.floor(width / 32), 2] as const;
    const x = builder.add('positions', { kind: 'addMap', shape }, patches);
    builder.pooledHead(x, outputs);
    return { graph: builder.graph, camNode: x };
  };
  addArchitecture(defineArchitecture({ name: 'positioned', build: positioned }));
  const file = path.join(scratch, 'positioned.safetensors');
  for (const side of [224, 384]) {
    const { graph } = positioned(4, [side, side, 3]);
    await writeFile(file, encodeSafetensors(seededParameters(graph, [side, side, 3], 1)));
    const network = await readStateDictNetwork(file);
    expect(network).toMatchObject({ format: 'safetensors, positioned', inputShape: [side, side, 3], outputs: 4 });
    expect(network.notes.at(-1)).toBe(`its weights are for ${side}×${side}, by their shapes`);
  }
  expect(await refusal(readStateDictNetwork(file, { size: [224, 224] }))).toMatch(
    /nearest is positioned \(of another shape: positions\.weight is 12×12×2, not 7×7×2\)/,
  );
});

test('a network of grey photos is known by its first kernels', async () => {
  const { graph } = tiny(5, [9, 11, 1]);
  const file = path.join(scratch, 'grey.safetensors');
  await writeFile(file, encodeSafetensors(seededParameters(graph, [9, 11, 1], 1)));
  const network = await readStateDictNetwork(file, { size: [9, 11] });
  expect(network.inputShape).toEqual([9, 11, 1]);
  expect(network.notes).toContain('its first kernels take one channel');
});

describe('an index of parts', () => {
  const index = JSON.parse(readFileSync(path.join(folder, 'model.safetensors.index.json'), 'utf8')) as {
    weight_map: Record<string, string>;
  };
  const parts = [...new Set(Object.values(index.weight_map))];
  const write = async (content: unknown, name = 'x.index.json') => {
    for (const part of parts) await writeFile(path.join(scratch, part), readFileSync(path.join(folder, part)));
    await writeFile(path.join(scratch, name), typeof content === 'string' ? content : JSON.stringify(content));
    return refusal(readStateDictNetwork(path.join(scratch, name)));
  };

  test.each<[string, unknown, RegExp]>([
    [
      'with a part that is absent',
      { weight_map: { a: 'gone.bin' } },
      /^cannot read x\.index\.json: its part gone\.bin: there is no such file/,
    ],
    [
      'with a part elsewhere',
      { weight_map: { a: '../gone.bin' } },
      /a lies in \.\.\/gone\.bin \(allowed: a file beside the index\)/,
    ],
    ['with a part that is no text', { weight_map: { a: 3 } }, /a lies in 3 \(allowed/],
    ['with nothing', { weight_map: {} }, /x\.index\.json names no weights/],
    ['without a map', { metadata: {} }, /x\.index\.json is JSON without a weight_map/],
    ['with a list', { weight_map: [1] }, /without a weight_map/],
    ['that is cut off', '{"weight_map": {"a"', /x\.index\.json is not JSON/],
    ['with one key twice', '{"weight_map": {"a": "b", "a": "c"}}', /x\.index\.json has a twice/],
    [
      'with a weight in another part than it says',
      { weight_map: { ...index.weight_map, 'conv1.weight': index.weight_map['fc.bias'] } },
      /x\.index\.json: conv1\.weight is in model-00001-of-00002\.safetensors, not in model-00002-of-00002\.safetensors/,
    ],
    [
      'with too many parts',
      { weight_map: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`w${i}`, `p${i}`])) },
      /names 1001 parts \(allowed: up to 1000\)/,
    ],
  ])('%s', async (_, content, message) => expect(await write(content)).toMatch(message));

  test('with one weight in two parts', async () => {
    await writeFile(path.join(scratch, 'twin.safetensors'), readFileSync(path.join(folder, parts[0]!)));
    const map = { ...index.weight_map, other: 'twin.safetensors' };
    expect(await write({ weight_map: map })).toMatch(
      /x\.index\.json: [\w.]+ is in model-00001-of-00002\.safetensors and in twin\.safetensors/,
    );
  });
});

test('changed at random, a file is read or refused in one line', async () => {
  const random = seededRandom(15);
  const names = [
    'averaged.pth',
    'lightning.ckpt',
    'whole.pth',
    'whole-legacy.pth',
    'parallel-legacy.th',
    'scripted.pt',
    'brain.safetensors',
    'quantised.pth',
  ];
  const file = path.join(scratch, 'changed');
  let refused = 0;
  for (let round = 0; round < 2000; round++) {
    const bytes = readFileSync(path.join(folder, names[round % names.length]!));
    const count = 1 + Math.floor(random() * random() * 12);
    for (let i = 0; i < count; i++) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(256 * random());
    }
    await writeFile(file, bytes.subarray(0, random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length));
    const error = await readStateDictNetwork(file, { architecture: 'tiny' }).then(
      () => null,
      (reason) => reason,
    );
    if (error === null) continue;
    refused++;
    expect(error, error.stack).toBeInstanceOf(WhylightError);
    expect(error.message).not.toMatch(/[\n\r]/);
    expect(error.message.length).toBeLessThan(1000);
  }
  expect(refused).toBeGreaterThan(500);
});

describeWithMirror('the mirror’s weights, without a card', () => {
  test.each([
    ['weights/squeezenet1_0-deep-compression.pth', 'PyTorch (zip), squeezenet1_0', 1000],
    ['weights/mobilenet_v1_0.75_192.safetensors', 'safetensors, mobilenet_v1_0.75', 1000],
    ['weights/resnet20-12fca82f.th', 'PyTorch (legacy), resnet20-cifar', 10],
    ['models/cifar-resnet32/resnet32-d509ac18.th', 'PyTorch (legacy), resnet32-cifar', 10],
    ['weights/resnet18-ants-bees-dogs-wolves.pth', 'PyTorch (zip), resnet18', 4],
  ])('%s', async (name, format, outputs) => {
    expect(await readStateDictNetwork(mirrored(...name.split('/')))).toMatchObject({ format, outputs });
  });
});
