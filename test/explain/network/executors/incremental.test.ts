import { describe, expect, it } from 'vitest';
import { forward } from '../../../../src/explain/network/executors/forward';
import { openIncremental } from '../../../../src/explain/network/executors/incremental';
import type { Spans } from '../../../../src/explain/network/executors/window-cells';
import { planWindows, type WindowNode, type WindowRules } from '../../../../src/explain/network/executors/window-plan';
import type { Graph, GraphNode, Operation } from '../../../../src/explain/network/graph';
import type { Network } from '../../../../src/explain/network/network';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { descriptionOf } from '../../../../src/explain/network/operations';
import { seededRandom } from '../../../../src/explain/random';
import { drawn, networkOf, relativeDifference, seededNetwork, seededParameters } from '../../../support/networks';
import { convolution, pool } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

const none = [0, 0, 0, 0] as const;
const around = [1, 1, 1, 1] as const;

/** A copy with the rectangle painted in. */
function covered(
  values: Float32Array,
  filling: Float32Array,
  [height, width]: readonly [number, number, number],
  top: number,
  left: number,
  size: readonly [number, number],
): Float32Array {
  const copy = values.slice();
  for (let y = top; y < Math.min(height, top + size[0]); y++) {
    for (let x = left; x < Math.min(width, left + size[1]); x++) {
      for (let c = 0; c < 3; c++) copy[(y * width + x) * 3 + c] = filling[(y * width + x) * 3 + c]!;
    }
  }
  return copy;
}

