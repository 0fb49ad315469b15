import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { forward } from '../../../../src/explain/network/executors/forward';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { drawn, networkOf, relativeDifference, seededParameters } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

type Size = readonly [number, number, number];
interface Golden {
  readonly size: Size;
  readonly batch: number;
  readonly cases: readonly {
    readonly operation: Operation;
    readonly tokens: boolean;
    readonly seed: number;
    /** Of the output, without the batch. */
    readonly shape: readonly number[];
    readonly values: readonly number[];
    readonly slope: readonly number[];
  }[];
}

const golden: Golden = JSON.parse(readFileSync(path.join(__dirname, '../../../golden/structure.json'), 'utf8'));
const { size, batch } = golden;
const cases = golden.cases.map((one) => ({ ...one, title: JSON.stringify(one.operation) }));

/** The operation on the input, or on its cells as tokens. */
const graphOf = (operation: Operation, tokens: boolean): Graph => [
  { name: 'input', operation: { kind: 'input' }, inputs: [] },
  ...(tokens ? [{ name: 'cells', operation: { kind: 'tokens' }, inputs: ['input'] } as const] : []),
  { name: 'last', operation, inputs: [tokens ? 'cells' : 'input'] },
];

test.each(cases)(
  'as PyTorch computes it, and its slope: $title',
  ({ operation, tokens, seed, shape, values, slope }) => {
    const graph = graphOf(operation, tokens);
    expect(nodeShapes(graph, size).get('last')).toEqual(shape);
    const network = networkOf(graph, size, seededParameters(graph, size, seed));
    const input = drawn(slope.length, seed + 1, 4, -2);
    const before = passingTensors();
    expect(relativeDifference(forward(network, input, batch), values)).toBeLessThan(2e-6);
    const session = openGradient(network);
    const { outputs, gradients } = session.run(input, batch, drawn(values.length / batch, seed + 2, 2, -1));
    session.close();
    expect(relativeDifference(outputs, values)).toBeLessThan(2e-6);
    expect(relativeDifference(gradients, slope)).toBeLessThan(5e-6);
    expect(passingTensors()).toBe(before);
  },
);

const row = (operation: Operation, input: readonly number[]) => {
  const graph = graphOf(operation, false);
  return [...forward(networkOf(graph, [1, input.length, 1], new Map()), Float32Array.from(input))];
};

test('resizing by the other rules: by hand', () => {
  const to = (columns: number, mode: 'nearest' | 'bilinear', coordinates: 'asymmetric' | 'align-corners') =>
    row({ kind: 'upsample', size: [1, columns], mode, coordinates }, [1, 3, 9]);
  expect(to(6, 'bilinear', 'asymmetric')).toEqual([1, 2, 3, 6, 9, 9]);
  expect(to(5, 'nearest', 'align-corners')).toEqual([1, 1, 3, 3, 9]);
  expect(to(5, 'bilinear', 'align-corners')).toEqual([1, 2, 3, 6, 9]);
  expect(to(1, 'nearest', 'align-corners')).toEqual([1]);
});

test.each<[Operation, boolean]>([
  [{ kind: 'channelSlice', start: 4, length: 3 }, false],
  [{ kind: 'channelSlice', start: -1, length: 3 }, false],
  [{ kind: 'channelShuffle', groups: 4 }, false],
  [{ kind: 'crop', top: 3, left: 0, height: 2, width: 2 }, false],
  [{ kind: 'crop', top: 0, left: -1, height: 2, width: 2 }, false],
  [{ kind: 'spaceToDepth', block: 4 }, false],
  [{ kind: 'untokens', grid: [5, 5], skip: 0 }, true],
  [{ kind: 'takeToken', index: 24 }, true],
  [{ kind: 'takeToken', index: -1 }, true],
  [{ kind: 'prependTokens', count: 0 }, true],
])('what does not fit is refused: %j', (operation, tokens) => {
  expect(() => nodeShapes(graphOf(operation, tokens), size)).toThrow(
    'the input 4×6×6 is too small: nothing is left at last',
  );
});
