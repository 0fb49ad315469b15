import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';

interface Fire {
  readonly squeeze: number;
  readonly expand: number;
}

type Layer = Fire | 'pool';

function fire(builder: GraphBuilder, name: string, from: string, { squeeze, expand }: Fire): string {
  const narrow = builder.convolution(`${name}.squeeze`, from, squeeze, { kernel: 1, bias: true });
  const squeezed = builder.relu(`${name}.squeeze_activation`, narrow);
  const one = builder.convolution(`${name}.expand1x1`, squeezed, expand, { kernel: 1, bias: true });
  const three = builder.convolution(`${name}.expand3x3`, squeezed, expand, { kernel: 3, padding: 1, bias: true });
  const parts = [
    builder.relu(`${name}.expand1x1_activation`, one),
    builder.relu(`${name}.expand3x3_activation`, three),
  ];
  return builder.add(`${name}.concat`, { kind: 'concat' }, ...parts);
}

const fires = (...sizes: readonly (readonly [number, number])[]): Fire[] =>
  sizes.map(([squeeze, expand]) => ({ squeeze, expand }));

/**
 * Iandola et al. 2016 (arXiv:1602.07360) in torchvision's layout: the class scores are the averages of the maps
 * after the last ReLU (`classifier.2`), so those maps are the class activation maps themselves.
 */
function squeezenet(stem: { filters: number; kernel: number }, layers: readonly Layer[]): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('features.0', 'input', stem.filters, { kernel: stem.kernel, stride: 2, bias: true });
    x = builder.relu('features.1', x);
    layers.forEach((layer, i) => {
      const name = `features.${i + 2}`;
      x =
        layer === 'pool'
          ? builder.maxPool(name, x, { kernel: 3, stride: 2, ceil: true })
          : fire(builder, name, x, layer);
    });
    x = builder.convolution('classifier.1', x, outputs, { kernel: 1, bias: true });
    x = builder.relu('classifier.2', x);
    builder.add('classifier.3', { kind: 'globalAvgPool' }, x);
    return { graph: builder.graph, camNode: 'classifier.2' };
  };
}

export const squeezenet1_0 = squeezenet({ filters: 96, kernel: 7 }, [
  'pool',
  ...fires([16, 64], [16, 64], [32, 128]),
  'pool',
  ...fires([32, 128], [48, 192], [48, 192], [64, 256]),
  'pool',
  ...fires([64, 256]),
]);

export const squeezenet1_1 = squeezenet({ filters: 64, kernel: 3 }, [
  'pool',
  ...fires([16, 64], [16, 64]),
  'pool',
  ...fires([32, 128], [32, 128]),
  'pool',
  ...fires([48, 192], [48, 192], [64, 256], [64, 256]),
]);
