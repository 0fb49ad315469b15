import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/explain/network/architectures/architecture';
import { scheduleWindows } from '../../../../src/explain/network/executors/window-schedule';
import type { GraphNode } from '../../../../src/explain/network/graph';
import { GraphBuilder } from '../../../../src/explain/network/graph-builder';
import { seededNetwork } from '../../../support/networks';
import { convolution } from '../../../support/operations';

const every = (count: number, stride: number) => Array.from({ length: count }, (_, i) => i * stride);
const indices = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('scheduled windows', () => {
  it.each([
    [16, 512],
    [16, 1],
    [512, 16],
  ])('run every position once, coarse to fine (size %i, %i MB)', (side, memoryMB) => {
    const network = seededNetwork('nano-resnet', 5, [512, 48, 3], 1);
    const grid = { tops: every(33, 7), lefts: every(6, 9), size: [side, Math.min(side, 48)] } as const;
    const batches = scheduleWindows(network, grid, indices(33 * 6), { memoryMB });
    const order = batches.flatMap(({ places }) => places.map(({ index }) => index));
    expect([...order].sort((a, b) => a - b)).toEqual(indices(33 * 6));
    const step = (index: number) => [4, 2, 1].find((by) => Math.floor(index / 6) % by === 0 && (index % 6) % by === 0)!;
    const steps = order.map(step);
    expect(steps).toEqual([...steps].sort((a, b) => b - a));
    for (const { places } of batches) expect(places.length).toBeGreaterThan(0);
  });

  it('are none where a gate ends them early and many copies pay for compiling; frozen, the gate ends none', () => {
    const early: Architecture = (outputs) => {
      const builder = new GraphBuilder();
      const stem = builder.convolution('stem', 'input', 8, { kernel: 3, stride: 2, padding: 1 });
      const mean = builder.add('mean', { kind: 'globalAvgPool' }, stem);
      const gate = builder.add('gate', { kind: 'sigmoid' }, mean);
      let x = builder.add('gated', { kind: 'mul' }, stem, gate);
      for (const name of ['one', 'two', 'three']) x = builder.convolution(name, x, 16, { kernel: 3, padding: 1 });
      builder.pooledHead(x, outputs);
      return { graph: builder.graph, camNode: x };
    };
    const network = seededNetwork(early, 5, [224, 160, 3], 1);
    const grid = { tops: every(110, 2), lefts: every(78, 2), size: [5, 5] } as const;
    const rules = (count: number, gates: 'exact' | 'frozen') => {
      const batches = scheduleWindows(network, grid, indices(count), { memoryMB: 512, gates });
      const order = batches.flatMap(({ places }) => places.map(({ index }) => index));
      expect([...order].sort((a, b) => a - b)).toEqual(indices(count));
      return batches;
    };
    const whole = rules(110 * 78, 'exact').filter((batch) => 'usual' in batch.rules);
    expect(whole.length).toBeGreaterThan(8);
    for (const { rules: how, places } of whole)
      expect(places.length).toBeLessThanOrEqual('usual' in how ? how.usual : 0);
    for (const few of [rules(200, 'exact'), rules(110 * 78, 'frozen')]) {
      expect(few.filter((batch) => 'usual' in batch.rules)).toEqual([]);
    }
  });

  it('reckons a stride of 1 px on a large photo within seconds', () => {
    const graph: GraphNode[] = [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'conv', operation: convolution(), inputs: ['input'] },
      { name: 'mean', operation: { kind: 'globalAvgPool' }, inputs: ['conv'] },
    ];
    const edges = every(433, 1);
    const grid = { tops: edges, lefts: edges, size: [16, 16] } as const;
    const started = performance.now();
    const batches = scheduleWindows({ graph, inputShape: [448, 448, 3] }, grid, indices(433 ** 2), { memoryMB: 512 });
    expect(batches.reduce((sum, { places }) => sum + places.length, 0)).toBe(433 ** 2);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
