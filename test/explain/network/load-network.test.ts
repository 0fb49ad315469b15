import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classify } from '../../../src/explain/classify';
import { WhylightError } from '../../../src/explain/errors';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { loadNetwork } from '../../../src/explain/network/load-network';
import type { Parameter } from '../../../src/explain/network/network';
import { encodeSafetensors } from '../../../src/explain/network/weights/safetensors';
import { describeWithMirror, mirror, mirrored } from '../../support/mirror';
import { drawn, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const seeded = seededNetwork('tiny-resnet', 3, [40, 56, 3], 1);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whylight-load-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a card and its files; answers the card's path. */
async function card(
  parameters: ReadonlyMap<string, Parameter>,
  { classes = '[ant, bee, wolf]', output = 'softmax', crop = '[40, 56]', sum = '', where = '.' } = {},
): Promise<string> {
  const bytes = encodeSafetensors(parameters);
  await mkdir(path.join(folder, where), { recursive: true });
  await writeFile(path.join(folder, where, 'mine.safetensors'), bytes);
  const file = path.join(folder, 'mine.yaml');
  await writeFile(
    file,
    `title: Mine
architecture: tiny-resnet
weights: { file: mine.safetensors, sha256: '${sum || sha256(bytes)}' }
preprocessing: { resize: null, crop: ${crop}, mean: [0, 0, 0], std: [1, 1, 1] }
output: ${output}
classes: ${classes}
`,
  );
  return file;
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was loaded'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

test('a card’s network gives what its weights give', async () => {
  const before = passingTensors();
  const network = await loadNetwork(await card(seeded.parameters));
  expect(network).toMatchObject({
    name: 'mine',
    title: 'Mine',
    architecture: 'tiny-resnet',
    inputShape: [40, 56, 3],
    classes: ['ant', 'bee', 'wolf'],
    output: 'softmax',
    camNode: seeded.camNode,
    preprocessing: { crop: [40, 56], resize: null },
    weightsSha256: sha256(encodeSafetensors(seeded.parameters)),
  });
  const photo = drawnPhoto(40, 56, 2);
  const wanted = (await classify(seeded, photo)).classes.map(({ index, logit }) => [index, logit]);
  expect((await classify(network, photo)).classes.map(({ index, logit }) => [index, logit])).toEqual(wanted);
  expect(passingTensors()).toBe(before);
});

describe('weights that do not fit are refused by name', () => {
  const changed = (change: (parameters: Map<string, Parameter>) => void) => {
    const parameters = new Map(seeded.parameters);
    change(parameters);
    return parameters;
  };
  test.each<[string, Map<string, Parameter>, RegExp]>([
    [
      'missing',
      changed((p) => p.delete('fc.bias')),
      /^mine\.safetensors does not fit tiny-resnet with Mine: missing: fc\.bias$/,
    ],
    [
      'extra',
      changed((p) => p.set('fc2.weight', { shape: [1], values: drawn(1, 1) })),
      /: not of this architecture: fc2\.weight$/,
    ],
    [
      'misshapen',
      changed((p) => p.set('conv1.weight', { shape: [16, 3, 9], values: p.get('conv1.weight')!.values })),
      /: of another shape: conv1\.weight is 16×3×9, not 16×3×3×3$/,
    ],
    [
      'all three',
      changed((p) => {
        p.delete('bn1.bias');
        p.set('\u001b[31mred\n', { shape: [1], values: drawn(1, 1) });
        p.set('fc.bias', { shape: [4], values: drawn(4, 1) });
      }),
      /missing: bn1\.bias; not of this architecture: \?\[31mred\?; of another shape: fc\.bias is 4, not 3$/,
    ],
    [
      'many missing',
      changed((p) => {
        for (const name of [...p.keys()].slice(0, 20)) p.delete(name);
      }),
      /missing: conv1\.weight, (?:[\w.]+, ){3}[\w.]+ … and 15 more$/,
    ],
  ])('%s', async (_, parameters, message) => {
    expect(await refusal(loadNetwork(await card(parameters)))).toMatch(message);
  });

  test('too many classes', async () => {
    const message = /of another shape: fc\.weight is 3×80, not 2×80, fc\.bias is 3, not 2$/;
    expect(await refusal(loadNetwork(await card(seeded.parameters, { classes: '[a, b]' })))).toMatch(message);
  });

  test('a sigmoid head of three classes', async () => {
    const message = 'mine: a sigmoid head has two classes, the negative and the positive; the card lists 3';
    expect(await refusal(loadNetwork(await card(seeded.parameters, { output: 'sigmoid' })))).toBe(message);
  });

  test('a wrong checksum, before anything is read', async () => {
    const file = await card(seeded.parameters, { sum: '0'.repeat(64) });
    expect(await refusal(loadNetwork(file))).toMatch(
      /^mine\.safetensors has a wrong checksum: sha256 [0-9a-f]{64}, expected 0{64}/,
    );
  });
});

describe('which weights of a file a card means', () => {
  /** A card with more about its weights, beside a file of that name. */
  async function cardWith(weights: string, parameters: ReadonlyMap<string, Parameter>): Promise<string> {
    await writeFile(path.join(folder, 'mine.safetensors'), encodeSafetensors(parameters));
    const file = await card(seeded.parameters, { where: 'elsewhere' });
    const yaml = await readFile(file, 'utf8');
    await writeFile(file, yaml.replace(/^weights: .*$/m, `weights: { file: mine.safetensors, ${weights} }`));
    return file;
  }
  const named = (name: (own: string) => string, from = seeded.parameters) =>
    new Map([...from].map(([own, parameter]) => [name(own), parameter]));
  const same = async (file: string) => {
    const network = await loadNetwork(file);
    expect(network.parameters).toEqual(seeded.parameters);
    return network;
  };

  test('a local file needs no checksum, and its own is kept', async () => {
    const file = await cardWith('url: null', seeded.parameters);
    expect((await same(file)).weightsSha256).toBe(sha256(encodeSafetensors(seeded.parameters)));
  });

  test('any prefix, found and chosen', async () => {
    const student = named((name) => `student.net.${name}`);
    await same(await cardWith('url: null', student));
    const two = new Map([...student, ...named((name) => `other.net.${name}`)]);
    expect(await refusal(loadNetwork(await cardWith('url: null', two)))).toMatch(
      /^mine\.safetensors: it holds the network twice, at the top \(prefix other\.net\.\) and at the top \(prefix student\.net\.\)/,
    );
    await same(await cardWith('prefix: student.net.', two));
    await same(await cardWith("key: '', prefix: other.net.", two));
    expect(await refusal(loadNetwork(await cardWith('key: state_dict', two)))).toBe(
      "mine.safetensors: no tensors under the key state_dict (allowed: '')",
    );
  });

  test('renamed weights, and some left out', async () => {
    const wrapped = named((name) => name.replace(/^fc\./, 'head.1.'));
    wrapped.set('loss.weight', { shape: [3], values: drawn(3, 1) });
    const rename = "rename: { 'head.1.*': 'fc.*', 'loss.**': null }";
    await same(await cardWith(rename, wrapped));
    expect(await refusal(loadNetwork(await cardWith("rename: { 'head.1.*': 'fc.*.*' }", wrapped)))).toMatch(
      /^mine\.yaml: line 3: weights\.rename: fc\.\*\.\* has 2 stars, and head\.1\.\* 1 \(allowed: no more than the pattern\)$/,
    );
  });

  test('another ε of the batch norms', async () => {
    const photo = drawnPhoto(40, 56, 2);
    const network = await same(await cardWith('batchNormEpsilon: 0.001', seeded.parameters));
    const epsilons = network.graph.flatMap(({ operation }) =>
      operation.kind === 'batchNorm' ? [operation.epsilon] : [],
    );
    expect(new Set(epsilons)).toEqual(new Set([0.001]));
    const [one] = (await classify(network, photo)).classes;
    const [other] = (await classify(seeded, photo)).classes;
    expect(one!.logit).not.toBe(other!.logit);
  });

  test.each<[string, RegExp]>([
    [
      "url: 'https://example.org/x'",
      /weights\.sha256: missing \(allowed: a text of 8 to 64 hex digits; left out for a local file only\)$/,
    ],
    ['batchNormEpsilon: 0', /weights\.batchNormEpsilon/],
    ['rename: { a: 3 }', /weights\.rename\.a/],
    ['perfix: a', /weights: unknown key perfix/],
  ])('%s is refused', async (weights, message) => {
    expect(await refusal(loadNetwork(await cardWith(weights, seeded.parameters)))).toMatch(message);
  });

  test('a file in parts, by its index and the checksum of all its files', async () => {
    const entries = [...seeded.parameters];
    const halves = [entries.slice(0, 9), entries.slice(9)].map((half) => encodeSafetensors(new Map(half)));
    for (const [i, half] of halves.entries()) await writeFile(path.join(folder, `part${i}.safetensors`), half);
    const index = JSON.stringify({
      weight_map: Object.fromEntries(entries.map(([name], i) => [name, `part${i < 9 ? 0 : 1}.safetensors`])),
    });
    await writeFile(path.join(folder, 'mine.index.json'), index);
    const all = sha256(Buffer.concat([Buffer.from(index), ...halves]));
    const inParts = async (weights: string) => {
      const file = await cardWith('url: null', seeded.parameters);
      const yaml = await readFile(file, 'utf8');
      await writeFile(file, yaml.replace(/^weights: .*$/m, `weights: { file: mine.index.json, ${weights} }`));
      return file;
    };
    expect((await same(await inParts(`sha256: '${all}'`))).weightsSha256).toBe(all);
    expect(await refusal(loadNetwork(await inParts(`sha256: '${sha256(index)}'`)))).toMatch(
      /^mine\.index\.json with its parts has a wrong checksum: sha256 [0-9a-f]{64}, expected/,
    );
    expect(await refusal(loadNetwork(await inParts(`sha256: '${all}', url: 'https://example.org/x'`)))).toMatch(
      /weights\.file mine\.index\.json: unusable \(allowed: a file in one part, or the index of one without url or wheel\)$/,
    );
  });
});

test('an input of one pixel runs', async () => {
  const network = await loadNetwork(await card(seeded.parameters, { crop: '1' }));
  expect((await classify(network, drawnPhoto(9, 9, 3))).classes).toHaveLength(3);
});

test('a mirror is asked by option and by WHYLIGHT_MIRROR', async () => {
  const file = await card(seeded.parameters, { where: 'mirror/weights' });
  const absent = { mirror: null, cache: path.join(folder, 'cache') };
  expect(await refusal(loadNetwork(file, absent))).toMatch(
    /^mine\.safetensors is not here and is not published for download; hand it over with --mirror DIR/,
  );
  expect((await loadNetwork(file, { mirror: path.join(folder, 'mirror') })).name).toBe('mine');
  const kept = process.env.WHYLIGHT_MIRROR;
  try {
    process.env.WHYLIGHT_MIRROR = path.join(folder, 'mirror');
    expect((await loadNetwork(file)).name).toBe('mine');
  } finally {
    if (kept === undefined) delete process.env.WHYLIGHT_MIRROR;
    else process.env.WHYLIGHT_MIRROR = kept;
  }
});

describe('a file of classes', () => {
  const withFile = async (text: string, sum = sha256(text)) => {
    await writeFile(path.join(folder, 'names.txt'), text);
    return loadNetwork(await card(seeded.parameters, { classes: `{ file: names.txt, sha256: '${sum}' }` }));
  };

  test.each(['ant\nbee\nwolf\n', 'ant\nbee\nwolf', 'ant\r\nbee\r\n wolf \r\n', '\ufeffant\nbee\nwolf\n'])(
    '%j has three',
    async (text) => expect((await withFile(text)).classes).toEqual(['ant', 'bee', 'wolf']),
  );

  test('with a wrong checksum', async () => {
    expect(await refusal(withFile('ant\nbee\nwolf\n', '1'.repeat(64)))).toMatch(/^names\.txt has a wrong checksum/);
  });

  test('with too few lines', async () => {
    expect(await refusal(withFile('ant\nbee\n'))).toMatch(/of another shape: fc\.weight is 3×80, not 2×80/);
  });

  test('with an empty line', async () => {
    expect(await refusal(withFile('ant\n\nwolf\n'))).toBe('names.txt: line 2 is empty (allowed: one class a line)');
  });
});

describeWithMirror('the mirror’s networks', () => {
  test.each([
    ['squeezenet1_0-deep-compression', 'canines-and-insects/n02206856_bee.JPEG', 'bee'],
    ['mobilenet_v1_0.75_192', 'canines-and-insects/n02206856_bee.JPEG', 'bee'],
  ])('%s knows a bee', async (name, photo, label) => {
    const network = await loadNetwork(name, { mirror, offline: true });
    const { classes } = await classify(network, await loadPhoto(mirrored('photos', photo)));
    expect(classes.slice(0, 5).map((one) => one.label)).toContain(label);
  });

  test.each(['resnet20-cifar10', 'resnet18-ants-bees-dogs-wolves'])('%s loads', async (name) => {
    const network = await loadNetwork(name, { mirror, offline: true });
    expect(network.parameters.size).toBeGreaterThan(50);
  });
});
