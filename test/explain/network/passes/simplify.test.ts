import { expect, test } from 'vitest';
import { forward } from '../../../../src/explain/network/executors/forward';
import type { Graph, GraphNode, Operation } from '../../../../src/explain/network/graph';
import type { Parameter } from '../../../../src/explain/network/network';
import { camNodeOf, simplify } from '../../../../src/explain/network/passes/simplify';
import { seededRandom } from '../../../../src/explain/random';
import { networkOf, relativeDifference, seededParameters } from '../../../support/networks';

const inputShape = [6, 9, 3] as const;

const conv = (bias: boolean): Operation => ({
  kind: 'conv2d',
  filters: 4,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1, 1, 1],
  dilation: [1, 1],
  groups: 1,
  bias,
});
const rescale = (scale: number, shift: number, channels = 4): Operation => ({
  kind: 'rescale',
  scale: new Array<number>(channels).fill(scale),
  shift: Array.from({ length: channels }, (_, c) => shift + (shift === 0 || Number.isInteger(shift) ? 0 : c)),
});
const avgPool = (kernel: [number, number], padding: [number, number, number, number] = [0, 0, 0, 0]): Operation => ({
  kind: 'avgPool',
  kernel,
  stride: [1, 1],
  padding,
  ceil: false,
  countPadding: false,
});

/** Nodes one after another, behind an input; those with inputs of their own name them. */
function graphOf(...nodes: readonly (readonly [string, Operation, ...string[]])[]): Graph {
  const graph: GraphNode[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }];
  for (const [name, operation, ...inputs] of nodes) {
    graph.push({ name, operation, inputs: inputs.length > 0 ? inputs : [graph.at(-1)!.name] });
  }
  return graph;
}
const mean: readonly [string, Operation] = ['mean', { kind: 'globalAvgPool' }];
const head: readonly [string, Operation] = ['head', { kind: 'dense', units: 3, bias: true }];

const answers = (graph: Graph, parameters: ReadonlyMap<string, Parameter>, values: Float32Array) => {
  const classes = Array.from({ length: 3 }, (_, i) => `${i}`);
  return forward(networkOf(graph, inputShape, parameters, { classes }), values, 2);
};

/** What is left of a graph, whose outputs must be those of the graph: `conv conv2d`, a line a node. */
function simplified(graph: Graph) {
  const parameters = seededParameters(graph, inputShape, 3);
  const given = new Map(parameters);
  const result = simplify({ graph, parameters, output: graph.at(-1)!.name, inputShape });
  expect(parameters).toEqual(given);
  const random = seededRandom(4);
  const values = Float32Array.from({ length: 2 * 6 * 9 * 3 }, () => 4 * random() - 2);
  const difference = relativeDifference(
    answers(result.graph, result.parameters, values),
    answers(graph, parameters, values),
  );
  expect(difference).toBeLessThan(1e-6);
  return { ...result, kinds: result.graph.map(({ name, operation }) => `${name} ${operation.kind}`).slice(1) };
}

const end = ['mean globalAvgPool', 'head dense'];

test('numbers added to a layer’s channels are its bias', () => {
  const { kinds, parameters } = simplified(graphOf(['conv', conv(false)], ['shift', rescale(1, 0.5)], mean, head));
  expect(kinds).toEqual(['conv conv2d', ...end]);
  expect(Array.from(parameters.get('conv.bias')!.values)).toEqual([0.5, 1.5, 2.5, 3.5]);
});

test('they stay where the layer has a bias, is read elsewhere too, or is multiplied', () => {
  const twoBiases = simplified(graphOf(['conv', conv(true)], ['shift', rescale(1, 0.5)], mean, head));
  expect(twoBiases.kinds).toEqual(['conv conv2d', 'shift rescale', ...end]);
  const scaled = simplified(graphOf(['conv', conv(false)], ['shift', rescale(2, 0.5)], mean, head));
  expect(scaled.kinds).toEqual(['conv conv2d', 'shift rescale', ...end]);
  const twice = graphOf(
    ['conv', conv(false)],
    ['shift', rescale(1, 0.5)],
    ['sum', { kind: 'add' }, 'shift', 'conv'],
    mean,
    head,
  );
  expect(simplified(twice).kinds).toEqual(['conv conv2d', 'shift rescale', 'sum add', ...end]);
});

