import { hintAmong } from '../../did-you-mean';
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
import { pixelColours } from './pixel-colours';
import { regnets, timmRegnets } from './regnet';
import { resnets, timmResnets } from './resnet';
import { shufflenets } from './shufflenet-v2';
import { squeezenet1_0, squeezenet1_1 } from './squeezenet';
import { swins } from './swin';
import { timmEfficientnets, timmMobilenets } from './timm-efficientnet';
import { tinyResnet } from './tiny-resnet';
import { vggs } from './vgg';
import { timmVits, vits } from './vit';

/** Architectures that a reader looks for in one place. */
interface Family {
  readonly title: string;
  readonly members: readonly ArchitectureDescription[];
}

const single = (name: string, build: ArchitectureDescription['build']) => [defineArchitecture({ name, build })];

/** A family a line: torchvision's, those of other packages under their names, this project's own. */
const families: Family[] = [
  { title: 'ResNet, ResNeXt, Wide ResNet', members: resnets },
  { title: 'AlexNet', members: [alexnet] },
  { title: 'VGG', members: vggs },
  {
    title: 'SqueezeNet',
    members: [...single('squeezenet1_0', squeezenet1_0), ...single('squeezenet1_1', squeezenet1_1)],
  },
  { title: 'GoogLeNet', members: single('googlenet', googlenet) },
  { title: 'Inception v3', members: single('inception_v3', inceptionV3) },
  { title: 'DenseNet', members: densenets },
  { title: 'MobileNet v2, v3', members: [...single('mobilenet_v2', mobilenetV2), ...mobilenetsV3] },
  { title: 'MnasNet', members: mnasnets },
  { title: 'ShuffleNet v2', members: shufflenets },
  { title: 'RegNet', members: regnets },
  { title: 'EfficientNet, v2', members: efficientnets },
  { title: 'ConvNeXt', members: convnexts },
  { title: 'ViT', members: vits },
  { title: 'Swin', members: swins },
  { title: 'ResNet with deep stems, squeeze and excitation (timm)', members: timmResnets },
  { title: 'RegNet (timm)', members: timmRegnets },
  { title: 'EfficientNet, Lite, v2 (timm; tf_: TensorFlow’s weights)', members: timmEfficientnets },
  { title: 'MobileNet v2, v3, MnasNet (timm)', members: timmMobilenets },
  { title: 'ConvNeXt (timm)', members: timmConvnexts },
  { title: 'ViT, DeiT (timm)', members: timmVits },
  { title: 'EfficientNet, Lite (efficientnet_pytorch, efficientnet_lite_pytorch)', members: efficientnetPytorch },
  {
    title: 'MobileNet v1, batch norm folded',
    members: [...single('mobilenet_v1_0.75', mobilenetV1(0.75)), ...single('mobilenet_v1_1.0', mobilenetV1(1))],
  },
  { title: 'CIFAR ResNet, of any 6n + 2 layers', members: cifarResnets },
  {
    title: 'Small networks for drawn scenes (Whylight)',
    members: [
      ...single('tiny-resnet', tinyResnet(16, [24, 48, 80])),
      ...single('nano-resnet', tinyResnet(16, [16, 20, 24])),
      ...single('nano-resnet-max', tinyResnet(16, [16, 20, 24], 'maximum')),
      ...single('nano-resnet-flat', tinyResnet(16, [16, 20, 24], 'flat')),
      ...single('pixel-colours', pixelColours),
    ],
  },
];

const list: ArchitectureDescription[] = families.flatMap(({ members }) => members);

const find = (name: string): ArchitectureDescription | null =>
  list.find((one) => one.name === name) ?? cifarResnetNamed(name);

/** Whether there is one of that name: one of the list, or a CIFAR ResNet of another depth. */
export const isArchitecture = (name: string): boolean => find(name) !== null;

/** Every family with its members' names, as `whylight networks --architectures` lists them; those added by `use` last. */
export function architectureFamilies(): readonly { readonly title: string; readonly names: readonly string[] }[] {
  const own = families.map(({ title, members }) => ({ title, names: members.map(({ name }) => name) }));
  const listed = new Set(own.flatMap(({ names }) => names));
  const added = architectureNames().filter((name) => !listed.has(name));
  return added.length === 0 ? own : [...own, { title: 'Added', names: added }];
}

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
  const architecture = find(name);
  if (architecture === null) {
    const names = architectureNames();
    throw new WhylightError(`unknown architecture: ${name} (known: ${listAllowed(names)}${hintAmong(name, names)})`);
  }
  return architecture.build(classes, inputShape);
}
