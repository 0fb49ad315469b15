import { expect, test } from 'vitest';
import { buildArchitecture } from '../../../../src/explain/network/architectures';
import { reachedSpans } from '../../../../src/explain/network/executors/window-cells';
import { planWindows } from '../../../../src/explain/network/executors/window-plan';
import { slidingLength } from '../../../../src/explain/network/kernels/sliding';
import { layerTable } from '../../../../src/explain/network/layer-table';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { seededRandom } from '../../../../src/explain/random';

test('the outputs that a change reaches are those that read a changed cell, on 2,000 random layers', () => {
  const random = seededRandom(4);
  const draw = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  for (let i = 0; i < 2000; i++) {
    const [kernel, stride, dilation] = [draw(1, 5), draw(1, 4), draw(1, 3)];
    const extent = (kernel - 1) * dilation + 1;
    const [length, before] = [draw(extent, 40), draw(0, extent)];
    const start = draw(0, length - 1);
    const change = { start, length: draw(1, length - start) };
    const outputs = slidingLength(length, kernel, stride, before, before, { dilation });
    const reach = { extent: [extent, 1], stride: [stride, 1], before: [before, 0] } as const;
    const [span] = reachedSpans([change, change], reach);
    for (let output = 0; output < outputs; output++) {
      const first = output * stride - before;
      const last = first + extent - 1;
      const overlaps = last >= change.start && first <= change.start + change.length - 1;
      expect(output >= span.start && output < span.start + span.length).toBe(overlaps);
    }
  }
});

test('on ResNet-18 windows last until the third stage, and save half of the work before it', () => {
  const shape = [224, 224, 3] as const;
  const { graph } = buildArchitecture('resnet18', 1000, shape);
  const span = { start: 0, length: 16 };
  const { windows, whole } = planWindows(graph, nodeShapes(graph, shape), [span, span], { period: 16, share: 0.7 });
  expect(windows.has('layer2.1.conv2')).toBe(true);
  expect(windows.has('layer3.0.conv1')).toBe(true);
  expect(whole.has('layer4.0.conv1')).toBe(true);
  expect(windows.size + whole.size).toBe(graph.length);
  const shapes = nodeShapes(graph, shape);
  let [needed, all] = [0, 0];
  for (const { name, multiplyAdds } of layerTable({ graph, inputShape: shape })) {
    if (whole.has(name)) continue;
    const { spans } = windows.get(name)!;
    const [height, width] = shapes.get(name)! as [number, number];
    needed += (multiplyAdds * spans[0].length * spans[1].length) / (height * width);
    all += multiplyAdds;
  }
  expect(needed).toBeLessThan(0.5 * all);
});

test('a stride that does not divide the period, and whatever reads a whole map, runs whole', () => {
  const { graph } = buildArchitecture('resnet18', 10, [64, 64, 3]);
  const span = { start: 0, length: 1 };
  const { windows } = planWindows(graph, nodeShapes(graph, [64, 64, 3]), [span, span], { period: 2, share: 1 });
  expect([...windows.values()].every(({ stride }) => stride.every((px) => px <= 2))).toBe(true);
  expect(windows.has('conv1')).toBe(true);
  expect(windows.has('layer2.0.conv1')).toBe(false);
});
