import { expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { fillImage } from '../../../src/explain/methods/occluder-fill';
import { occlusionMethod } from '../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../src/explain/methods/occlusion-reference';
import type { Target } from '../../../src/explain/target';
import { linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

type Pair = readonly [number, number];

test('on two pixels it is what one counts by hand', () => {
  // Logits 2x₀ and −x₁ of a picture one px high: covering the first px takes 2x₀, both windows of two px take it too.
  const network = linearNetwork(
    [1, 3],
    Float32Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0]),
    [0, 0],
  );
  const seen = look(network, drawnPhoto(1, 3, 1));
  const x = seen.input.values;
  const { logits, values } = occlusionReference(
    seen,
    seen.target(0),
    { size: [1, 2], stride: [1, 1] },
    new Float32Array(9),
  );
  expect(logits).toEqual([0, expect.closeTo(2 * x[0]!, 5)]);
  expect([...values]).toEqual([2 * x[0]!, x[0]!, 0].map((value) => expect.closeTo(value, 5)));
});

const targets: readonly Target[] = [0, { difference: [1, 2] }, { label: 'own', score: (z) => z[1]! - 0.5 * z[2]! }];

test.each<[string, number, Pair, Pair, Pair, 'black' | 'noise' | 'blur']>([
  ['tiny-resnet', 1, [27, 34], [5, 9], [4, 7], 'black'],
  ['tiny-resnet', 2, [40, 25], [11, 4], [5, 4], 'noise'],
  ['tiny-resnet', 3, [33, 33], [33, 6], [1, 9], 'blur'],
  ['tiny-resnet', 4, [23, 31], [1, 13], [7, 20], 'black'],
  ['googlenet', 5, [51, 65], [17, 12], [13, 17], 'noise'],
  ['mobilenet_v2', 6, [47, 38], [9, 15], [14, 11], 'black'],
])(
  'the incremental one equals it: %s (seed %i), input %j, occluder %j at stride %j, %s',
  async (architecture, seed, [height, width], size, stride, fill) => {
    const network = seededNetwork(architecture as 'tiny-resnet', 4, [height, width, 3], seed);
    const seen = look(network, drawnPhoto(height, width, seed));
    const before = passingTensors();
    const maps = await occlusionMethod.explain(seen, targets, { size, stride, fill, seed });
    expect(passingTensors()).toBe(before);
    const filling = fillImage(seen.input, network.preprocessing, fill, Math.max(...size), seed);
    maps.forEach((map, i) => {
      const { logits, values } = occlusionReference(seen, seen.target(targets[i]), { size, stride }, filling);
      expect(map.grid!.logits).toHaveLength(logits.length);
      expect(relativeDifference(map.grid!.logits, logits)).toBeLessThan(1e-4);
      // A drop is a difference of logits, and as exact as they are.
      const off = Math.max(...map.values.map((value, at) => Math.abs(value - values[at]!)));
      expect(off).toBeLessThan(1e-4 * Math.max(...logits.map(Math.abs)));
    });
  },
);
