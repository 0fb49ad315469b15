import { expect, test } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { activations } from '../../../../src/explain/network/executors/activations';
import { forward, openForward } from '../../../../src/explain/network/executors/forward';
import { drawn, relativeDifference, seededNetwork } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

const shape = [45, 38, 3] as const;
const network = seededNetwork('resnet18', 5, shape, 31);
const size = 45 * 38 * 3;

test('weights are uploaded once and stay; batches leave nothing, and closing frees what the session made of them', () => {
  const before = passingTensors();
  const input = drawn(3 * size, 32, 4, -2);
  const session = openForward(network, { copies: 1000 });
  const first = session.run(input, 3);
  const { numTensors, numBytes } = tf.memory();
  expect(session.run(input, 3)).toEqual(first);
  expect(session.run(input.subarray(0, size), 1)).toHaveLength(session.outputs);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  session.close();
  expect(passingTensors()).toBe(before);
  const uploaded = tf.memory().numBytes;
  expect(relativeDifference(forward(network, input, 3), first)).toBeLessThan(1e-5);
  expect(tf.memory().numBytes).toBe(uploaded);
});

test.each(['maxpool', 'layer2.0.relu2', 'layer4.1.relu2', 'avgpool'])('from %s to the end', (from) => {
  const input = drawn(size, 33, 4, -2);
  const { output, maps } = activations(network, input, [from]);
  const before = passingTensors();
  const session = openForward(network, { from });
  try {
    const values = maps.get(from)!.values;
    const twice = new Float32Array(2 * values.length);
    twice.set(values);
    twice.set(values, values.length);
    expect(relativeDifference(session.run(twice, 2), [...output, ...output])).toBeLessThan(1e-5);
  } finally {
    session.close();
  }
  expect(passingTensors()).toBe(before);
});

test('many batches are compiled: the same numbers, and those of other lengths run as they are', () => {
  const before = passingTensors();
  const loaded = tf.node.getNumOfSavedModels();
  const input = drawn(3 * size, 34, 4, -2);
  for (const copies of [24, 100_000]) {
    const compiled = openForward(network, { copies, batch: 3 });
    const plain = openForward(network, { copies });
    expect(relativeDifference(compiled.run(input, 3), plain.run(input, 3))).toBeLessThan(1e-6);
    expect(tf.node.getNumOfSavedModels()).toBe(loaded + 1);
    const turned = input.toReversed();
    expect(relativeDifference(compiled.run(turned, 3), plain.run(turned, 3))).toBeLessThan(1e-6);
    expect(compiled.run(input.subarray(0, size), 1)).toEqual(plain.run(input.subarray(0, size), 1));
    compiled.close();
    plain.close();
  }
  const few = openForward(network, { copies: 23, batch: 3 });
  few.run(input, 3);
  few.close();
  expect(tf.node.getNumOfSavedModels()).toBe(loaded);
  expect(passingTensors()).toBe(before);
});

test('sessions that recur share one compiled pass, also of another network of the graph', () => {
  const before = passingTensors();
  const loaded = tf.node.getNumOfSavedModels();
  const input = drawn(3 * size, 36, 4, -2);
  const other = { ...network, parameters: new Map([...seededNetwork('resnet18', 5, shape, 37).parameters].reverse()) };
  for (const one of [network, other, network]) {
    const session = openForward(one, { copies: 3, batch: 3, recurs: true });
    const values = session.run(input, 3);
    expect(relativeDifference(values, forward(one, input, 3))).toBeLessThan(1e-6);
    expect(session.run(input.subarray(0, size), 1)).toHaveLength(session.outputs);
    session.close();
  }
  expect(tf.node.getNumOfSavedModels()).toBe(loaded + 1);
  expect(passingTensors()).toBe(before);
});

test('of compiled passes the last eight are kept', () => {
  const loaded = tf.node.getNumOfSavedModels();
  const input = drawn(size, 38, 4, -2);
  const compiled: number[] = [];
  for (let copies = 50; copies < 62; copies++) {
    const session = openForward(network, { copies, batch: 1, recurs: true });
    session.run(input, 1);
    compiled.push(tf.node.getNumOfSavedModels() - loaded);
    session.close();
  }
  expect(Math.max(...compiled)).toBeLessThanOrEqual(8);
});

test('a start that a shortcut bypasses is refused', () => {
  expect(() => openForward(network, { from: 'layer2.0.bn1' })).toThrow(
    'cannot start at layer2.0.bn1: a later node reads what comes before',
  );
  expect(() => openForward(network, { from: 'layer9' })).toThrow('unknown layer: layer9 (this network has: input');
});

test('a missing parameter is named', () => {
  const parameters = new Map(network.parameters);
  parameters.delete('fc.bias');
  const before = passingTensors();
  expect(() => forward({ ...network, parameters }, drawn(size, 35))).toThrow('missing parameter: fc.bias');
  expect(passingTensors()).toBe(before);
});
