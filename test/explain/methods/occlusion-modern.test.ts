import { describe, expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { fillImage } from '../../../src/explain/methods/occluder-fill';
import { occlusion, occlusionMethod } from '../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../src/explain/methods/occlusion-reference';
import { planWindows } from '../../../src/explain/network/executors/window-plan';
import { foldBatchNorm } from '../../../src/explain/network/fold-batch-norm';
import { nodeShapes } from '../../../src/explain/network/node-shapes';
import { convNeXtLike, mobileNetV3Like, seResNet } from '../../support/modern-networks';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const architectures = { seResNet, mobileNetV3Like, convNeXtLike };
type Name = keyof typeof architectures;
const networkOf = (name: Name, height: number, width: number) =>
  seededNetwork(architectures[name], 4, [height, width, 3], 7);

test.each<[Name, number, number, readonly [number, number], readonly [number, number], 'black' | 'noise']>([
  ['seResNet', 45, 62, [7, 9], [6, 11], 'black'],
  ['seResNet', 33, 30, [1, 30], [16, 1], 'noise'],
  ['mobileNetV3Like', 47, 66, [8, 5], [9, 12], 'noise'],
  ['convNeXtLike', 61, 90, [9, 7], [13, 16], 'black'],
  ['convNeXtLike', 66, 43, [5, 20], [12, 9], 'noise'],
])(
  'the incremental map equals the reference: %s, %i×%i, occluder %j at %j, %s',
  async (name, h, w, size, stride, fill) => {
    const network = networkOf(name, h, w);
    const seen = look(network, drawnPhoto(h, w, 5));
    const before = passingTensors();
    const [map] = await occlusionMethod.explain(seen, [1], { size, stride, fill, seed: 5 });
    expect(passingTensors()).toBe(before);
    const filling = fillImage(seen.input, network.preprocessing, fill, Math.max(...size), 5);
    const { logits, values } = occlusionReference(seen, seen.target(1), { size, stride }, filling);
    const largest = Math.max(...logits.map(Math.abs));
    expect(relativeDifference(map!.grid!.logits, logits)).toBeLessThan(1e-5);
    expect(Math.max(...map!.values.map((value, at) => Math.abs(value - values[at]!)))).toBeLessThan(1e-5 * largest);
    expect(map!.options.gates).toBe(name === 'convNeXtLike' ? null : 'exact');
  },
);

describe('where windows end', () => {
  const last = (name: Name, gates: 'exact' | 'frozen') => {
    const { graph, inputShape } = foldBatchNorm(networkOf(name, 128, 160)).network;
    const span = { start: 0, length: 4 };
    const rules = { period: 16, share: 1, gates };
    const { windows, whole } = planWindows(graph, nodeShapes(graph, inputShape), [span, span], rules);
    return { windows: [...windows.keys()], whole: [...whole] };
  };

  test('a gate changes every cell: its product runs whole, and all after it', () => {
    const { windows, whole } = last('seResNet', 'exact');
    expect(windows.at(-1)).toBe('block1.bn2');
    expect(whole.slice(0, 6)).toEqual(['mean', 'fc1', 'relu', 'fc2', 'gate', 'mul'].map((part) => `block1.se.${part}`));
  });

  test('past frozen gates windows go on, and what leads to the gate is not run', () => {
    const { windows, whole } = last('seResNet', 'frozen');
    expect(windows.at(-1)).toBe('block2.relu2');
    expect(windows).toContain('block1.se.mul');
    expect(whole).toEqual(['avgpool', 'fc']);
    expect(last('mobileNetV3Like', 'frozen').windows).toContain('block2.se.mul');
  });

  test('a norm over channels and a learned scale are followed to the head', () => {
    const { windows, whole } = last('convNeXtLike', 'exact');
    expect(windows.at(-1)).toBe('block2.sum');
    // The learned scale is in the convolution before it.
    expect(windows).not.toContain('block1.pw2');
    expect(whole).toEqual(['avgpool', 'norm', 'fc']);
  });
});

describe('frozen gates', () => {
  const photo = drawnPhoto(64, 81, 4);
  const options = { size: 10, stride: 6 } as const;

  test.each(['seResNet', 'mobileNetV3Like'] as const)(
    '%s: near the exact map, with the error it states',
    async (name) => {
      const network = networkOf(name, 64, 81);
      const exact = await occlusion(network, photo, options);
      const before = passingTensors();
      const frozen = await occlusion(network, photo, { ...options, gates: 'frozen', check: 1e6 });
      expect(passingTensors()).toBe(before);
      const { logits } = frozen.grid!;
      const range = Math.max(...logits) - Math.min(...logits);
      const most = Math.max(...logits.map((value, i) => Math.abs(value - exact.grid!.logits[i]!)));
      const [, count, said] = /on (\d+) positions.* and ([\d.e-]+) % at most/.exec(frozen.notes.at(-1)!)!;
      expect(Number(count)).toBe(logits.length);
      expect(Number(said) / ((100 * most) / range)).toBeCloseTo(1, 1);
      // Something was approximated, and it still is the same map.
      expect(most).toBeGreaterThan(1e-4 * range);
      expect(most).toBeLessThan(0.5 * range);
      expect(frozen.options).toMatchObject({ gates: 'frozen', growth: 1, coarse: 1, check: 1e6 });
      expect(frozen.seed).toBe(0);
    },
  );

  test('a gate that never moves is no approximation', async () => {
    const network = networkOf('seResNet', 64, 81);
    const still = new Map(
      [...network.parameters].map(([name, { shape, values }]) =>
        /se\.fc2\.weight/.test(name)
          ? [name, { shape, values: new Float32Array(values.length) }]
          : [name, { shape, values }],
      ),
    );
    const fixed = { ...network, parameters: still };
    const exact = await occlusion(fixed, photo, options);
    const frozen = await occlusion(fixed, photo, { ...options, gates: 'frozen' });
    expect(relativeDifference(frozen.grid!.logits, exact.grid!.logits)).toBeLessThan(1e-5);
    expect(relativeDifference(frozen.values, exact.values)).toBeLessThan(1e-4);
  });

  test('together with a coarse grid and windows that stop growing', async () => {
    const network = networkOf('mobileNetV3Like', 64, 81);
    const map = await occlusion(network, photo, { ...options, gates: 'frozen', coarse: 2, growth: 0.6, refine: 0.2 });
    expect(map.notes).toEqual([
      expect.stringMatching(/^approximate: on 24 positions computed exactly too it is off by /),
    ]);
    expect(map.values.every(Number.isFinite)).toBe(true);
  });

  test('of a network without gates they are refused', async () => {
    const refused = occlusion(networkOf('convNeXtLike', 64, 81), photo, { ...options, gates: 'frozen' });
    await expect(refused).rejects.toThrow(
      'gates: frozen (allowed: exact, for in this network no vector multiplies a map)',
    );
  });
});
