import { listAllowed, WhylightError } from '../../errors';
import type { Architecture, Built } from './architecture';
import { densenet } from './densenet';
import { googlenet } from './googlenet';
import { inceptionV3 } from './inception-v3';
import { mobilenetV1 } from './mobilenet-v1';
import { mobilenetV2 } from './mobilenet-v2';
import { cifarResnet, resnet, tinyResnet } from './resnet';
import { squeezenet1_0, squeezenet1_1 } from './squeezenet';
import { vgg } from './vgg';

/** Every architecture a network card can name. */
export const architectures: Readonly<Record<string, Architecture>> = {
  resnet18: resnet([2, 2, 2, 2], 'basic'),
  resnet34: resnet([3, 4, 6, 3], 'basic'),
  resnet50: resnet([3, 4, 6, 3], 'bottleneck'),
  resnet101: resnet([3, 4, 23, 3], 'bottleneck'),
  squeezenet1_0,
  squeezenet1_1,
  vgg16: vgg([2, 2, 3, 3, 3]),
  googlenet,
  densenet121: densenet([6, 12, 24, 16]),
  inception_v3: inceptionV3,
  mobilenet_v2: mobilenetV2,
  'mobilenet_v1_0.75': mobilenetV1(0.75),
  'mobilenet_v1_1.0': mobilenetV1(1),
  'resnet20-cifar': cifarResnet(3),
  'tiny-resnet': tinyResnet(16, [24, 48, 80]),
  'nano-resnet': tinyResnet(16, [16, 20, 24]),
  'nano-resnet-max': tinyResnet(16, [16, 20, 24], 'maximum'),
  'nano-resnet-flat': tinyResnet(16, [16, 20, 24], 'flat'),
};

/**
 * Builds a graph.
 *
 * @param classes number of raw outputs.
 * @throws WhylightError for an unknown name.
 */
export function buildArchitecture(name: string, classes: number, inputShape: readonly [number, number, 3]): Built {
  const architecture = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (architecture === undefined) {
    throw new WhylightError(`unknown architecture: ${name} (known: ${listAllowed(Object.keys(architectures), 40)})`);
  }
  return architecture(classes, inputShape);
}
