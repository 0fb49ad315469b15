import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../../../src/explain/network/architectures';
import { listCards } from '../../../../src/explain/network/card';
import { forward } from '../../../../src/explain/network/executors/forward';
import { loadNetwork } from '../../../../src/explain/network/load-network';
import type { Parameter } from '../../../../src/explain/network/network';
import { encodeSafetensors } from '../../../../src/explain/network/weights/safetensors';
import { drawn, seededNetwork } from '../../../support/networks';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIDE = 64;

/** A card of its own with a file of these weights beside it. */
function written(architecture: string, parameters: ReadonlyMap<string, Parameter>): string {
  const bytes = encodeSafetensors(parameters);
  writeFileSync(path.join(folder, `${architecture}.safetensors`), bytes);
  const card = path.join(folder, `${architecture}.yaml`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const preprocessing = `{ resize: null, crop: ${SIDE}, mean: [0, 0, 0], std: [1, 1, 1] }`;
  writeFileSync(
    card,
    `title: T\narchitecture: ${architecture}\nweights: { file: ${architecture}.safetensors, sha256: '${sha256}' }\n` +
      `preprocessing: ${preprocessing}\noutput: softmax\nclasses: [a, b, c]\n`,
  );
  return card;
}

const scalar = (value: number): Parameter => ({ shape: [1], values: Float32Array.of(value) });

describe('DenseNet under the older names of its published file', () => {
  const network = seededNetwork('densenet121', 3, [SIDE, SIDE, 3], 1);
  const older = (name: string) => name.replace(/(denselayer\d+\.(norm|conv))([12])/, '$1.$3');

  test('is the same network', async () => {
    const published = new Map([...network.parameters].map(([name, parameter]) => [older(name), parameter]));
    expect(published.has('features.denseblock2.denselayer11.norm.2.running_var')).toBe(true);
    expect(published.has('features.denseblock1.denselayer1.conv.1.weight')).toBe(true);
    expect([...published.keys()].filter((name) => network.parameters.has(name))).toHaveLength(
      network.parameters.size - 58 * (4 + 1 + 4 + 1),
    );
    const loaded = await loadNetwork(written('densenet121', published));
    expect([...loaded.parameters.keys()]).toEqual([...network.parameters.keys()]);
    const input = drawn(SIDE * SIDE * 3, 2, 4, -2);
    expect(forward(loaded, input)).toEqual(forward(network, input));
  });

  test('a parameter under both names is refused', async () => {
    const name = 'features.denseblock1.denselayer1.norm1.weight';
    const both = new Map([...network.parameters, [older(name), network.parameters.get(name)!] as const]);
    await expect(loadNetwork(written('densenet121', both))).rejects.toThrow(
      `densenet121.safetensors does not fit densenet121 with T: holds ${name} twice`,
    );
  });
});

describe('heads for training alone', () => {
  const network = seededNetwork('googlenet', 3, [SIDE, SIDE, 3], 3);
  const auxiliary = ['aux1.conv.conv.weight', 'aux1.fc2.bias', 'aux2.conv.bn.running_mean', 'aux2.fc1.weight'];
  const withExtra = (...names: readonly string[]) =>
    written('googlenet', new Map([...network.parameters, ...names.map((name, i) => [name, scalar(i)] as const)]));

  test('GoogLeNet leaves its own out', async () => {
    const loaded = await loadNetwork(withExtra(...auxiliary));
    expect([...loaded.parameters.keys()]).toEqual([...network.parameters.keys()]);
    expect(loaded.camNode).toBe('inception5b.concat');
  });

  test('and no other tensor', async () => {
    await expect(loadNetwork(withExtra('aux1.fc1.bias', 'aux3.fc1.bias', 'AuxLogits.fc.bias'))).rejects.toThrow(
      'not of this architecture: AuxLogits.fc.bias, aux3.fc1.bias',
    );
  });

  test('Inception v3 leaves its own out, and no other', () => {
    const { parameterName } = buildArchitecture('inception_v3', 3, [299, 299, 3]);
    const kept = (name: string) => parameterName!(name);
    expect(kept('AuxLogits.conv0.conv.weight')).toBeNull();
    expect(kept('AuxLogits.fc.bias')).toBeNull();
    expect(['Mixed_7c.branch_pool.bn.bias', 'aux1.fc1.bias', 'fc.bias'].map(kept)).toEqual([
      'Mixed_7c.branch_pool.bn.bias',
      'aux1.fc1.bias',
      'fc.bias',
    ]);
  });
});

test("cards of torchvision's networks: file, address, checksum and evaluation transform go together", async () => {
  const cards = (await listCards()).flatMap((card) =>
    card.form === 'architecture' && card.source?.startsWith("torchvision's published weights") ? [card] : [],
  );
  const transforms = new Map(cards.map((card) => [card.name, [card.preprocessing.resize, card.preprocessing.crop]]));
  expect(Object.fromEntries(transforms)).toMatchObject({
    vgg16: [256, 224],
    mobilenet_v2: [256, 224],
    'mobilenet_v2-v2': [232, 224],
    googlenet: [256, 224],
    densenet121: [256, 224],
    inception_v3: [342, 299],
  });
  for (const { name, weights, preprocessing } of cards) {
    expect(weights.file, name).toMatch(new RegExp(`-${weights.sha256}\\.pth$`));
    expect(weights.url, name).toBe(`https://download.pytorch.org/models/${weights.file}`);
    expect([preprocessing.mean, preprocessing.std], name).toEqual([
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ]);
  }
});
