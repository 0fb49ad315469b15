import { expect, test } from 'vitest';
import { buildArchitecture } from '../../../src/explain/network/architectures';
import { layerTable } from '../../../src/explain/network/layer-table';

test('rows hold names, shapes, parameters and multiply-adds', () => {
  const inputShape = [65, 48, 3] as const;
  const rows = layerTable({ graph: buildArchitecture('mobilenet_v1_0.75', 10, inputShape).graph, inputShape });
  const row = (name: string) => rows.find((candidate) => candidate.name === name);
  expect(row('input')).toEqual({
    name: 'input',
    kind: 'input',
    title: 'input',
    inputs: [],
    shape: [65, 48, 3],
    parameters: 0,
    multiplyAdds: 0,
  });
  expect(row('conv0')).toMatchObject({
    shape: [33, 24, 24],
    parameters: 24 * 27 + 24,
    multiplyAdds: 33 * 24 * 24 * 27,
  });
  expect(row('blocks.2.depthwise')).toMatchObject({
    kind: 'conv2d',
    title: '3×3 grouped convolution, stride 2',
    inputs: ['blocks.1.pointwise.relu6'],
    shape: [17, 12, 48],
    parameters: 48 * 9 + 48,
    multiplyAdds: 17 * 12 * 48 * 9,
  });
  expect(row('avgpool')).toMatchObject({ shape: [768], parameters: 0, multiplyAdds: 0 });
  expect(row('fc')).toMatchObject({ shape: [10], parameters: 7690, multiplyAdds: 7680 });
});
