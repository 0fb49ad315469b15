import { describe, expect, it } from 'vitest';
import { openIncremental } from '../../../../src/explain/network/executors/incremental';
import type { Network } from '../../../../src/explain/network/network';
import { drawn, seededNetwork } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

const networks: readonly [string, Network][] = [
  ['tiny-resnet', seededNetwork('tiny-resnet', 4, [66, 83, 3], 3)],
  ['squeezenet1_0', seededNetwork('squeezenet1_0', 5, [97, 75, 3], 1)],
];
const size = [10, 8] as const;
const places = [0, 24, 40].flatMap((top) => [8, 32, 64].map((left) => ({ top, left })));

/** Outputs of copies whose rectangles differ from the photo by so much, less those of the photo. */
function changes(network: Network, much: number, precision: 'float32' | 'bfloat16') {
  const length = network.inputShape.reduce((product, side) => product * side, 1);
  const values = drawn(length, 5, 2, -1);
  const other = drawn(length, 6, 2, -1);
  const filling = values.map((value, i) => value + much * other[i]!);
  const session = openIncremental(network, values, { size, filling, copies: 1000 }, precision);
  try {
    return ([{ period: 16, share: 0.6 }, { period: 16, share: 1 }, { usual: 9 }] as const).map((rules) => {
      const raw = session.run(places, rules);
      return raw.map((value, i) => value - session.cleanOutputs[i % session.outputs]!);
    });
  } finally {
    session.close();
  }
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.each(networks)('the change in bfloat16, of %s', (_, network) => {
  it.each([1, 0.01])('is off in proportion to itself: %d', (much) => {
    const before = passingTensors();
    const exact = changes(network, much, 'float32');
    const half = changes(network, much, 'bfloat16');
    expect(passingTensors()).toBe(before);
    exact.forEach((wanted, way) => {
      const away = wanted.map((value, i) => value - half[way]![i]!);
      expect(largest(away) / largest(wanted)).toBeLessThan(0.03);
      expect(largest(away)).toBeGreaterThan(0);
    });
  });

  it('is none where nothing changes', () => {
    const range = largest(changes(network, 1, 'float32')[0]!);
    for (const none of changes(network, 0, 'bfloat16')) expect(largest(none)).toBeLessThan(1e-5 * range);
  });
});
