import { expect, it } from 'vitest';
import { divide } from '../../src/explain/cells';
import { decisionMargin } from '../../src/explain/decision-margin';
import { prepareInput } from '../../src/explain/image/prepare';
import { forward } from '../../src/explain/network/executors/forward';
import { smallestSquare } from '../../src/explain/smallest-square';
import { resolveTarget } from '../../src/explain/target';
import { drawn, seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';

/** Every square by a pass of the whole copy. */
function bySize(network: ReturnType<typeof seededNetwork>, input: Float32Array, filling: Float32Array, side: number) {
  const [height, width] = network.inputShape;
  const step = divide(height, width).side;
  const results: { top: number; left: number; raw: Float32Array }[] = [];
  for (let top = 0; top === 0 || top < height - side + step; top += step) {
    for (let left = 0; left === 0 || left < width - side + step; left += step) {
      const copy = input.slice();
      for (let y = top; y < Math.min(height, top + side); y++) {
        for (let x = left; x < Math.min(width, left + side); x++) {
          for (let c = 0; c < 3; c++) copy[3 * (y * width + x) + c] = filling[3 * (y * width + x) + c]!;
        }
      }
      results.push({ top, left, raw: forward(network, copy) });
    }
  }
  return results;
}

it.each([1, 4])('gives the smallest square, the place and the numbers of whole passes: %i', async (seed) => {
  const size = seed % 2 === 0 ? ([16, 16, 3] as const) : ([12, 19, 3] as const);
  const network = seededNetwork('tiny-resnet', 3, size, seed);
  const input = prepareInput(drawnPhoto(size[0], size[1], seed), network.preprocessing).values;
  const filling = drawn(input.length, seed);
  const raw = forward(network, input);
  const margin = decisionMargin(network, raw);
  const before = passingTensors();
  const target = resolveTarget(network, raw);
  const { sizes, turned, square, apart } = await smallestSquare(network, { input, filling, margin, target }, {});
  expect(passingTensors()).toBe(before);
  for (const [i, { side, places, turning }] of sizes.entries()) {
    const whole = bySize(network, input, filling, side);
    const margins = whole.map((one) => margin(one.raw));
    expect(places).toBe(whole.length);
    expect(turning).toBe(margins.filter((one) => one < 0).length);
    expect(turning > 0).toBe(turned && i === sizes.length - 1);
    if (!turned || i < sizes.length - 1) continue;
    const best = whole[margins.indexOf(Math.min(...margins))]!;
    expect(square).toMatchObject({ top: best.top, left: best.left });
    expect(square.margin).toBeCloseTo(margin(best.raw), 4);
    const overlaps = ({ top, left }: { top: number; left: number }) =>
      Math.abs(top - best.top) < side && Math.abs(left - best.left) < side;
    expect(apart).toBe(whole.filter((one, at) => margins[at]! < 0 && !overlaps(one)).length);
  }
  if (!turned) expect(square.margin).toBeGreaterThanOrEqual(0);
});

it('never turns what does not look, and ends', async () => {
  const network = seededNetwork('tiny-resnet', 2, [16, 16, 3], 1);
  const input = new Float32Array(16 * 16 * 3);
  const target = resolveTarget(network, forward(network, input));
  const result = await smallestSquare(network, { input, filling: input, margin: () => 1, target }, {});
  expect(result.turned).toBe(false);
  expect(result.sizes.every(({ turning }) => turning === 0)).toBe(true);
  const aborted = { signal: AbortSignal.abort() };
  const call = smallestSquare(network, { input, filling: input, margin: () => 1, target }, aborted);
  await expect(call).rejects.toThrow('interrupted');
});

it('passes over no size up to the smallest, and counts the squares that lie apart', async () => {
  const network = seededNetwork('tiny-resnet', 2, [16, 16, 3], 1);
  const [input, filling] = [new Float32Array(16 * 16 * 3), new Float32Array(16 * 16 * 3).fill(1)];
  const target = resolveTarget(network, forward(network, input));
  const plain = await smallestSquare(network, { input, filling: input, margin: () => 1, target }, {});
  expect(plain.sizes.map(({ side }) => side)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  // All squares of 1 px turn it: of 256 all but the one itself lie apart.
  const all = await smallestSquare(network, { input, filling, margin: () => -1, target }, {});
  expect(all).toMatchObject({ turned: true, sizes: [{ side: 1, places: 256, turning: 256 }], apart: 255 });
});
