import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { look } from '../../../../src/explain/look';
import { cam } from '../../../../src/explain/methods/cam';
import { gradCam } from '../../../../src/explain/methods/grad-cam';
import { fillImage } from '../../../../src/explain/methods/occluder-fill';
import { occlusionMethod } from '../../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../../src/explain/methods/occlusion-reference';
import { buildArchitecture } from '../../../../src/explain/network/architectures';
import { swin } from '../../../../src/explain/network/architectures/swin';
import { forward } from '../../../../src/explain/network/executors/forward';
import { gradient, openGradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import { layerTable } from '../../../../src/explain/network/layer-table';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { descriptionOf } from '../../../../src/explain/network/operations';
import { parameterShapes } from '../../../../src/explain/network/parameter-shapes';
import { drawn, networkOf, parametersByName, relativeDifference } from '../../../support/networks';
import { convolution } from '../../../support/operations';
import { drawnPhoto } from '../../../support/pictures';
import { passingTensors } from '../../../support/tensors';

type Size = readonly [number, number, number];
interface Golden {
  readonly operations: readonly {
    readonly size: Size;
    readonly operation: Operation & { readonly kind: 'windowAttention' };
    readonly seed: number;
    readonly values: readonly number[];
    readonly slope: readonly number[];
  }[];
  readonly network: {
    readonly seed: number;
    readonly height: number;
    readonly width: number;
    readonly logits: readonly number[];
    readonly gradient: { readonly step: number; readonly samples: readonly number[]; readonly largest: number };
    readonly gradCam: { readonly size: readonly [number, number]; readonly values: readonly number[] };
  };
}

const golden: Golden = JSON.parse(readFileSync(path.join(__dirname, '../../../golden/swin.json'), 'utf8'));
const BATCH = 2;
const small = swin({ width: 12, depths: [2, 2], heads: [2, 3], window: 4 });
const CLASSES = 5;

function smallSwin(height: number, width: number, seed: number) {
  const inputShape = [height, width, 3] as const;
  const { graph, camNode } = small(CLASSES, inputShape);
  return networkOf(graph, inputShape, parametersByName(parameterShapes(graph, inputShape), seed), {
    camNode,
    classes: Array.from({ length: CLASSES }, (_, i) => `class ${i}`),
  });
}

const attention = (operation: Operation, channels: number): Graph => [
  { name: 'input', operation: { kind: 'input' }, inputs: [] },
  { name: 'qkv', operation: convolution({ filters: 3 * channels, bias: true }), inputs: ['input'] },
  { name: 'attention', operation, inputs: ['qkv'] },
  { name: 'proj', operation: convolution({ filters: channels, bias: true }), inputs: ['attention'] },
];

describe('attention within windows', () => {
  test.each(
    golden.operations.map((one) => ({
      ...one,
      title: descriptionOf({ name: '', operation: one.operation }).title(one.operation),
    })),
  )('as torchvision computes it, and its slope: $title of $size', ({ size, operation, seed, values, slope }) => {
    const graph = attention(operation, size[2]);
    // As torchvision's module draws them, in the order of its names.
    const shapes = new Map(
      [...parameterShapes(graph, size)].map(([name, shape]) => [name.replace(/^attention\./, ''), shape]),
    );
    const parameters = new Map(
      [...parametersByName(shapes, seed)].map(([name, one]) => [
        name.startsWith('relative') ? `attention.${name}` : name,
        one,
      ]),
    );
    const network = networkOf(graph, size, parameters);
    const input = drawn(BATCH * size[0] * size[1] * size[2], seed + 1, 4, -2);
    const before = passingTensors();
    const session = openGradient(network);
    const { outputs, gradients } = session.run(input, BATCH, drawn(values.length / BATCH, seed + 2, 2, -1));
    session.close();
    expect(relativeDifference(outputs, values)).toBeLessThan(1e-5);
    expect(relativeDifference(gradients, slope)).toBeLessThan(1e-5);
    expect(passingTensors()).toBe(before);
  });

  test.each([
    [
      { heads: 4, window: [2, 3], shift: [0, 0] },
      'attention has 4 heads for 18 channels (allowed: three times a multiple)',
    ],
    [
      { heads: 2, window: [3, 3], shift: [0, 0] },
      'attention cuts a map of 4×6 into windows of 3×3 (allowed: windows that fill it)',
    ],
    [
      { heads: 2, window: [2, 3], shift: [1, 3] },
      'attention shifts windows of 2×3 by 1×3 (allowed: whole cells from 0, less than a window)',
    ],
    [
      { heads: 2, window: [0, 3], shift: [0, 0] },
      'attention cuts a map of 4×6 into windows of 0×3 (allowed: windows that fill it)',
    ],
  ] as const)('what does not fit is refused: %j', (options, message) => {
    const graph = attention({ kind: 'windowAttention', ...options }, 6);
    expect(() => nodeShapes(graph, [4, 6, 6])).toThrow(message);
  });
});

describe('Swin', () => {
  test('equals torchvision: raw outputs, the input’s gradient, Grad-CAM', () => {
    const { seed, height, width, logits, gradient: slope, gradCam: map } = golden.network;
    const network = smallSwin(height, width, seed);
    const inputs = drawn(BATCH * height * width * 3, seed + 1, 4, -2);
    const before = passingTensors();
    expect(relativeDifference(forward(network, inputs, BATCH), logits)).toBeLessThan(1e-5);
    const first = inputs.subarray(0, height * width * 3);
    const { values } = gradient(network, first, drawn(CLASSES, seed + 2, 2, -1), {}).gradient;
    const furthest = Math.max(...slope.samples.map((sample, i) => Math.abs(values[i * slope.step]! - sample)));
    expect(furthest / slope.largest).toBeLessThan(1e-4);
    const at = gradient(network, first, Float32Array.of(0, 1, 0, 0, 0), { at: network.camNode! });
    expect([at.activation.height, at.activation.width]).toEqual(map.size);
    const channels = at.gradient.values.length / map.values.length;
    const cells = map.values.map((_, cell) => {
      let sum = 0;
      // The head reads the mean over places: the slope is the same at each.
      for (let c = 0; c < channels; c++) sum += at.activation.values[cell * channels + c]! * at.gradient.values[c]!;
      return Math.max(0, sum);
    });
    expect(relativeDifference(cells, map.values)).toBeLessThan(1e-4);
    expect(passingTensors()).toBe(before);
  });

  test.each([
    ['swin_t', 28_288_354],
    ['swin_s', 49_606_258],
    ['swin_b', 87_768_224],
  ])('%s has the published size', (name, learned) => {
    const inputShape = [224, 224, 3] as const;
    const rows = layerTable({ graph: buildArchitecture(name, 1000, inputShape).graph, inputShape });
    expect(rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(learned);
  });

  test('what PyTorch’s files have beside weights is left out', () => {
    const { parameterName } = buildArchitecture('swin_t', 2, [64, 64, 3]);
    expect(parameterName!('features.1.0.attn.relative_position_index')).toBeNull();
    const table = 'features.1.0.attn.relative_position_bias_table';
    expect(parameterName!(table)).toBe(table);
  });

  test('occlusion, which runs it whole, equals the reference', async () => {
    const [height, width] = [53, 70];
    const network = smallSwin(height, width, 3);
    const seen = look(network, drawnPhoto(height, width, 5));
    const options = { size: [11, 9], stride: [9, 13], fill: 'noise', seed: 5 } as const;
    const before = passingTensors();
    const [map] = await occlusionMethod.explain(seen, [1], options);
    expect(passingTensors()).toBe(before);
    const filling = fillImage(seen.input, network.preprocessing, options.fill, 11, options.seed);
    const { logits, values } = occlusionReference(seen, seen.target(1), options, filling);
    const largest = Math.max(...logits.map(Math.abs));
    expect(relativeDifference(map!.grid!.logits, logits)).toBeLessThan(1e-5);
    expect(Math.max(...map!.values.map((value, at) => Math.abs(value - values[at]!)))).toBeLessThan(1e-5 * largest);
  });

  test('its head reads a mean: Grad-CAM is the positive part of CAM over the places', async () => {
    const network = smallSwin(53, 70, 4);
    const photo = drawnPhoto(53, 70, 6);
    const whole = (await cam(network, photo, { target: 1 })).coarse!;
    const positive = (await gradCam(network, photo, { target: 1 })).coarse!;
    const places = whole.height * whole.width;
    const wanted = Array.from(whole.values, (value) => Math.max(0, value) / places);
    expect(relativeDifference(positive.values, wanted)).toBeLessThan(1e-5);
  });
});
