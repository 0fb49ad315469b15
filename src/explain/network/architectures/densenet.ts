import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/** A 1×1 and a 3×3 convolution, each after batch norm and ReLU; its maps come after those that it reads. */
function denseLayer(builder: GraphBuilder, name: string, from: string, growth: number): string {
  let x = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.norm1`, from));
  x = builder.convolution(`${name}.conv1`, x, 4 * growth, { kernel: 1 });
  x = builder.relu(`${name}.relu2`, builder.batchNorm(`${name}.norm2`, x));
  x = builder.convolution(`${name}.conv2`, x, growth, { kernel: 3, padding: 1 });
  return builder.concat(`${name}.concat`, from, x);
}

/** The names in torchvision's published files, which are older than its code: `denselayer1.norm.1.weight`. */
const modernName = (published: string) => published.replace(/(denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.');

/**
 * Huang et al. 2016 (arXiv:1608.06993) in torchvision's layout.
 *
 * @param blocks layers in each dense block
 * @param growth channels that a layer adds
 */
function densenet(blocks: readonly number[], growth = 32): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let channels = 2 * growth;
    let x = builder.convolution('features.conv0', 'input', channels, { kernel: 7, stride: 2, padding: 3 });
    x = builder.relu('features.relu0', builder.batchNorm('features.norm0', x));
    x = builder.maxPool('features.pool0', x, { kernel: 3, stride: 2, padding: 1 });
    blocks.forEach((layers, i) => {
      for (let l = 1; l <= layers; l++)
        x = denseLayer(builder, `features.denseblock${i + 1}.denselayer${l}`, x, growth);
      channels += layers * growth;
      if (i === blocks.length - 1) return;
      const name = `features.transition${i + 1}`;
      channels = channels >> 1;
      x = builder.relu(`${name}.relu`, builder.batchNorm(`${name}.norm`, x));
      x = builder.convolution(`${name}.conv`, x, channels, { kernel: 1 });
      x = builder.avgPool(`${name}.pool`, x, { kernel: 2, stride: 2 });
    });
    x = builder.relu('relu', builder.batchNorm('features.norm5', x));
    builder.pooledHead(x, outputs, 'classifier');
    return { graph: builder.graph, camNode: x, parameterName: modernName };
  };
}

export const densenets: readonly ArchitectureDescription[] = [
  defineArchitecture({ name: 'densenet121', build: densenet([6, 12, 24, 16]) }),
  defineArchitecture({ name: 'densenet161', build: densenet([6, 12, 36, 24], 48) }),
  defineArchitecture({ name: 'densenet169', build: densenet([6, 12, 32, 32]) }),
  defineArchitecture({ name: 'densenet201', build: densenet([6, 12, 48, 32]) }),
];
