import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/**
 * The CIFAR ResNet of the paper (6n + 2 layers) with option A shortcuts: every second row and column,
 * and zeros for the new channels. The head is `linear`.
 */
function cifarResnet(blocksPerStage: number): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    let x = builder.convolution('conv1', 'input', 16, { kernel: 3, padding: 1 });
    x = builder.relu('relu', builder.batchNorm('bn1', x));
    [16, 32, 64].forEach((width, stage) => {
      for (let i = 0; i < blocksPerStage; i++) {
        const name = `layer${stage + 1}.${i}`;
        const stride = i === 0 && stage > 0 ? 2 : 1;
        let y = builder.convolution(`${name}.conv1`, x, width, { kernel: 3, stride, padding: 1 });
        y = builder.relu(`${name}.relu1`, builder.batchNorm(`${name}.bn1`, y));
        y = builder.batchNorm(`${name}.bn2`, builder.convolution(`${name}.conv2`, y, width, { kernel: 3, padding: 1 }));
        const side = stride === 1 ? x : optionA(builder, name, x, width);
        x = builder.relu(`${name}.relu2`, builder.add(`${name}.add`, { kind: 'add' }, y, side));
      }
    });
    builder.pooledHead(x, outputs, 'linear');
    return { graph: builder.graph, camNode: x };
  };
}

function optionA(builder: GraphBuilder, name: string, from: string, width: number): string {
  const thinned = builder.add(`${name}.shortcut.subsample`, { kind: 'subsample', stride: [2, 2] }, from);
  const channels = [width / 4, width / 4] as const;
  return builder.add(`${name}.shortcut.pad`, { kind: 'pad', padding: [0, 0, 0, 0], channels }, thinned);
}

/** `resnet20-cifar` and all others of 6n + 2 layers. */
const CIFAR_NAME = /^resnet([1-9]\d{0,3})-cifar$/;

/** The CIFAR ResNet of a name, of any depth that there can be; null for other names. */
export function cifarResnetNamed(name: string): ArchitectureDescription | null {
  const layers = Number(CIFAR_NAME.exec(name)?.[1] ?? 0);
  return layers >= 8 && (layers - 2) % 6 === 0
    ? defineArchitecture({ name, build: cifarResnet((layers - 2) / 6) })
    : null;
}

/** Those of the paper. */
export const cifarResnets: readonly ArchitectureDescription[] = [20, 32, 44, 56, 110].map(
  (layers) => cifarResnetNamed(`resnet${layers}-cifar`)!,
);
