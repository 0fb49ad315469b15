import { describe, expect, test } from 'vitest';
import { superpixels } from '../../../src/explain/methods/superpixels';
import { drawScene } from '../../../src/scenes/scene';
import { singleScene } from '../../../src/scenes/study-scenes';
import { drawnPhoto } from '../../support/pictures';

/** How many connected parts each label has. */
function partsOf(labels: Int32Array, width: number): number[] {
  const parts: number[] = [];
  const seen = new Set<number>();
  for (let start = 0; start < labels.length; start++) {
    if (seen.has(start)) continue;
    const label = labels[start]!;
    parts[label] = (parts[label] ?? 0) + 1;
    const queue = [start];
    seen.add(start);
    for (const at of queue) {
      const x = at % width;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (labels[next] !== label || seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return parts;
}

const scene = drawScene(singleScene('wolf', { seed: 3, background: 'snow', width: 150, height: 90 })).image;

describe.each([
  ['a drawn scene', scene],
  ['noise', drawnPhoto(61, 47, 1)],
  ['one colour', { ...drawnPhoto(40, 70, 1), pixels: new Uint8Array(40 * 70 * 3).fill(90) }],
])('of %s', (_, image) => {
  test.each([2, 14, 50, 120])('%i pieces, about, connected, and every pixel in one', (asked) => {
    const { labels, count } = superpixels(image, { count: asked });
    expect(labels).toHaveLength(image.width * image.height);
    expect([...new Set(labels)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(partsOf(labels, image.width)).toEqual(new Array(count).fill(1));
    expect(count).toBeGreaterThanOrEqual(0.6 * asked);
    expect(count).toBeLessThanOrEqual(Math.max(asked + 1, 1.3 * asked));
  });
});

test('pieces follow the colours', () => {
  const [width, height] = [60, 40];
  // Red left of a slanted line, green right of it.
  const pixels = new Uint8Array(width * height * 3);
  const isLeft = (at: number) => (at % width) + 0.3 * Math.floor(at / width) < 33;
  for (let at = 0; at < width * height; at++) pixels[at * 3 + (isLeft(at) ? 0 : 1)] = 200;
  const { labels, count } = superpixels({ pixels, width, height }, { count: 20 });
  const sides = Array.from({ length: count }, () => new Set<boolean>());
  labels.forEach((label, at) => {
    sides[label]!.add(isLeft(at));
  });
  expect(sides.filter((side) => side.size > 1)).toEqual([]);
});

test('a picture smaller than the pieces asked for has at most a piece a pixel', () => {
  const { labels, count } = superpixels(drawnPhoto(3, 4, 1), { count: 50 });
  expect(count).toBeLessThanOrEqual(12);
  expect(new Set(labels).size).toBe(count);
});
