import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/**
 * Simonyan and Zisserman 2014 (arXiv:1409.1556) in torchvision's layout: stages of 3×3
 * convolutions, max-pools between them, and three dense layers on the last 7×7 map (averaged to 7×7 where the input
 * is not 224 px). The dense layers read where a feature lies, so there is no class activation map.
 *
 * @param stages convolutions in each stage
 * @param options `norm`: batch norm after each convolution; default none
 */
export function vgg(
  stages: readonly number[],
  { hidden = 4096, norm = false }: { readonly hidden?: number; readonly norm?: boolean } = {},
): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let [x, at] = ['input', 0];
    const next = () => `features.${at++}`;
    stages.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        x = builder.convolution(next(), x, Math.min(512, 64 << stage), { kernel: 3, padding: 1, bias: true });
        if (norm) x = builder.batchNorm(next(), x);
        x = builder.relu(next(), x);
      }
      x = builder.maxPool(next(), x, { kernel: 2, stride: 2 });
    });
    x = builder.add('avgpool', { kind: 'adaptiveAvgPool', size: [7, 7] }, x);
    x = builder.add('flatten', { kind: 'flatten' }, x);
    x = builder.relu('classifier.1', builder.dense('classifier.0', x, hidden));
    x = builder.relu('classifier.4', builder.dense('classifier.3', x, hidden));
    builder.dense('classifier.6', x, outputs);
    return { graph: builder.graph, camNode: null };
  };
}

const STAGES = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const;

export const vggs: readonly ArchitectureDescription[] = Object.entries(STAGES).flatMap(([name, stages]) => [
  defineArchitecture({ name, build: vgg(stages) }),
  defineArchitecture({ name: `${name}_bn`, build: vgg(stages, { norm: true }) }),
]);
