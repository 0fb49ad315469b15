import { describe, expect, test } from 'vitest';
import { parameterBlocks, redrawnNetworks } from '../../../src/explain/measures/redraw';
import { buildArchitecture } from '../../../src/explain/network/architectures';
import { tinyResnet } from '../../../src/explain/network/architectures/tiny-resnet';
import { parameterShapes } from '../../../src/explain/network/parameter-shapes';
import { randomParameters } from '../../../src/explain/network/random-parameters';
import { linearNetwork, seededNetwork } from '../../support/networks';

const network = seededNetwork(tinyResnet(3, [4, 5, 6]), 3, [24, 24, 3], 1);

describe('blocks are groups of layers by their names, cut where none holds more than half of them', () => {
  test.each([
    ['tiny-resnet', ['conv1', 'layer1', 'layer2', 'layer3', 'fc']],
    ['resnet18', ['conv1', 'layer1', 'layer2', 'layer3', 'layer4', 'fc']],
    [
      'squeezenet1_0',
      ['0', '3', '4', '5', '7', '8', '9', '10', '12'].map((at) => `features.${at}`).concat('classifier.1'),
    ],
    ['vgg16', ['features.0', 'features.2', 'features.5', 'features.7']],
    ['densenet121', ['features.conv0', 'features.denseblock1', 'features.transition1', 'features.denseblock2']],
    ['vit_b_16', []],
  ])('%s', (architecture, names) => {
    const side = architecture === 'vit_b_16' ? 224 : 64;
    const inputShape = [side, side, 3] as const;
    const { graph } = buildArchitecture(architecture, 3, inputShape);
    const blocks = parameterBlocks({ graph, inputShape });
    const all = [...parameterShapes(graph, inputShape).keys()];
    expect(blocks.flatMap(({ parameters }) => parameters).sort()).toEqual(all.sort());
    expect(blocks.map(({ name }) => name).slice(0, names.length)).toEqual(names);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
  });

  test('of one layer: that layer', () => {
    const one = linearNetwork([2, 2], new Float32Array(24), [0, 0]);
    expect(parameterBlocks(one)).toEqual([{ name: 'fc', parameters: ['fc.weight', 'fc.bias'] }]);
    expect(() => parameterBlocks({ graph: [one.graph[0]!], inputShape: [2, 2, 3] })).toThrow('nothing to draw anew');
  });
});

describe.each(['initial', 'permuted'] as const)('%s', (redraw) => {
  const up = redrawnNetworks(network, { order: 'bottom-up', redraw, seed: 5 });
  const down = redrawnNetworks(network, { order: 'top-down', redraw, seed: 5 });
  const changed = (other: typeof network) =>
    [...network.parameters.keys()].filter((name) => other.parameters.get(name) !== network.parameters.get(name));

  test('one block more is drawn anew each time, from either end, and the last networks are alike', () => {
    const blocks = parameterBlocks(network);
    for (const [i, other] of up.entries())
      expect(changed(other)).toEqual(blocks.slice(0, i + 1).flatMap(({ parameters }) => parameters));
    for (const [i, other] of down.entries())
      expect(changed(other).sort()).toEqual(
        blocks
          .slice(blocks.length - 1 - i)
          .flatMap(({ parameters }) => parameters)
          .sort(),
      );
    expect(new Map([...up.at(-1)!.parameters].sort())).toEqual(new Map([...down.at(-1)!.parameters].sort()));
    expect(up).toEqual(redrawnNetworks(network, { order: 'bottom-up', redraw, seed: 5 }));
    const [first] = redrawnNetworks(network, { order: 'bottom-up', redraw, seed: 6 });
    expect(first!.parameters.get('conv1.weight')).not.toEqual(up[0]!.parameters.get('conv1.weight'));
  });

  test('what is drawn is what it says', () => {
    const { parameters } = up.at(-1)!;
    if (redraw === 'initial') expect(parameters).toEqual(randomParameters(network.graph, network.inputShape, 5));
    for (const [name, { values }] of redraw === 'permuted' ? network.parameters : []) {
      expect(parameters.get(name)!.values.slice().sort()).toEqual(values.slice().sort());
      if (values.length > 20) expect(parameters.get(name)!.values).not.toEqual(values);
    }
  });
});
