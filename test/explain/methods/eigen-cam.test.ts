import { expect, test } from 'vitest';
import { eigenCam, firstComponent } from '../../../src/explain/methods/eigen-cam';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

/** Places × channels from one shape a channel, each made to sum to 0 over the places. */
function layer(height: number, width: number, channels: readonly (readonly number[])[]) {
  const values = Float32Array.from({ length: height * width * channels.length }, (_, i) => {
    return channels[i % channels.length]![Math.floor(i / channels.length)]!;
  });
  return { height, width, channels: channels.length, values };
}
const centred = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
};
const a = [0, 1, 2, 9, 4, 1];
const times = (factor: number, shape: readonly number[]) => shape.map((value) => factor * value);

test('a map of rank one gives its shape, with more activation positive', () => {
  const found = firstComponent(layer(2, 3, [times(1, a), times(2, a), times(2, a)]));
  expect(relativeDifference(found, times(3, centred(a)))).toBeLessThan(1e-6);
  const falling = firstComponent(layer(2, 3, [times(1, a), times(-2, a), times(-2, a)]));
  expect(relativeDifference(falling, times(-3, centred(a)))).toBeLessThan(1e-6);
});

test('finds the first component where the summed activation knows nothing of it', () => {
  const b = [0, 1, 0, 0, 0, -1];
  const across = layer(2, 3, [times(3, a), times(-3, a), times(0.1, b)]);
  const found = firstComponent(across);
  const wanted = times(Math.sqrt(18), centred(a));
  expect(relativeDifference(found.map(Math.abs), wanted.map(Math.abs))).toBeLessThan(1e-3);
  expect(Math.max(...found)).toBeGreaterThan(-Math.min(...found));
});

test('a layer of many places and few channels, and one of many channels and few places, are as good', () => {
  const weights = drawn(40, 1);
  const shape = [...drawn(6, 2)];
  const channels = [...weights].map((weight) => times(weight, shape));
  const length = Math.hypot(...weights);
  expect(relativeDifference(firstComponent(layer(3, 2, channels)), times(length, centred(shape)))).toBeLessThan(1e-5);
  const long = [...drawn(300, 3)];
  expect(
    relativeDifference(firstComponent(layer(20, 15, [long, times(2, long)])), times(Math.sqrt(5), centred(long))),
  ).toBeLessThan(1e-5);
});

test('a flat layer has no component: zero, and said', async () => {
  const photo = drawnPhoto(4, 5, 1);
  photo.pixels.fill(7);
  const network = linearNetwork([4, 5], drawn(60, 4), [0]);
  const map = await eigenCam(network, photo, { layer: 'input' });
  expect(new Set(map.values)).toEqual(new Set([0]));
  expect(map.notes).toEqual([expect.stringContaining('zero everywhere')]);
});

test('depends on no class', async () => {
  const network = linearNetwork([4, 5], drawn(120, 4), [0, 0]);
  const photo = drawnPhoto(4, 5, 1);
  const [one, other] = [
    await eigenCam(network, photo, { target: 0, layer: 'input' }),
    await eigenCam(network, photo, { target: 1, layer: 'input' }),
  ];
  expect(one.values).toEqual(other.values);
  expect(one.signed).toBe(true);
});
