import { describe, expect, test } from 'vitest';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import type { Preprocessing } from '../../../src/explain/image/preprocessing';
import { findMethod } from '../../../src/explain/methods';
import { superpixels } from '../../../src/explain/methods/superpixels';
import type { Network } from '../../../src/explain/network/network';
import { goldenCases, type Sampled, sampledShares, shareOfRange, unpacked } from '../../support/golden-maps';
import { describeWithMirror, mirrored } from '../../support/mirror';
import { seededNetwork, weighedNetwork } from '../../support/networks';
import { drawnPhoto, largestDifference } from '../../support/pictures';

interface RandomCase {
  readonly architecture: string;
  readonly classes: number;
  readonly seed: number;
  readonly photo: number;
  readonly height: number;
  readonly width: number;
  readonly target: number;
  readonly logit: number;
  readonly superpixels: string;
  /** By method (and statistic), H×W of the input. */
  readonly maps: Readonly<Record<string, string>>;
  /** By layer and method, H×W of the layer. */
  readonly layers: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface MirrorCase {
  readonly architecture: string;
  readonly weights: string;
  readonly classes: number;
  readonly preprocessing: Preprocessing;
  readonly file: string;
  readonly target: number;
  readonly superpixels: number;
  readonly maps: Readonly<Record<string, Sampled>>;
  readonly layers: Readonly<Record<string, Readonly<Record<string, Sampled>>>>;
  readonly firstLayer: readonly [string, readonly number[]];
}

/** OPTIONS of test/golden/family.py. */
const options: Readonly<Record<string, object>> = {
  smoothgrad: { noise: 0.15, samples: 3, seed: 21 },
  'integrated-gradients': { steps: 6 },
  rise: { masks: 40, cells: 5, visible: 0.4, seed: 22 },
  lime: { samples: 60, segments: 14, seed: 23 },
};
const tolerance = 1e-3;

/** The map that a golden file calls `smoothgrad variance` or `rise`. */
function explain(network: Network, photo: Parameters<typeof superpixels>[0], name: string) {
  const [method, statistic] = name.split(' ') as [string, string?];
  const asked = { ...options[method], ...(statistic === undefined ? {} : { statistic }) };
  return findMethod(method).run(network, photo as ReturnType<typeof drawnPhoto>, asked);
}

const cases = goldenCases<RandomCase>('family.json');
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

describe.each(cases)('$architecture with seeded random weights', (wanted) => {
  const { architecture, classes, seed, height, width, maps, layers, target } = wanted;
  const seeded = seededNetwork(architecture, classes, [height, width, 3], seed);
  const network = { ...seeded, preprocessing: { ...seeded.preprocessing, ...imagenet } };
  const photo = drawnPhoto(height, width, wanted.photo);

  test('LIME’s superpixels are those that the reference was given', () => {
    expect(largestDifference(superpixels(photo, { count: 14 }).labels, unpacked(wanted.superpixels))).toBe(0);
  });

  test.each(Object.keys(maps))('%s equals the reference', async (name) => {
    const map = await explain(network, photo, name);
    expect(map.target.index).toBe(target);
    expect(Math.abs(map.target.logit / wanted.logit - 1)).toBeLessThan(1e-4);
    expect(shareOfRange(map.values, unpacked(maps[name]!))).toBeLessThan(tolerance);
  });

  const atLayers = Object.entries(layers).flatMap(([layer, found]) => Object.keys(found).map((name) => [name, layer]));
  test.each(atLayers as [string, string][])('%s at %s equals the reference', async (name, layer) => {
    const map = await findMethod(name).run(network, photo, { layer });
    expect(map.layer).toBe(layer);
    expect(shareOfRange(map.coarse!.values, unpacked(layers[layer]![name]!))).toBeLessThan(tolerance);
  });
});

describeWithMirror('with real weights on a photo, its crop not square', () => {
  describe.each(goldenCases<MirrorCase>('family-mirror.json'))('$weights', (wanted) => {
    const { architecture, classes, preprocessing, weights, file, target, maps, layers, firstLayer } = wanted;
    const open = async () =>
      [
        weighedNetwork(architecture, classes, preprocessing, mirrored('weights', weights)),
        await loadPhoto(mirrored(file)),
      ] as const;

    test('every method of the input', async () => {
      const [network, photo] = await open();
      const shares: Record<string, { worst: number; mean: number }> = {};
      for (const [name, sampled] of Object.entries(maps)) {
        const map = await explain(network, photo, name);
        expect(map.target.index).toBe(target);
        shares[name] = sampledShares(map.values, sampled);
      }
      const beyond = Object.entries(shares).filter(([, { worst, mean }]) => !(Math.max(worst, mean) < tolerance));
      expect(beyond).toEqual([]);
    });

    test('every method of a layer', async () => {
      const [network, photo] = await open();
      const beyond: unknown[] = [];
      for (const [layer, found] of Object.entries(layers)) {
        for (const [name, sampled] of Object.entries(found)) {
          const { values } = (await findMethod(name).run(network, photo, { layer })).coarse!;
          const { worst, mean } = sampledShares(values, sampled);
          if (!(Math.max(worst, mean) < tolerance)) beyond.push([name, layer, worst, mean]);
        }
      }
      expect(beyond).toEqual([]);
    });

    test('Grad-CAM at its own choice of layer', async () => {
      const [network, photo] = await open();
      const { coarse, layer, options: used } = await findMethod('grad-cam').run(network, photo);
      expect([layer, used.chosen]).toEqual([firstLayer[0], 'pooled into the head']);
      expect(shareOfRange(coarse!.values, firstLayer[1])).toBeLessThan(tolerance);
    });
  });
});