test('a value times its own sigmoid is a SiLU, in either order', () => {
  for (const inputs of [
    ['conv', 'gate'],
    ['gate', 'conv'],
  ]) {
    const gated = graphOf(
      ['conv', conv(true)],
      ['gate', { kind: 'sigmoid' }],
      ['mul', { kind: 'mul' }, ...inputs],
      mean,
      head,
    );
    expect(simplified(gated).kinds).toEqual(['conv conv2d', 'mul silu', ...end]);
  }
  const other = graphOf(
    ['conv', conv(true)],
    ['relu', { kind: 'relu' }],
    ['gate', { kind: 'sigmoid' }],
    ['mul', { kind: 'mul' }, 'conv', 'gate'],
    mean,
    head,
  );
  expect(simplified(other).kinds).toEqual(['conv conv2d', 'relu relu', 'gate sigmoid', 'mul mul', ...end]);
});

test('min(max(x + 3, 0), 6) / 6 is a hard sigmoid, and x times it a hard swish', () => {
  const gate = [
    ['three', rescale(1, 3)],
    ['six', { kind: 'relu6' }],
    ['sixth', rescale(1 / 6, 0)],
  ] as const satisfies readonly (readonly [string, Operation])[];
  const alone = simplified(graphOf(['conv', conv(true)], ...gate, mean, head));
  expect(alone.kinds).toEqual(['conv conv2d', 'three hardSigmoid', ...end]);
  const swish = graphOf(['conv', conv(true)], ...gate, ['mul', { kind: 'mul' }, 'conv', 'sixth'], mean, head);
  expect(simplified(swish).kinds).toEqual(['conv conv2d', 'mul hardSwish', ...end]);
  const fifth = graphOf(['conv', conv(true)], gate[0], gate[1], ['fifth', rescale(1 / 5, 0)], mean, head);
  expect(simplified(fifth).kinds).toEqual(['conv conv2d', 'three rescale', 'six relu6', 'fifth rescale', ...end]);
});

test('an average over the whole map is a global one, and CAM reads its map', () => {
  const pooled = simplified(
    graphOf(['conv', conv(true)], ['pool', avgPool([6, 9])], ['flat', { kind: 'flatten' }], head),
  );
  expect(pooled.kinds).toEqual(['conv conv2d', 'pool globalAvgPool', 'head dense']);
  expect(pooled.camNode).toBe('conv');
  const part = simplified(
    graphOf(['conv', conv(true)], ['pool', avgPool([6, 8])], ['flat', { kind: 'flatten' }], head),
  );
  expect(part.kinds).toEqual(['conv conv2d', 'pool avgPool', 'flat flatten', 'head dense']);
  expect(part.camNode).toBeNull();
  const raw = simplified(graphOf(['conv', { ...conv(true), filters: 3 } as Operation], mean));
  expect([raw.camNode, raw.outputs]).toEqual(['conv', 3]);
});

test('CAM has no map where something lies between average and head', () => {
  expect(camNodeOf(graphOf(['conv', conv(true)], mean, ['relu', { kind: 'relu' }], head))).toBeNull();
  expect(camNodeOf(graphOf(['conv', conv(true)], mean, head, ['relu', { kind: 'relu' }]))).toBeNull();
});

test('a sigmoid at the end is the ending, and what the output does not depend on is left out', () => {
  const graph = graphOf(['conv', conv(true)], ['aside', conv(true)], ['mean', mean[1], 'conv'], head, [
    'end',
    { kind: 'sigmoid' },
  ]);
  const parameters = seededParameters(graph, inputShape, 3);
  const result = simplify({ graph, parameters, output: 'end', inputShape });
  expect(result.ending).toBe('sigmoid');
  expect(result.graph.map(({ name }) => name)).toEqual(['input', 'conv', 'mean', 'head']);
  expect([...result.parameters.keys()].sort()).toEqual(['conv.bias', 'conv.weight', 'head.bias', 'head.weight']);
  const inner = simplify({ graph, parameters, output: 'head', inputShape });
  expect(inner).toMatchObject({ ending: null, outputs: 3, camNode: 'conv' });
});

test('a map is no score a class', () => {
  const graph = graphOf(['conv', conv(true)]);
  const parameters = seededParameters(graph, inputShape, 3);
  expect(() => simplify({ graph, parameters, output: 'conv', inputShape })).toThrow(
    'the network ends in a map of 6×9×4, not in a score a class',
  );
});
