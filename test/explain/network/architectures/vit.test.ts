import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { look } from '../../../../src/explain/look';
import { ablationCam } from '../../../../src/explain/methods/ablation-cam';
import { cam } from '../../../../src/explain/methods/cam';
import { eigenCam } from '../../../../src/explain/methods/eigen-cam';
import { gradCam } from '../../../../src/explain/methods/grad-cam';
import { chooseLayers } from '../../../../src/explain/methods/layer-map';
import { fillImage } from '../../../../src/explain/methods/occluder-fill';
import { occlusionMethod } from '../../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../../src/explain/methods/occlusion-reference';
import { scoreCam } from '../../../../src/explain/methods/score-cam';
import { buildArchitecture } from '../../../../src/explain/network/architectures';
import { timmVit, torchvisionVit } from '../../../../src/explain/network/architectures/vit';
import { forward } from '../../../../src/explain/network/executors/forward';
import { gradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import { layerTable } from '../../../../src/explain/network/layer-table';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { parameterShapes, shapedParameter } from '../../../../src/explain/network/parameter-shapes';
import { onGrid, tokenGrids } from '../../../../src/explain/network/token-grid';
import { drawn, networkOf, parametersByName, relativeDifference } from '../../../support/networks';
import { drawnPhoto } from '../../../support/pictures';
import { passingTensors } from '../../../support/tensors';

interface Golden {
  readonly networks: readonly {
    readonly library: 'timm' | 'torchvision';
    readonly seed: number;
    readonly height: number;
    readonly width: number;
    readonly names: Readonly<Record<string, readonly number[]>>;
    readonly logits: readonly number[];
    readonly gradient: { readonly step: number; readonly samples: readonly number[]; readonly largest: number };
    readonly gradCam: { readonly size: readonly [number, number]; readonly values: readonly number[] };
  }[];
}

const golden: Golden = JSON.parse(readFileSync(path.join(__dirname, '../../../golden/vit.json'), 'utf8'));
const [BATCH, CLASSES] = [2, 5];
const options = { patch: 8, width: 24, depth: 2, heads: 3 };
const small = { timm: timmVit(options), torchvision: torchvisionVit(options) };

/** The weights by the library's own names and shapes, read as a file's are. */
function smallVit({ library, seed, height, width, names }: Golden['networks'][number]) {
  const inputShape = [height, width, 3] as const;
  const { graph, camNode, parameterName } = small[library](CLASSES, inputShape);
  const shapes = parameterShapes(graph, inputShape);
  const published = [...parametersByName(new Map(Object.entries(names)), seed)];
  const parameters = new Map(
    published.map(([name, one]) => {
      const own = parameterName!(name)!;
      return [own, shapedParameter(one, shapes.get(own)!)!];
    }),
  );
  return networkOf(graph, inputShape, parameters, {
    camNode,
    classes: Array.from({ length: CLASSES }, (_, i) => `class ${i}`),
  });
}

const [timm] = golden.networks;
const timmNetwork = () => smallVit(timm!);
const photo = drawnPhoto(timm!.height, timm!.width, 5);

test.each(golden.networks)('$library’s: raw outputs, the input’s gradient, Grad-CAM on cells', (one) => {
  const { seed, height, width, logits, gradient: slope, gradCam: map } = one;
  const network = smallVit(one);
  const inputs = drawn(BATCH * height * width * 3, seed + 1, 4, -2);
  const before = passingTensors();
  expect(relativeDifference(forward(network, inputs, BATCH), logits)).toBeLessThan(1e-5);
  const first = inputs.subarray(0, height * width * 3);
  const { values } = gradient(network, first, drawn(CLASSES, seed + 2, 2, -1), {}).gradient;
  const furthest = Math.max(...slope.samples.map((sample, i) => Math.abs(values[i * slope.step]! - sample)));
  expect(furthest / slope.largest).toBeLessThan(1e-4);
  const [layer] = chooseLayers(network, undefined).layers;
  const grid = tokenGrids(network, [layer!]).get(layer!);
  const at = gradient(network, first, Float32Array.of(0, 1, 0, 0, 0), { at: layer! });
  const [cells, slopes] = [onGrid(at.activation, grid), onGrid(at.gradient, grid)];
  expect([cells.height, cells.width]).toEqual(map.size);
  const places = map.values.length;
  const mean = Array.from({ length: cells.channels }, (_, c) => {
    let sum = 0;
    for (let cell = 0; cell < places; cell++) sum += slopes.values[cell * cells.channels + c]!;
    return sum / places;
  });
  const wanted = map.values.map((_, cell) =>
    Math.max(
      0,
      mean.reduce((sum, weight, c) => sum + weight * cells.values[cell * cells.channels + c]!, 0),
    ),
  );
  expect(relativeDifference(wanted, map.values)).toBeLessThan(1e-4);
  expect(passingTensors()).toBe(before);
});

// torchvision's table; timm's parameters as its model cards count them.
test.each([
  ['vit_b_16', 86_567_656],
  ['vit_b_32', 88_224_232],
  ['vit_l_16', 304_326_632],
  ['vit_l_32', 306_535_400],
  ['vit_tiny_patch16_224', 5_717_416],
  ['vit_small_patch16_224', 22_050_664],
  ['vit_base_patch16_224', 86_567_656],
  ['deit_tiny_patch16_224', 5_717_416],
  ['deit_small_patch16_224', 22_050_664],
  ['deit_base_patch16_224', 86_567_656],
])('%s has the published size', (name, learned) => {
  const inputShape = [224, 224, 3] as const;
  const rows = layerTable({ graph: buildArchitecture(name, 1000, inputShape).graph, inputShape });
  expect(rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(learned);
});

test('torchvision’s files of 2022 name the layers between tokens otherwise', () => {
  const { parameterName } = buildArchitecture('vit_b_16', 2, [64, 64, 3]);
  const layer = 'encoder.layers.encoder_layer_3';
  expect(parameterName!(`${layer}.mlp.linear_1.weight`)).toBe(`${layer}.mlp.0.weight`);
  expect(parameterName!(`${layer}.mlp.linear_2.bias`)).toBe(`${layer}.mlp.3.bias`);
  expect(parameterName!(`${layer}.self_attention.in_proj_bias`)).toBe(`${layer}.self_attention.in_proj.bias`);
});

test('occlusion, which runs it whole, equals the reference', async () => {
  const network = timmNetwork();
  const seen = look(network, photo);
  const covering = { size: [11, 9], stride: [9, 13], fill: 'noise', seed: 5 } as const;
  const before = passingTensors();
  const [map] = await occlusionMethod.explain(seen, [1], covering);
  expect(passingTensors()).toBe(before);
  const filling = fillImage(seen.input, network.preprocessing, covering.fill, 11, covering.seed);
  const { logits, values } = occlusionReference(seen, seen.target(1), covering, filling);
  const largest = Math.max(...logits.map(Math.abs));
  expect(relativeDifference(map!.grid!.logits, logits)).toBeLessThan(1e-5);
  expect(Math.max(...map!.values.map((value, at) => Math.abs(value - values[at]!)))).toBeLessThan(1e-5 * largest);
});

describe('layers that are tokens', () => {
  test.each([
    ['Grad-CAM', gradCam],
    ['Score-CAM', scoreCam],
    ['Ablation-CAM', ablationCam],
    ['Eigen-CAM', eigenCam],
  ])('%s reads them as cells, and says so', async (_, method) => {
    const map = await method(timmNetwork(), photo, { target: 1 });
    expect(map.layer).toBe('blocks.1.norm1');
    expect(map.options).toMatchObject({
      chosen: 'read by the last attention',
      tokens: '4×6 cells, without 1 before them',
    });
    expect([map.coarse!.height, map.coarse!.width]).toEqual([4, 6]);
    expect(map.coarse!.values.length).toBe(24);
  });

  test('any of them may be named; a map is none', async () => {
    const named = await gradCam(timmNetwork(), photo, { target: 1, layer: 'blocks.0.add2' });
    expect(named.options).toMatchObject({ chosen: 'named', tokens: '4×6 cells, without 1 before them' });
    const patches = await gradCam(timmNetwork(), photo, { target: 1, layer: 'patch_embed.proj' });
    expect(patches.options).not.toHaveProperty('tokens');
    expect([patches.coarse!.height, patches.coarse!.width]).toEqual([4, 6]);
  });

  test('a class token that a sum joins to cells is told from them', () => {
    const network = timmNetwork();
    const all = tokenGrids(
      network,
      network.graph.map(({ name }) => name),
    );
    expect(all.get('tokens')).toEqual({ height: 4, width: 6, before: 0 });
    expect(all.get('pos_embed')).toEqual({ height: 4, width: 6, before: 1 });
    expect(all.has('patch_embed.proj')).toBe(false);
    expect(all.has('token')).toBe(false);
  });

  test('CAM says why not', async () => {
    await expect(cam(timmNetwork(), photo, { target: 1 })).rejects.toThrow(/global average/);
  });
});

test.each<[string, Operation]>([
  ['last reads a map of 4×6×3 (allowed: tokens, N×1×C)', { kind: 'prependTokens', count: 1 }],
  ['last reads a map of 4×6×3 (allowed: tokens, N×1×C)', { kind: 'takeToken', index: 0 }],
  ['last reads a map of 4×6×3 (allowed: tokens, N×1×C)', { kind: 'untokens', grid: [4, 6], skip: 0 }],
  ['last reads a map of 4×6×3 (allowed: tokens, N×1×C)', { kind: 'selfAttention', heads: 1 }],
])('maps are no tokens: %s', (message, operation) => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'last', operation, inputs: ['input'] },
  ];
  expect(() => nodeShapes(graph, [4, 6, 3])).toThrow(message);
});

test('heads that do not share the channels out are refused', () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'cells', operation: { kind: 'tokens' }, inputs: ['input'] },
    { name: 'last', operation: { kind: 'selfAttention', heads: 2 }, inputs: ['cells'] },
  ];
  expect(() => nodeShapes(graph, [4, 6, 3])).toThrow(
    'last has 2 heads for 3 channels (allowed: three times a multiple)',
  );
});
