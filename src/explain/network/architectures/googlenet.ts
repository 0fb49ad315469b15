import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';
import { basicConvolution, transformInput, withoutModules } from './inception-parts';

/** Filters: 1×1; before and of the 3×3; before and of the second 3×3; after the pool. */
type Widths = readonly [number, number, number, number, number, number];
type Layer = readonly [name: string, widths: Widths] | readonly [name: string, kernel: number];

const LAYERS: readonly Layer[] = [
  ['inception3a', [64, 96, 128, 16, 32, 32]],
  ['inception3b', [128, 128, 192, 32, 96, 64]],
  ['maxpool3', 3],
  ['inception4a', [192, 96, 208, 16, 48, 64]],
  ['inception4b', [160, 112, 224, 24, 64, 64]],
  ['inception4c', [128, 128, 256, 24, 64, 64]],
  ['inception4d', [112, 144, 288, 32, 64, 64]],
  ['inception4e', [256, 160, 320, 32, 128, 128]],
  ['maxpool4', 2],
  ['inception5a', [256, 160, 320, 32, 128, 128]],
  ['inception5b', [384, 192, 384, 48, 128, 128]],
];

/** The third branch has 3×3 kernels where the paper has 5×5, as in torchvision's weights. */
function inception(builder: GraphBuilder, name: string, from: string, widths: Widths): string {
  const [one, before3, three, before5, five, pooled] = widths;
  const narrow = (branch: string, input: string, filters: number) =>
    basicConvolution(builder, `${name}.${branch}`, input, filters, { kernel: 1 });
  const wide = (branch: string, input: string, filters: number) =>
    basicConvolution(builder, `${name}.${branch}`, input, filters, { kernel: 3, padding: 1 });
  const branch1 = narrow('branch1', from, one);
  const branch2 = wide('branch2.1', narrow('branch2.0', from, before3), three);
  const branch3 = wide('branch3.1', narrow('branch3.0', from, before5), five);
  const largest = builder.maxPool(`${name}.branch4.0`, from, { kernel: 3, stride: 1, padding: 1, ceil: true });
  return builder.concat(`${name}.concat`, branch1, branch2, branch3, narrow('branch4.1', largest, pooled));
}

/** Szegedy et al. 2014 (arXiv:1409.4842) with batch norm, in torchvision's layout; heads for training alone left out. */
export const googlenet: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const pool = (name: string, from: string, kernel: number) =>
    builder.maxPool(name, from, { kernel, stride: 2, ceil: true });
  let x = basicConvolution(builder, 'conv1', transformInput(builder), 64, { kernel: 7, stride: 2, padding: 3 });
  x = pool('maxpool1', x, 3);
  x = basicConvolution(builder, 'conv2', x, 64, { kernel: 1 });
  x = basicConvolution(builder, 'conv3', x, 192, { kernel: 3, padding: 1 });
  x = pool('maxpool2', x, 3);
  for (const [name, layer] of LAYERS) {
    x = typeof layer === 'number' ? pool(name, x, layer) : inception(builder, name, x, layer);
  }
  builder.pooledHead(x, outputs);
  return { graph: builder.graph, camNode: x, parameterName: withoutModules('aux1', 'aux2') };
};
