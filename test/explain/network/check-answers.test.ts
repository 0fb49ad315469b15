import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classify } from '../../../src/explain/classify';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { prepareInput } from '../../../src/explain/image/prepare';
import { checkAnswers } from '../../../src/explain/network/check-answers';
import { loadNetwork } from '../../../src/explain/network/load-network';
import type { Network } from '../../../src/explain/network/network';
import { encodeNpy } from '../../../src/explain/npy';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const folder = mkdtempSync(path.join(tmpdir(), 'whylight-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const network: Network = seededNetwork('tiny-resnet', 4, [30, 41, 3], 1);
let logits: number[] = [];
let probabilities: number[] = [];

beforeAll(async () => {
  const { pixels, width, height } = drawnPhoto(50, 40, 2);
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path.join(folder, 'photo.png'));
  const photo = await loadPhoto(path.join(folder, 'photo.png'));
  const { classes } = await classify(network, photo);
  const inOrder = [...classes].sort((a, b) => a.index - b.index);
  logits = inOrder.map(({ logit }) => logit);
  probabilities = inOrder.map(({ probability }) => probability!);
  const { values } = prepareInput(photo, network.preprocessing);
  writeFileSync(path.join(folder, 'input.npy'), encodeNpy(values, [1, 30, 41, 3]));
  writeFileSync(path.join(folder, 'logits.npy'), encodeNpy(Float32Array.from(logits), [1, 4]));
  writeFileSync(path.join(folder, 'probabilities.npy'), encodeNpy(Float32Array.from(probabilities), [1, 4]));
});

const arrays = (output: string) => ({ input: 'input.npy', output });

test('a network that answers as it did passes', async () => {
  const photo = { photo: 'photo.png' };
  expect((await checkAnswers(network, { ...photo, logits }, folder)).difference).toBeLessThan(1e-6);
  expect((await checkAnswers(network, { ...photo, probabilities }, folder)).difference).toBeLessThan(1e-6);
  expect((await checkAnswers(network, arrays('logits.npy'), folder)).difference).toBeLessThan(1e-6);
  // Of a file that ends in softmax, the probabilities are what comes out.
  expect((await checkAnswers(network, arrays('probabilities.npy'), folder, 'softmax')).difference).toBeLessThan(1e-6);
});

test.each<[string, Partial<Network['preprocessing']>]>([
  ['another colour order', { channels: 'bgr' }],
  ['another mean', { mean: [0.1, 0, 0] }],
  ['another scale', { std: [0.5, 0.5, 0.5] }],
  ['another fit', { fit: 'stretch' }],
])('%s is seen', async (_, own) => {
  const changed = { ...network, preprocessing: { ...network.preprocessing, ...own } };
  await expect(checkAnswers(changed, { photo: 'photo.png', logits }, folder)).rejects.toThrow(
    /answers differently than its check says: of the logits number \d is -?[\d.e-]+, not -?[\d.e-]+ \(allowed: within [\d.e-]+\); look at scale/,
  );
});

test('how much it may differ is said by the card', async () => {
  const other = logits.map((value, i) =>
    i === 1 ? value + 0.05 * (Math.max(...logits) - Math.min(...logits)) : value,
  );
  await expect(checkAnswers(network, { photo: 'photo.png', logits: other }, folder)).rejects.toThrow(/number 1 is/);
  await checkAnswers(network, { photo: 'photo.png', logits: other, tolerance: 0.2 }, folder);
});

test.each<[string, Parameters<typeof checkAnswers>[1], RegExp]>([
  [
    'neither logits nor probabilities',
    { photo: 'photo.png' },
    /says what comes out \(allowed: logits or probabilities\)/,
  ],
  ['too few', { photo: 'photo.png', logits: [1] }, /its check has 1 logits, and the network 4/],
  ['no photo', { photo: 'absent.png', logits: [1] }, /cannot read the photo .*absent\.png/],
  ['no array', { input: 'absent.npy', output: 'logits.npy' }, /cannot read .*absent\.npy: there is no such/],
  [
    'a photo for an array',
    { input: 'photo.png', output: 'logits.npy' },
    /cannot read .*photo\.png: this is not a \.npy/,
  ],
  [
    'an array of another size',
    { input: 'logits.npy', output: 'logits.npy' },
    /logits\.npy is 1×4, and the network takes 30×41×3/,
  ],
])('%s is refused', async (_, check, message) => {
  await expect(checkAnswers(network, check, folder)).rejects.toThrow(message);
});

test('a card’s check is made when its network is loaded', async () => {
  const weights = path.resolve(__dirname, '../../../networks/scenes-animals.safetensors');
  const card = (check: object) =>
    `title: T\nmodel: { file: ${weights} }\nsize: [128, 128]\npreprocessing: { fit: stretch, channels: rgb, scale: imagenet }\noutput: softmax\nclasses: [ant, bee, dog, wolf]\ncheck: ${JSON.stringify(check)}\n`;
  const file = path.join(folder, 'card.yaml');
  writeFileSync(file, card({ photo: 'photo.png', logits: [0, 0, 0, 0] }));
  await expect(loadNetwork(file)).rejects.toThrow(/^card answers differently than its check says/);
  const plain = await loadNetwork(weights);
  expect(plain.assumptions).not.toHaveLength(0);
});
