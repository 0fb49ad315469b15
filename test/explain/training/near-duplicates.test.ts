import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import type { ImageSample } from '../../../src/explain/image/sample';
import { groupNearDuplicates, hashDistance, perceptualHash } from '../../../src/explain/training/near-duplicates';
import { describeWithMirror, mirrored } from '../../support/mirror';

function ramp(width: number, height: number, brightness: (x: number, y: number) => number): ImageSample {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    pixels.fill(brightness((i % width) / width, Math.floor(i / width) / height), i * 3, i * 3 + 3);
  }
  return { pixels, width, height, sha256: '', source: 'ramp' };
}

test('the hash sees falling and rising brightness, not size', () => {
  const falling = perceptualHash(ramp(90, 40, (x) => 255 * (1 - x)));
  expect(falling).toEqual([0xffffffff, 0xffffffff]);
  expect(perceptualHash(ramp(180, 70, (x) => 255 * (1 - x)))).toEqual(falling);
  expect(hashDistance(falling, perceptualHash(ramp(90, 40, (x) => 255 * x)))).toBe(64);
});

test('groups join through a chain of neighbours', () => {
  const hashes = [
    [0, 0],
    [0b111111, 0],
    [0b111111111111, 0],
    [0xffffffff, 0xffffffff],
  ] as const;
  expect(groupNearDuplicates(hashes, 6)).toEqual([0, 0, 0, 3]);
  expect(groupNearDuplicates(hashes, 5)).toEqual([0, 1, 2, 3]);
});

describeWithMirror('on the wolves of the Kaggle set', () => {
  test('all listed groups of near-duplicates are found, and photos are not lumped together', async () => {
    const folder = mirrored('photos/dogs-vs-wolves');
    const names = readdirSync(`${folder}/wolves`).map((file) => `wolves/${file}`);
    const hashes = [];
    for (const name of names) hashes.push(perceptualHash(await loadPhoto(`${folder}/${name}`)));
    const groups = groupNearDuplicates(hashes);
    const listed = readFileSync(`${folder}/near-duplicate-groups.txt`, 'utf8').trim().split('\n');
    expect(listed).toHaveLength(55);
    for (const line of listed) {
      expect(new Set(line.split('\t').map((name) => groups[names.indexOf(name)])).size, line).toBe(1);
    }
    const sizes = new Map<number, number>();
    for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(4);
  });
});
