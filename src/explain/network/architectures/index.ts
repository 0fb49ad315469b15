import { listAllowed, WhylightError } from '../../errors';
import { alexnet } from './alexnet';
import { type ArchitectureDescription, type Built, defineArchitecture } from './architecture';
import { cifarResnetNamed, cifarResnets } from './cifar-resnet';
import { convnexts, timmConvnexts } from './convnext';
import { densenets } from './densenet';
import { efficientnets } from './efficientnet';
import { efficientnetPytorch } from './efficientnet-pytorch';
import { googlenet } from './googlenet';
import { inceptionV3 } from './inception-v3';
import { mnasnets } from './mnasnet';
import { mobilenetV1 } from './mobilenet-v1';
import { mobilenetV2 } from './mobilenet-v2';
import { mobilenetsV3 } from './mobilenet-v3';
import { regnets, timmRegnets } from './regnet';
import { resnets, timmResnets } from './resnet';
import { squeezenet1_0, squeezenet1_1 } from './squeezenet';
import { timmEfficientnets, timmMobilenets } from './timm-efficientnet';
import { tinyResnet } from './tiny-resnet';
import { vggs } from './vgg';

/** A family a line: torchvision's, those of other packages under their names, this project's own. */
const list: ArchitectureDescription[] = [
  ...resnets,
  alexnet,
  ...vggs,
  defineArchitecture({ name: 'squeezenet1_0', build: squeezenet1_0 }),
  defineArchitecture({ name: 'squeezenet1_1', build: squeezenet1_1 }),
  defineArchitecture({ name: 'googlenet', build: googlenet }),
  defineArchitecture({ name: 'inception_v3', build: inceptionV3 }),
  ...densenets,
  defineArchitecture({ name: 'mobilenet_v2', build: mobilenetV2 }),
  ...mobilenetsV3,
  ...mnasnets,
  ...regnets,
  ...efficientnets,
  ...convnexts,
  ...timmResnets,
  ...timmRegnets,
  ...timmEfficientnets,
  ...timmMobilenets,
  ...timmConvnexts,
  ...efficientnetPytorch,
  defineArchitecture({ name: 'mobilenet_v1_0.75', build: mobilenetV1(0.75) }),
  defineArchitecture({ name: 'mobilenet_v1_1.0', build: mobilenetV1(1) }),
  ...cifarResnets,
  defineArchitecture({ name: 'tiny-resnet', build: tinyResnet(16, [24, 48, 80]) }),
  defineArchitecture({ name: 'nano-resnet', build: tinyResnet(16, [16, 20, 24]) }),
  defineArchitecture({ name: 'nano-resnet-max', build: tinyResnet(16, [16, 20, 24], 'maximum') }),
  defineArchitecture({ name: 'nano-resnet-flat', build: tinyResnet(16, [16, 20, 24], 'flat') }),
];

/** The names that a card can give: in order, those added by `use` last. */
export const architectureNames = (): readonly string[] => list.map(({ name }) => name);

/**
 * Adds an architecture for as long as the program runs.
 * @param replaces puts it in the place of the one of its name. Default false.
 * @throws WhylightError for a description that lacks a part, and for a name that there is.
 */
export function addArchitecture({ role, name, build }: ArchitectureDescription, replaces = false): void {
  if (typeof name !== 'string' || name === '' || typeof build !== 'function') {
    throw new WhylightError('an architecture needs a name and a function build (defineArchitecture)');
  }
  const place = architectureNames().indexOf(name);
  if (!replaces && place >= 0) throw new WhylightError(`there is an architecture ${name} already`);
  list.splice(replaces ? place : list.length, replaces ? 1 : 0, { role, name, build });
}

/**
 * Builds a graph.
 *
 * @param classes number of raw outputs.
 * @throws WhylightError for an unknown name.
 */
export function buildArchitecture(name: string, classes: number, inputShape: readonly [number, number, number]): Built {
  const architecture = list.find((one) => one.name === name) ?? cifarResnetNamed(name);
  if (architecture === null) {
    throw new WhylightError(`unknown architecture: ${name} (known: ${listAllowed(architectureNames(), 40)})`);
  }
  return architecture.build(classes, inputShape);
}
