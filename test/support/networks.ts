import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Preprocessing } from '../../src/explain/image/preprocessing';
import { buildArchitecture } from '../../src/explain/network/architectures';
import type { Architecture } from '../../src/explain/network/architectures/architecture';
import type { Graph } from '../../src/explain/network/graph';
import type { Network, Parameter } from '../../src/explain/network/network';
import { parameterShapes } from '../../src/explain/network/parameter-shapes';
import { readWeights } from '../../src/explain/network/weights/read';
import { seededRandom } from '../../src/explain/random';

const plainPreprocessing = ([height, width, channels]: Network['inputShape']): Preprocessing => ({
  resize: null,
  crop: [height, width],
  mean: new Array<number>(channels).fill(0),
  std: new Array<number>(channels).fill(1),
  ...(channels === 1 && { channels: 'grey' }),
});

/** A network from a graph and its parameters, for tests. */
export function networkOf(
  graph: Graph,
  inputShape: readonly [number, number, number],
  parameters: ReadonlyMap<string, Parameter>,
  more: Partial<Network> = {},
): Network {
  return {
    name: 'test',
    title: 'Test',
    architecture: 'test',
    graph,
    parameters,
    preprocessing: plainPreprocessing(inputShape),
    inputShape,
    output: 'softmax',
    classes: [],
    camNode: null,
    weightsSha256: '0'.repeat(64),
    ...more,
  };
}

/**
 * The parameters that test/golden/seeded.py draws: one stream through the graph's order; weights uniform in
 * ±√(6 / fan-in), batch norm's scales and running variances in 0.5–1.5, everything else in ±0.5.
 */
export function seededParameters(
  graph: Graph,
  inputShape: readonly [number, number, number],
  seed: number,
): Map<string, Parameter> {
  const random = seededRandom(seed);
  const result = new Map<string, Parameter>();
  for (const [name, shape] of parameterShapes(graph, inputShape)) {
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    const bound = Math.sqrt(6 / (values.length / shape[0]!));
    const positive = /\.(weight|running_var)$/.test(name);
    for (let i = 0; i < values.length; i++) {
      const drawn = random();
      values[i] = shape.length > 1 ? (2 * drawn - 1) * bound : positive ? drawn + 0.5 : (2 * drawn - 1) / 2;
    }
    result.set(name, { shape, values });
  }
  return result;
}

/** The numbers of `fill` in test/golden/families.py: drawn in the order of the names. */
export function parametersByName(shapes: ReadonlyMap<string, readonly number[]>, seed: number): Map<string, Parameter> {
  const random = seededRandom(seed);
  const result = new Map<string, Parameter>();
  for (const name of [...shapes.keys()].sort()) {
    const shape = shapes.get(name)!;
    const count = shape.reduce((product, length) => product * length, 1);
    const bound = Math.sqrt(6 / (count / shape[0]!));
    const matrix = shape.filter((length) => length > 1).length > 1;
    const positive = /\.(weight|running_var)$/.test(name);
    const values = Float32Array.from({ length: count }, () => {
      const one = random();
      return matrix ? (2 * one - 1) * bound : positive ? one + 0.5 : (2 * one - 1) / 2;
    });
    result.set(name, { shape, values });
  }
  return result;
}

/**
 * One dense layer on the input's values, one row of weights a class.
 * @param weights classes × H × W × 3, in the order of a photo's bytes.
 */
export function linearNetwork(
  [height, width]: readonly [number, number],
  weights: Float32Array,
  biases: readonly number[],
): Network {
  const [classes, area] = [biases.length, height * width];
  // The flatten node counts channel first.
  const values = new Float32Array(classes * area * 3);
  for (let c = 0; c < classes; c++) {
    for (let i = 0; i < area * 3; i++)
      values[c * area * 3 + (i % 3) * area + Math.floor(i / 3)] = weights[c * area * 3 + i]!;
  }
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'flat', operation: { kind: 'flatten' }, inputs: ['input'] },
    { name: 'fc', operation: { kind: 'dense', units: classes, bias: true }, inputs: ['flat'] },
  ];
  const parameters = new Map<string, Parameter>([
    ['fc.weight', { shape: [classes, area * 3], values }],
    ['fc.bias', { shape: [classes], values: Float32Array.from(biases) }],
  ]);
  return networkOf(graph, [height, width, 3], parameters, { classes: biases.map((_, c) => `class ${c}`) });
}

/** An architecture, by name or as it is, with `seededParameters`. */
export function seededNetwork(
  architecture: string | Architecture,
  classes: number,
  inputShape: readonly [number, number, number],
  seed: number,
): Network {
  const byName = typeof architecture === 'string';
  const build: Architecture = byName ? (...size) => buildArchitecture(architecture, ...size) : architecture;
  const { graph, camNode } = build(classes, inputShape);
  return networkOf(graph, inputShape, seededParameters(graph, inputShape, seed), {
    architecture: byName ? architecture : 'test',
    camNode,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  });
}

/** A network with real weights, put together without a card. */
export function weighedNetwork(
  architecture: string,
  classes: number,
  preprocessing: Preprocessing,
  weights: string,
): Network {
  const inputShape = [...preprocessing.crop, 3] as const;
  const { graph, camNode } = buildArchitecture(architecture, classes, inputShape);
  const bytes = readFileSync(weights);
  return networkOf(graph, inputShape, readWeights(bytes, path.basename(weights)), {
    architecture,
    preprocessing,
    camNode,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    weightsSha256: createHash('sha256').update(bytes).digest('hex'),
  });
}

/** `count` numbers of `scale · random + offset`. */
export function drawn(count: number, seed: number, scale = 1, offset = 0): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => scale * random() + offset);
}

/** Largest difference, as a share of the largest expected value. */
export function relativeDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) throw new Error(`${got.length} values, expected ${expected.length}`);
  let [largest, difference] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    // Not Math.max: a NaN must not pass.
    if (!(Math.abs(got[i]! - expected[i]!) <= difference)) difference = Math.abs(got[i]! - expected[i]!);
  }
  return difference / largest;
}
