import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/** `[place in features, filters, kernel, stride, padding]`. */
const CONVOLUTIONS = [
  [0, 64, 11, 4, 2],
  [3, 192, 5, 1, 2],
  [6, 384, 3, 1, 1],
  [8, 256, 3, 1, 1],
  [10, 256, 3, 1, 1],
] as const;

/**
 * Krizhevsky 2014 (arXiv:1404.5997) in torchvision's layout. The dense layers read where a feature lies, so there is
 * no class activation map.
 */
const build: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  let x = 'input';
  for (const [at, filters, kernel, stride, padding] of CONVOLUTIONS) {
    x = builder.convolution(`features.${at}`, x, filters, { kernel, stride, padding, bias: true });
    x = builder.relu(`features.${at + 1}`, x);
    if ([0, 3, 10].includes(at)) x = builder.maxPool(`features.${at + 2}`, x, { kernel: 3, stride: 2 });
  }
  x = builder.add('avgpool', { kind: 'adaptiveAvgPool', size: [6, 6] }, x);
  x = builder.add('flatten', { kind: 'flatten' }, x);
  x = builder.relu('classifier.2', builder.dense('classifier.1', x, 4096));
  x = builder.relu('classifier.5', builder.dense('classifier.4', x, 4096));
  builder.dense('classifier.6', x, outputs);
  return { graph: builder.graph, camNode: null };
};

export const alexnet: ArchitectureDescription = defineArchitecture({ name: 'alexnet', build });
