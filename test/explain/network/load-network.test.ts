import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
