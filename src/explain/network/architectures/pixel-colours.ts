import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';

/**
 * Three detectors of colours, each seeing one pixel (a 1×1 convolution and a ReLU), global average pooling and a linear
 * head: the score is a mean over pixels of a function of each pixel's colour alone, so that what anything in a picture is
 * worth can be worked out by hand (docs/provable.md).
 */
export const pixelColours: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const colours = builder.convolution('conv1', 'input', 3, { kernel: 1, bias: true });
  const detectors = builder.relu('relu', colours);
  builder.pooledHead(detectors, outputs);
  return { graph: builder.graph, camNode: detectors };
};
