import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { EFFICIENTNET_SCALES } from './efficientnet-pytorch';
import { type BlockStyle, layer, type MobileBlock, mobileBlock } from './mobile-block';
import { torchvisionBlock, torchvisionLayer } from './torchvision-names';

/** `[fused, expansion, kernel, stride, filters, blocks]`. */
type Stage = readonly [
  fused: boolean,
  expansion: number,
  kernel: number,
  stride: number,
  filters: number,
  blocks: number,
];

const B0: readonly Stage[] = [
  [false, 1, 3, 1, 16, 1],
  [false, 6, 3, 2, 24, 2],
  [false, 6, 5, 2, 40, 2],
  [false, 6, 3, 2, 80, 3],
  [false, 6, 5, 1, 112, 3],
  [false, 6, 5, 2, 192, 4],
  [false, 6, 3, 1, 320, 1],
];

const V2_S: readonly Stage[] = [
  [true, 1, 3, 1, 24, 2],
  [true, 4, 3, 2, 48, 4],
  [true, 4, 3, 2, 64, 4],
  [false, 4, 3, 2, 128, 6],
  [false, 6, 3, 1, 160, 9],
  [false, 6, 3, 2, 256, 15],
];

const V2_M: readonly Stage[] = [
  [true, 1, 3, 1, 24, 3],
  [true, 4, 3, 2, 48, 5],
  [true, 4, 3, 2, 80, 5],
  [false, 4, 3, 2, 160, 7],
  [false, 6, 3, 1, 176, 14],
  [false, 6, 3, 2, 304, 18],
  [false, 6, 3, 1, 512, 5],
];

const V2_L: readonly Stage[] = [
  [true, 1, 3, 1, 32, 4],
  [true, 4, 3, 2, 64, 7],
  [true, 4, 3, 2, 96, 7],
  [false, 4, 3, 2, 192, 10],
  [false, 6, 3, 1, 224, 19],
  [false, 6, 3, 2, 384, 25],
  [false, 6, 3, 1, 640, 7],
];

interface Network {
  readonly stages: readonly Stage[];
  readonly stem: number;
  readonly last: number;
  readonly epsilon: number;
}

function formOf(fused: boolean, expansion: number): MobileBlock['form'] {
  if (fused) return expansion === 1 ? 'plain' : 'fused';
  return expansion === 1 ? 'separable' : 'inverted';
}

/** Every block under its name. */
function* blocksOf({ stages, stem }: Network): Generator<readonly [name: string, block: MobileBlock]> {
  let before = stem;
  for (const [stage, [fused, expansion, kernel, firstStride, filters, blocks]] of stages.entries()) {
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? firstStride : 1;
      const block: MobileBlock = {
        form: formOf(fused, expansion),
        kernel,
        stride,
        wide: roundChannels(before * expansion),
        filters,
        squeezed: fused ? null : Math.max(1, Math.floor(before / 4)),
        activation: 'silu',
        skip: stride === 1 && before === filters,
      };
      yield [`features.${stage + 1}.${i}`, block];
      before = filters;
    }
  }
}

/** Tan and Le 2019 and 2021 (arXiv:1905.11946, arXiv:2104.00298) in torchvision's layout. */
function efficientnet(network: Network): Architecture {
  const { stages, stem, last, epsilon } = network;
  const style: BlockStyle = { epsilon, squeezeActivation: 'silu' };
  const active = { activation: 'silu' } as const;
  return (outputs) => {
    const builder = new GraphBuilder();
    const first = { filters: stem, kernel: 3, stride: 2, ...active };
    let x = layer(builder, torchvisionLayer('features.0'), 'input', first, style);
    for (const [name, block] of blocksOf(network)) {
      x = mobileBlock(builder, torchvisionBlock(name, block), x, block, style);
    }
    const head = { filters: last, kernel: 1, ...active };
    x = layer(builder, torchvisionLayer(`features.${stages.length + 1}`), x, head, style);
    builder.pooledHead(x, outputs, 'classifier.1');
    return { graph: builder.graph, camNode: x };
  };
}

function scaled(size: number): Network {
  const [width, depth] = EFFICIENTNET_SCALES[size]!;
  const stages = B0.map(
    ([fused, expansion, kernel, stride, filters, blocks]) =>
      [fused, expansion, kernel, stride, roundChannels(filters * width), Math.ceil(blocks * depth)] as const,
  );
  const last = 4 * stages.at(-1)![4];
  return { stages, stem: roundChannels(32 * width), last, epsilon: size >= 5 ? 1e-3 : 1e-5 };
}

const v2 = { last: 1280, epsilon: 1e-3 };

export const efficientnets: readonly ArchitectureDescription[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((size) =>
    defineArchitecture({ name: `efficientnet_b${size}`, build: efficientnet(scaled(size)) }),
  ),
  defineArchitecture({ name: 'efficientnet_v2_s', build: efficientnet({ stages: V2_S, stem: 24, ...v2 }) }),
  defineArchitecture({ name: 'efficientnet_v2_m', build: efficientnet({ stages: V2_M, stem: 24, ...v2 }) }),
  defineArchitecture({ name: 'efficientnet_v2_l', build: efficientnet({ stages: V2_L, stem: 32, ...v2 }) }),
];
