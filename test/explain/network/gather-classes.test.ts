import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { classify } from '../../../src/explain/classify';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { cam } from '../../../src/explain/methods/cam';
import { readCard } from '../../../src/explain/network/card';
import { forward } from '../../../src/explain/network/executors/forward';
import { gatherClasses } from '../../../src/explain/network/gather-classes';
import { loadNetwork } from '../../../src/explain/network/load-network';
import { labelledPhotos } from '../../../src/explain/training/labelled-photos';
import { describeWithMirror, mirror, mirrored } from '../../support/mirror';
import { drawn, relativeDifference, seededNetwork } from '../../support/networks';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-gather-'));
afterAll(() => rmSync(folder, { recursive: true }));

const mean = (values: ArrayLike<number>, indices: readonly number[]) =>
  indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length;

test.each([
  ['resnet18', 'folded into the dense layer'],
  ['squeezenet1_0', 'after the pooled score maps'],
])('%s: means of logits plus log n, %s', (architecture) => {
  const network = seededNetwork(architecture, 9, [67, 71, 3], 5);
  const input = drawn(2 * 67 * 71 * 3, 6, 2, -1);
  const raw = forward(network, input, 2);
  const two = gatherClasses(network, { name: 'two', title: 'Two', gather: { dog: '2-6', wolf: [7, '0-1'] } });
  const wanted = [0, 1].map((i) => {
    const own = raw.subarray(i * 9, i * 9 + 9);
    return mean(own, [7, 0, 1]) + Math.log(3) - mean(own, [2, 3, 4, 5, 6]) - Math.log(5);
  });
  expect(two.output).toBe('sigmoid');
  expect(relativeDifference(forward(two, input, 2), wanted)).toBeLessThan(1e-4);
  const three = gatherClasses(network, { name: 'x', title: 'X', gather: { a: 0, b: '1-2', c: [8] } });
  expect(three.output).toBe('softmax');
  const [a, b, c] = forward(three, input, 2);
  expect(relativeDifference([a!, b!, c!], [raw[0]!, mean(raw, [1, 2]) + Math.log(2), raw[8]!])).toBeLessThan(1e-4);
});

test('the class activation map averages to the logit less its bias', async () => {
  const network = gatherClasses(seededNetwork('squeezenet1_0', 9, [67, 71, 3], 5), {
    name: 'two',
    title: 'Two',
    gather: { dog: '2-6', wolf: '7-8' },
  });
  const pixels = Uint8Array.from(drawn(67 * 71 * 3, 9, 255), Math.round);
  const map = await cam(network, { pixels, height: 67, width: 71, sha256: '', source: 'noise' }, { target: 'wolf' });
  const { values } = map.coarse!;
  const bias = network.parameters.get('fc.bias')!.values[0]!;
  expect(mean(values, [...values.keys()])).toBeCloseTo(map.target.logit - bias, 4);
});

test('a wrong gathering is refused', () => {
  const network = seededNetwork('tiny-resnet', 9, [32, 32, 3], 5);
  const gather = (groups: Record<string, string>) => gatherClasses(network, { name: 'n', title: 'N', gather: groups });
  expect(() => gather({ dog: '0-3', wolf: '4-9' })).toThrow('wolf gathers class 9, and test has classes 0 to 8');
  expect(() => gather({ dog: '0-3', wolf: '3-4' })).toThrow('class 3 is gathered twice');
  expect(() => gather({ dog: '0-2', wolf: '0-200000000' })).toThrow(
    'wolf gathers class 200000000, and test has classes 0 to 8',
  );
  expect(() => gather({ dog: '3-0', wolf: '4' })).toThrow('classes 3-0: the first is above the last');
});

test('cards: a backbone after @, and what may not stand there', async () => {
  const card = await readCard('dogs-vs-wolves@squeezenet1_0');
  expect(card).toMatchObject({ form: 'gathered', name: 'dogs-vs-wolves@squeezenet1_0', backbone: 'squeezenet1_0' });
  expect(await readCard('dogs-vs-wolves')).toMatchObject({ backbone: 'resnet50' });
  await expect(readCard('scenes-fair@squeezenet1_0')).rejects.toThrow('only a card that gathers');
  const loop = path.join(folder, 'loop.yaml');
  writeFileSync(loop, 'title: Loop\nbackbone: ./loop.yaml\ngather: { a: 0, b: 1 }\n');
  await expect(loadNetwork(loop)).rejects.toThrow('loop is its own backbone');
  writeFileSync(loop, 'title: Bad\nbackbone: resnet50\ngather: { a: x, b: 1 }\n');
  await expect(readCard(loop)).rejects.toThrow(/loop\.yaml: line 3: gather\.a/);
  writeFileSync(loop, 'title: Bad\nbackbone: resnet50\ngather: { a: 1 }\n');
  await expect(readCard(loop)).rejects.toThrow(/at least two labels/);
});

describeWithMirror('with real weights', () => {
  test.each([
    // Over all 2,000 photos 93.6 % and 95.4 % are right.
    ['squeezenet1_0-deep-compression', 0.85],
    ['mobilenet_v1_0.75_192', 0.88],
  ])('dogs and wolves without training, from %s', async (backbone, least) => {
    const network = await loadNetwork(`dogs-vs-wolves@${backbone}`, { mirror });
    expect(network.classes).toEqual(['dog', 'wolf']);
    const { photos } = await labelledPhotos(mirrored('photos', 'dogs-vs-wolves'));
    const some = photos.filter((_, i) => i % 25 === 0);
    let right = 0;
    for (const photo of some) {
      const { classes } = await classify(network, await loadPhoto(await photo.read(), { source: photo.name }));
      if (classes[0]!.index === photo.label) right++;
    }
    expect(some).toHaveLength(80);
    expect(right / some.length).toBeGreaterThanOrEqual(least);
  });
});
