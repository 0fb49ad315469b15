import { describe, expect, test } from 'vitest';
import { AbortedError } from '../../../src/explain/errors';
import { look } from '../../../src/explain/look';
import { occlusion, positions } from '../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../src/explain/methods/occlusion-reference';
import { bytesPerImage } from '../../../src/explain/network/batch-size';
import type { Progress } from '../../../src/explain/progress';
import { drawn, linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const [height, width] = [7, 11];
const photo = drawnPhoto(height, width, 1);
const weights = drawn(2 * height * width * 3, 2, 2, -1);
const linear = linearNetwork([height, width], weights, [3, -1]);

/** What covering one pixel with `cover` takes from the second class of the linear network. */
const drops = (cover: (channel: number) => number) =>
  Array.from({ length: height * width }, (_, at) =>
    [0, 1, 2].reduce((sum, c) => {
      const i = at * 3 + c;
      return sum + weights[height * width * 3 + i]! * (photo.pixels[i]! / 255 - cover(c));
    }, 0),
  );

/** Mean over the windows that cover a pixel of the sum of the drops inside them, by definition. */
function byDefinition(drop: readonly number[], [h, w]: readonly number[], [down, across]: readonly number[]) {
  const sums = new Array<number>(drop.length).fill(0);
  const counts = new Array<number>(drop.length).fill(0);
  for (const top of positions(height, h!, down!)) {
    for (const left of positions(width, w!, across!)) {
      const inside = [...drop.keys()].filter((at) => {
        const [y, x] = [Math.floor(at / width), at % width];
        return y >= top && y < top + h! && x >= left && x < left + w!;
      });
      const sum = inside.reduce((total, at) => total + drop[at]!, 0);
      for (const at of inside) {
        sums[at]! += sum;
        counts[at]!++;
      }
    }
  }
  return sums.map((sum, at) => (counts[at] === 0 ? 0 : sum / counts[at]!));
}

type Pair = [number, number];

describe('of a linear network', () => {
  test.each<[Pair, Pair]>([
    [
      [1, 1],
      [1, 1],
    ],
    [
      [3, 4],
      [2, 3],
    ],
    [
      [3, 3],
      [3, 3],
    ],
    [
      [7, 11],
      [1, 1],
    ],
    [
      [2, 5],
      [4, 6],
    ],
    [
      [7, 1],
      [7, 1],
    ],
  ])('occluder %j at stride %j', async (size, stride) => {
    const map = await occlusion(linear, photo, { target: 1, size, stride });
    const wanted = byDefinition(
      drops(() => 0),
      size,
      stride,
    );
    expect(map.values).toHaveLength(height * width);
    expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
    expect(map).toMatchObject({ method: 'occlusion', signed: true, seed: null, coarse: null, layer: null });
    expect(map.options).toEqual({
      size,
      stride,
      fill: 'black',
      growth: 1,
      gates: null,
      coarse: 1,
      refine: null,
      check: null,
      quality: 'exact',
      precision: 'float32',
    });
  });

  test('the mean colour covers with the mean colour', async () => {
    const means = [0, 1, 2].map(
      (c) => photo.pixels.reduce((sum, byte, i) => sum + (i % 3 === c ? byte / 255 : 0), 0) / (height * width),
    );
    const map = await occlusion(linear, photo, { target: 1, size: [2, 3], stride: 1, fill: 'mean' });
    const wanted = byDefinition(
      drops((c) => means[c]!),
      [2, 3],
      [1, 1],
    );
    expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
  });

  test('black is 0 in pixels, zero is 0 after preprocessing', async () => {
    const preprocessing = { ...linear.preprocessing, mean: [0.5, 0.4, 0.3] as const, std: [0.2, 0.5, 1] as const };
    const network = { ...linear, preprocessing };
    const [black, zero] = [
      await occlusion(network, photo, { target: 1, size: 1, stride: 1, fill: 'black' }),
      await occlusion(network, photo, { target: 1, size: 1, stride: 1, fill: 'zero' }),
    ];
    const scaled = (cover: readonly number[]) =>
      Array.from({ length: height * width }, (_, at) =>
        [0, 1, 2].reduce((sum, c) => {
          const i = at * 3 + c;
          return (
            sum + (weights[height * width * 3 + i]! * (photo.pixels[i]! / 255 - cover[c]!)) / preprocessing.std[c]!
          );
        }, 0),
      );
    expect(relativeDifference(black.values, scaled([0, 0, 0]))).toBeLessThan(1e-5);
    expect(relativeDifference(zero.values, scaled(preprocessing.mean))).toBeLessThan(1e-5);
  });

  test('blur leaves an even photo as it is', async () => {
    const even = { ...photo, pixels: photo.pixels.map((_, i) => [200, 30, 90][i % 3]!) };
    const map = await occlusion(linear, even, { target: 1, size: 3, stride: 2, fill: 'blur' });
    expect(Math.max(...map.values.map(Math.abs))).toBeLessThan(1e-4);
  });

  test('noise is seeded, and the seed recorded', async () => {
    const of = (seed: number) => occlusion(linear, photo, { target: 1, size: 3, fill: 'noise', seed });
    const [first, again, other] = [await of(5), await of(5), await of(6)];
    expect(first.values).toEqual(again.values);
    expect(first.values).not.toEqual(other.values);
    expect([first.seed, other.seed]).toEqual([5, 6]);
  });
});

describe('the grid', () => {
  test('holds logit and probability of the photo covered at each position, and the best class there', async () => {
    const network = seededNetwork('tiny-resnet', 4, [26, 35, 3], 3);
    const picture = drawnPhoto(26, 35, 4);
    const { grid, target, options } = await occlusion(network, picture, { size: [9, 12], target: 2 });
    expect(options.stride).toEqual([5, 6]);
    expect(grid).toMatchObject({
      tops: [0, 5, 10, 15, 20],
      lefts: [0, 6, 12, 18, 24],
      rows: 5,
      columns: 5,
      size: [9, 12],
    });
    const seen = look(network, picture);
    const windows = { size: [9, 12], stride: [5, 6] } as const;
    const of = (index: number) =>
      occlusionReference(seen, seen.target(index), windows, new Float32Array(26 * 35 * 3)).logits;
    const logits = network.classes.map((_, index) => of(index));
    grid!.logits.forEach((logit, at) => {
      const all = logits.map((each) => each[at]!);
      const shares = all.map((value) => Math.exp(value) / all.reduce((sum, other) => sum + Math.exp(other), 0));
      const best = shares.indexOf(Math.max(...shares));
      expect(logit).toBeCloseTo(all[2]!, 3);
      expect(grid!.probabilities![at]).toBeCloseTo(shares[2]!, 4);
      expect(grid!.best!.classes[at]).toBe(best);
      expect(grid!.best!.probabilities[at]).toBeCloseTo(shares[best]!, 4);
      expect(grid!.best!.labels[best]).toBe(network.classes[best]);
    });
    expect(target.index).toBe(2);
  });

  test('a difference of classes has logits and no probabilities', async () => {
    const { grid } = await occlusion(linear, photo, { target: { difference: [0, 1] }, size: 3 });
    expect(grid!.probabilities).toBeNull();
    expect(grid!.logits).toHaveLength(grid!.rows * grid!.columns);
  });
});

test('the positions along an axis are Captum’s, less those outside the picture', () => {
  expect(positions(224, 10, 5)).toHaveLength(44);
  expect(positions(10, 3, 2)).toEqual([0, 2, 4, 6, 8]);
  expect(positions(10, 10, 3)).toEqual([0]);
  expect(positions(10, 2, 5)).toEqual([0, 5]);
  for (let length = 1; length < 25; length++) {
    for (let size = 1; size <= length; size++) {
      for (let stride = 1; stride <= size; stride++) {
        const starts = positions(length, size, stride);
        expect(starts).toHaveLength(Math.ceil((length - size) / stride) + 1);
        expect(starts.at(-1)! + size).toBeGreaterThanOrEqual(length);
        expect(starts.at(-1)!).toBeLessThan(length);
      }
    }
  }
});

describe('a long run', () => {
  const network = seededNetwork('tiny-resnet', 4, [26, 35, 3], 3);
  const picture = drawnPhoto(26, 35, 4);
  const each = bytesPerImage(network) / 1e6;

  test('the batch size changes nothing but rounding, and tells how far it is', async () => {
    const seen: Progress[] = [];
    const whole = await occlusion(network, picture, { size: 6, onProgress: (at) => seen.push(at) });
    expect(seen.at(-1)).toEqual({ label: 'occlusion', done: 88, total: 88 });
    for (const images of [1, 3, 7.5]) {
      seen.length = 0;
      const options = { size: 6, memoryMB: each * images, onProgress: (at: Progress) => void seen.push(at) };
      const parts = await occlusion(network, picture, options);
      const step = Math.floor(images);
      const batches = seen.map(({ done }, i) => done - (seen[i - 1]?.done ?? 0));
      expect(batches.every((count) => count >= 1 && count <= step)).toBe(true);
      expect(batches.reduce((sum, count) => sum + count, 0)).toBe(88);
      expect(relativeDifference(parts.values, whole.values)).toBeLessThan(1e-4);
    }
  });

  test('stops within one batch of the signal and leaves nothing behind', async () => {
    const abort = new AbortController();
    const before = passingTensors();
    let last = 0;
    const run = occlusion(network, picture, {
      size: 6,
      memoryMB: each * 10,
      signal: abort.signal,
      onProgress: ({ done }) => {
        last = done;
        if (done >= 30) abort.abort();
      },
    });
    await expect(run).rejects.toBeInstanceOf(AbortedError);
    expect(last).toBeGreaterThanOrEqual(30);
    expect(last).toBeLessThan(30 + 10);
    expect(passingTensors()).toBe(before);
  });

  test('a signal that has come already stops it before the first batch', async () => {
    const run = occlusion(network, picture, { signal: AbortSignal.abort(), onProgress: () => expect.fail('it ran') });
    await expect(run).rejects.toBeInstanceOf(AbortedError);
  });

  test('leaves no tensor behind', async () => {
    const before = passingTensors();
    await occlusion(network, picture, { size: 9 });
    expect(passingTensors()).toBe(before);
  });
});

test.each<[string, object, string]>([
  ['a size of nothing', { size: 0 }, 'size: 0 (allowed: whole numbers from 1; or a list of 2: whole numbers from 1)'],
  ['a broken size', { size: 2.5 }, 'size: 2.5 (allowed: whole numbers'],
  ['a size above the input', { size: [8, 3] }, "size: 8×3 (allowed: whole numbers from 1 to the input's 7×11)"],
  ['a stride of nothing', { size: 3, stride: [1, 0] }, 'stride: 1×0 (allowed: whole numbers from 1'],
  ['no number', { size: Number.NaN }, 'size: NaN (allowed:'],
  ['three lengths', { size: [2, 3, 4] }, 'size: 2×3×4 (allowed:'],
  ['one length in a list', { size: [2] }, 'size: 2 (allowed:'],
  ['an unknown fill', { size: 3, fill: 'green' }, 'unknown fill: green (allowed: black, zero, mean, blur, noise)'],
  ['an unknown class', { size: 3, target: 'wolf' }, 'unknown class: wolf'],
])('%s is refused', async (_, options, message) => {
  const before = passingTensors();
  await expect(occlusion(linear, photo, options)).rejects.toThrow(message);
  expect(passingTensors()).toBe(before);
});
