import { describe, expect, test } from 'vitest';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import type { Preprocessing } from '../../../src/explain/image/preprocessing';
import { cam } from '../../../src/explain/methods/cam';
import { type OcclusionOptions, occlusion } from '../../../src/explain/methods/occlusion';
import { saliency } from '../../../src/explain/methods/saliency';
import { goldenCases, type Sampled, sampledShares, shareOfRange, unpacked } from '../../support/golden-maps';
import { describeWithMirror, mirrored } from '../../support/mirror';
import { seededNetwork, weighedNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

type MethodName = 'saliency' | 'occlusion' | 'cam';

interface RandomCase {
  readonly architecture: string;
  readonly classes: number;
  readonly seed: number;
  readonly height: number;
  readonly width: number;
  readonly target: number;
  readonly logits: readonly number[];
  readonly occlusion: OcclusionOptions;
  /** base64 of deflated float32. */
  readonly maps: Readonly<Record<MethodName, string>>;
  readonly coarse: { readonly height: number; readonly width: number; readonly values: string };
}

interface MirrorCase {
  readonly architecture: string;
  readonly weights: string;
  readonly classes: number;
  readonly preprocessing: Preprocessing;
  readonly occlusion: OcclusionOptions;
  readonly photos: readonly { file: string; target: number; maps: Readonly<Record<MethodName, Sampled>> }[];
}

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const tolerance = 1e-3;

describe.each(goldenCases<RandomCase>('methods.json'))('$architecture with seeded random weights', (wanted) => {
  const { architecture, classes, seed, height, width, target } = wanted;
  const seeded = seededNetwork(architecture, classes, [height, width, 3], seed);
  const network = { ...seeded, preprocessing: { ...seeded.preprocessing, ...imagenet } };
  const photo = drawnPhoto(height, width, seed + 1);

  test('the saliency map equals Captum’s', async () => {
    const map = await saliency(network, photo, { target });
    const largest = Math.max(...wanted.logits.map(Math.abs));
    expect(Math.abs(map.target.logit - wanted.logits[target]!)).toBeLessThan(1e-4 * largest);
    expect(shareOfRange(map.values, unpacked(wanted.maps.saliency))).toBeLessThan(tolerance);
  });

  test('the occlusion attribution equals Captum’s', async () => {
    const map = await occlusion(network, photo, { ...wanted.occlusion, target });
    expect(shareOfRange(map.values, unpacked(wanted.maps.occlusion))).toBeLessThan(tolerance);
  });

  test('the class activation map equals its definition in PyTorch', async () => {
    const map = await cam(network, photo, { target });
    expect(shareOfRange(map.values, unpacked(wanted.maps.cam))).toBeLessThan(tolerance);
    expect([map.coarse!.height, map.coarse!.width]).toEqual([wanted.coarse.height, wanted.coarse.width]);
    expect(shareOfRange(map.coarse!.values, unpacked(wanted.coarse.values))).toBeLessThan(tolerance);
  });
});

describeWithMirror('the methods with real weights on real photos', () => {
  test.each(goldenCases<MirrorCase>('methods-mirror.json'))('$weights: all three equal PyTorch’s', async (wanted) => {
    const { architecture, classes, preprocessing, weights } = wanted;
    const network = weighedNetwork(architecture, classes, preprocessing, mirrored('weights', weights));
    for (const { file, target, maps } of wanted.photos) {
      const photo = await loadPhoto(mirrored(file));
      const results = [
        await saliency(network, photo),
        await occlusion(network, photo, wanted.occlusion),
        await cam(network, photo),
      ];
      for (const { method, values, target: found } of results) {
        expect(found.index, file).toBe(target);
        const { worst, mean } = sampledShares(values, maps[method as MethodName]);
        expect(worst, `${file}: ${method}`).toBeLessThan(tolerance);
        expect(mean, `${file}: ${method}`).toBeLessThan(tolerance);
      }
    }
  });
});