/** Largest difference between the two executors, copy by copy and all at once, as a share of the range of the logits. */
function difference(
  network: Network,
  size: readonly [number, number],
  tops: number[],
  lefts: number[],
  seed: number,
  { copies = 1, ...rules }: WindowRules & { copies?: number } = { period: 16, share: 0.7 },
) {
  const length = network.inputShape.reduce((product, side) => product * side, 1);
  const [values, filling] = [drawn(length, seed, 2, -1), drawn(length, seed + 1, 2, -1)];
  const session = openIncremental(network, values, { size, filling, copies });
  try {
    const places = tops.flatMap((top) => lefts.map((left) => ({ top, left })));
    const together = session.run(places, rules);
    let [lowest, highest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    tops.forEach((top, i) => {
      lefts.forEach((left, j) => {
        const wanted = forward(network, covered(values, filling, network.inputShape, top, left, size));
        const at = (i * lefts.length + j) * wanted.length;
        const alone = session.run([{ top, left }], rules);
        wanted.forEach((value, k) => {
          lowest = Math.min(lowest, value);
          highest = Math.max(highest, value);
          for (const got of [alone[k]!, together[at + k]!]) {
            const gap = Math.abs(got - value);
            if (!(gap <= largest)) largest = gap;
          }
        });
      });
    });
    return largest / (highest - lowest);
  } finally {
    session.close();
  }
}

const activationsOfAll: readonly Operation[] = [
  { kind: 'sigmoid' },
  { kind: 'tanh' },
  { kind: 'silu' },
  { kind: 'softplus' },
  { kind: 'selu' },
  { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 },
  { kind: 'hardSwish' },
  { kind: 'gelu', approximation: 'none' },
  { kind: 'gelu', approximation: 'tanh' },
  { kind: 'leakyRelu', slope: 0.1 },
  { kind: 'leakyRelu', slope: -1.5 },
  { kind: 'elu', alpha: 1 },
  { kind: 'elu', alpha: 0.7 },
  { kind: 'clip', least: -1, most: 1 },
  { kind: 'clip', least: null, most: 1 },
  { kind: 'clip', least: -0.5, most: null },
  { kind: 'prelu' },
];

/** A small network of random operations that ends in a pooled or flattened linear head. */
function randomNetwork(seed: number): Network {
  const random = seededRandom(seed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const inputShape = [24 + Math.floor(random() * 30), 24 + Math.floor(random() * 30), 3] as const;
  const graph: GraphNode[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }];
  let at = 'input';
  const add = (operation: Operation, inputs = [at]) => {
    at = `node${graph.length}`;
    graph.push({ name: at, operation, inputs });
    return at;
  };
  const channels = () => nodeShapes(graph, inputShape).get(at)![2]!;
  const conv = (filters: number, more: Parameters<typeof convolution>[0] = {}) => {
    const kernel = pick([
      [3, 3],
      [1, 1],
      [3, 1],
      [5, 3],
    ] as const);
    const padding = [kernel[0] >> 1, kernel[0] >> 1, kernel[1] >> 1, kernel[1] >> 1] as const;
    return add(convolution({ filters, kernel, padding, bias: random() < 0.5, ...more }));
  };
  for (let block = 0; block < 4; block++) {
    const [height, width] = nodeShapes(graph, inputShape).get(at)! as [number, number];
    const roomy = Math.min(height, width) >= 8;
    const before = at;
    const count = channels();
    const known = ['plain', 'strided', 'residual', 'fire', 'depthwise', 'max', 'average', 'dilated'];
    const norms = ['layer norm', 'learned scale', 'learned map'];
    switch (
      pick([
        ...known,
        ...norms,
        'product',
        'larger',
        'channels dealt out',
        ...(random() < 0.2 ? ['gate', 'group norm'] : []),
      ])
    ) {
      case 'strided':
        if (roomy) conv(6, { kernel: [3, 3], stride: [2, 2], padding: [pick([0, 1]), 1, 1, pick([0, 1])] });
        break;
      case 'residual': {
        conv(count);
        add({ kind: 'batchNorm', epsilon: 1e-5 });
        add({ kind: 'relu' });
        const branch = conv(count);
        add({ kind: 'add' }, [before, branch]);
        break;
      }
      case 'fire': {
        const one = conv(3, { kernel: [1, 1], padding: none });
        at = before;
        const three = conv(4, { kernel: [3, 3], padding: around });
        add({ kind: 'concat' }, [one, three]);
        break;
      }
      case 'depthwise':
        conv(count, { groups: count });
        add({ kind: 'relu6' });
        break;
      case 'max': {
        const padding = pick([none, around]);
        if (roomy) add(pool('maxPool', { kernel: [3, 3], padding, ceil: random() < 0.5 }));
        break;
      }
      case 'average': {
        const stride = [pick([1, 2]), 1] as const;
        if (roomy) add(pool('avgPool', { kernel: [3, 3], stride, padding: around, countPadding: random() < 0.5 }));
        break;
      }
      case 'dilated':
        conv(5, { kernel: [3, 3], dilation: [2, 2], padding: [2, 2, 2, 2] });
        break;
      case 'layer norm':
        conv(count, { groups: count });
        add({ kind: 'layerNorm', epsilon: 1e-3 });
        break;
      case 'learned scale':
        // Behind a pool no convolution takes it in.
        if (roomy) add(pool('maxPool', { kernel: [3, 3], stride: [1, 1], padding: around }));
        add({ kind: 'scale', bias: random() < 0.5 });
        break;
      case 'learned map':
        add({ kind: 'addMap', shape: [height, width, count] });
        break;
      case 'product':
      case 'larger': {
        const kind = pick(['mul', 'maximum', 'minimum'] as const);
        const one = pick([before, conv(kind === 'mul' ? pick([1, count]) : count)]);
        at = before;
        add({ kind }, [one, conv(count)]);
        break;
      }
      case 'gate': {
        add({ kind: 'globalAvgPool' });
        add({ kind: 'dense', units: count, bias: true });
        const gate = add({ kind: 'sigmoid' });
        add({ kind: 'mul' }, random() < 0.5 ? [gate, before] : [before, gate]);
        break;
      }
      case 'group norm':
        conv(6);
        add({ kind: 'groupNorm', groups: pick([1, 2, 6]), epsilon: 1e-3 });
        break;
      case 'channels dealt out': {
        conv(6);
        const dealt = add({ kind: 'channelShuffle', groups: pick([2, 3]) });
        const left = add({ kind: 'channelSlice', start: 0, length: 2 }, [dealt]);
        const right = add({ kind: 'channelSlice', start: 2, length: 4 }, [dealt]);
        add({ kind: 'concat' }, [right, left]);
        break;
      }
      default:
        conv(5);
    }
    if (random() < 0.8) add(random() < 0.3 ? { kind: 'relu' } : pick(activationsOfAll));
  }
  add({ kind: pick(['globalAvgPool', 'globalMaxPool', 'flatten'] as const) });
  add({ kind: 'dense', units: 4, bias: true });
  return networkOf(graph as Graph, inputShape, seededParameters(graph, inputShape, seed), {});
}

describe('incremental inference', () => {
  it('equals the whole forward on 300 random networks, at edges and corners', () => {
    let windows = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const network = randomNetwork(seed);
      const random = seededRandom(seed + 1000);
      const [height, width] = network.inputShape;
      const size = [1 + Math.floor(random() * 9), 1 + Math.floor(random() * 9)] as const;
      const inner = (length: number) => Math.floor(random() * length);
      const tops = [0, inner(height), height - 1];
      const lefts = [0, inner(width), Math.max(0, width - size[1])];
      const rules = { period: [8, 16, 32][seed % 3]!, share: [0.4, 0.7, 1][(seed % 7) % 3]! };
      expect(difference(network, size, tops, lefts, seed, rules), `network ${seed}`).toBeLessThan(1e-5);
      const spans = size.map((length) => ({ start: 0, length })) as unknown as Spans;
      const plan = planWindows(network.graph, nodeShapes(network.graph, network.inputShape), spans, rules);
      const slides = ({ node }: WindowNode) => !!descriptionOf(node).window(node.operation)?.reach;
      windows += [...plan.windows.values()].filter(slides).length;
    }
    // Or nothing was tested but the ordinary forward.
    expect(windows).toBeGreaterThan(600);
  });

  it.each(['resnet18', 'vgg16', 'squeezenet1_0', 'googlenet', 'densenet121', 'mobilenet_v2'])('%s', (architecture) => {
    const network = seededNetwork(architecture, 5, [97, 75, 3], 1);
    // In a very long run wide convolutions go Winograd's way.
    const rules = { period: 32, share: 1, copies: 1e9 };
    expect(difference(network, [7, 10], [0, 33, 90], [0, 41, 70], 3, rules)).toBeLessThan(1e-5);
  });

  it('equals the forward where a maximum is scaled before its ReLU', () => {
    const graph: GraphNode[] = [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'conv', operation: convolution({ filters: 5, padding: around }), inputs: ['input'] },
      { name: 'pool', operation: pool('maxPool', { kernel: [3, 3], padding: around }), inputs: ['conv'] },
      { name: 'norm', operation: { kind: 'batchNorm', epsilon: 1e-5 }, inputs: ['pool'] },
      { name: 'relu', operation: { kind: 'relu' }, inputs: ['norm'] },
      { name: 'last', operation: convolution({ filters: 5, padding: around }), inputs: ['relu'] },
      { name: 'mean', operation: { kind: 'globalAvgPool' }, inputs: ['last'] },
      { name: 'dense', operation: { kind: 'dense', units: 4, bias: true }, inputs: ['mean'] },
    ];
    const network = networkOf(graph, [32, 34, 3], seededParameters(graph, [32, 34, 3], 1));
    expect(difference(network, [5, 5], [0, 13, 27], [0, 13, 29], 1, { period: 8, share: 1 })).toBeLessThan(1e-5);
  });

  it('runs copies whole where that is asked for, compiled or not, and equals the windows', () => {
    const network = seededNetwork('tiny-resnet', 5, [45, 38, 3], 1);
    const values = drawn(45 * 38 * 3, 2, 2, -1);
    const filling = drawn(45 * 38 * 3, 3, 2, -1);
    const before = passingTensors();
    const session = openIncremental(network, values, { size: [7, 9], filling, copies: 64 });
    const places = [0, 17, 40].flatMap((top) => [0, 13, 36].map((left) => ({ top, left })));
    const windows = session.run(places, { period: 16, share: 0.7 });
    for (const usual of [8, 64]) {
      const parts = [places.slice(0, 8), places.slice(8)];
      const whole = parts.flatMap((part) => [...session.run(part, { usual })]);
      expect(relativeDifference(whole, windows)).toBeLessThan(1e-5);
    }
    session.close();
    expect(passingTensors()).toBe(before);
  });

  it('leaves no tensor behind', () => {
    const before = passingTensors();
    difference(seededNetwork('resnet18', 5, [64, 64, 3], 1), [8, 8], [0, 16], [8], 3);
    expect(passingTensors()).toBe(before);
  });
});
