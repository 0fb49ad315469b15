import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { type LayerNames, layer, type SqueezeNames, squeezeExcite } from './mobile-block';

/** `[depth, w0, wa, wm, channels of a group]`, as the paper names them. */
type Size = readonly [depth: number, w0: number, wa: number, wm: number, group: number];

interface Stage {
  readonly blocks: number;
  readonly width: number;
  readonly group: number;
}

const halfToEven = (value: number) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/**
 * Widths on a line, w0 + wa · i, each taken to the nearest w0 · wm^k and to a multiple of 8; equal ones are a stage.
 * @param whole a width as a multiple of its groups'
 */
function stagesOf([depth, w0, wa, wm, group]: Size, whole: Names['whole']): Stage[] {
  const widths = Array.from({ length: depth }, (_, i) => {
    const power = halfToEven(Math.log((w0 + wa * i) / w0) / Math.log(wm));
    return 8 * halfToEven((w0 * wm ** power) / 8);
  });
  return [...new Set(widths)].map((width) => {
    const groupWidth = Math.min(group, width);
    return {
      blocks: widths.filter((one) => one === width).length,
      width: whole(width, groupWidth),
      group: groupWidth,
    };
  });
}

/** How a library names the parts, and rounds. */
interface Names {
  readonly stem: LayerNames;
  readonly block: (stage: number, index: number) => string;
  /** Of a layer of a block: `a`, `b`, `c` one after another, and the shortcut's. */
  readonly layer: (block: string, part: 'a' | 'b' | 'c' | 'shortcut') => LayerNames;
  readonly squeeze: (block: string) => SqueezeNames;
  readonly head: string;
  /** A width as a multiple of its groups'. */
  readonly whole: (width: number, group: number) => number;
}

const torchvision: Names = {
  stem: ['stem.0', 'stem.1', 'stem.2'],
  block: (stage, index) => `trunk_output.block${stage}.block${stage}-${index}`,
  layer: (block, part) => {
    const name = part === 'shortcut' ? `${block}.proj` : `${block}.f.${part}`;
    return [`${name}.0`, `${name}.1`, `${name}.2`];
  },
  squeeze: (block) => [`${block}.f.se`, `${block}.f.se.fc1`, `${block}.f.se.fc2`],
  head: 'fc',
  whole: (width, group) => roundChannels(width, group),
};

const TIMM_PARTS = { a: 'conv1', b: 'conv2', c: 'conv3', shortcut: 'downsample' } as const;

const timm: Names = {
  stem: ['stem.conv', 'stem.bn', 'stem.relu'],
  block: (stage, index) => `s${stage}.b${index + 1}`,
  layer: (block, part) => {
    const name = `${block}.${TIMM_PARTS[part]}`;
    return [`${name}.conv`, `${name}.bn`, `${name}.relu`];
  },
  squeeze: (block) => [`${block}.se`, `${block}.se.fc1`, `${block}.se.fc2`],
  head: 'head.fc',
  whole: (width, group) => group * halfToEven(width / group),
};

interface Variant {
  readonly squeeze: boolean;
  readonly names: Names;
}

/** Radosavovic et al. 2020 (arXiv:2003.13678); Y has a squeeze and excitation in each block. */
function regnet(size: Size, { squeeze, names }: Variant): Architecture {
  const style = { epsilon: 1e-5 };
  return (outputs) => {
    const builder = new GraphBuilder();
    let before = 32;
    let x = layer(builder, names.stem, 'input', { filters: before, kernel: 3, stride: 2, activation: 'relu' }, style);
    stagesOf(size, names.whole).forEach(({ blocks, width, group }, stage) => {
      for (let i = 0; i < blocks; i++) {
        const name = names.block(stage + 1, i);
        const stride = i === 0 ? 2 : 1;
        const part = (at: 'a' | 'b' | 'c' | 'shortcut', from: string, options: Partial<Parameters<typeof layer>[3]>) =>
          layer(
            builder,
            names.layer(name, at),
            from,
            { filters: width, kernel: 1, activation: 'relu', ...options },
            style,
          );
        const side = i === 0 ? part('shortcut', x, { stride, activation: null }) : x;
        let y = part('b', part('a', x, {}), { kernel: 3, stride, groups: width / group });
        if (squeeze) y = squeezeExcite(builder, names.squeeze(name), y, width, halfToEven(before / 4), {});
        y = part('c', y, { activation: null });
        x = builder.relu(`${name}.relu`, builder.add(`${name}.add`, { kind: 'add' }, side, y));
        before = width;
      }
    });
    builder.pooledHead(x, outputs, names.head);
    return { graph: builder.graph, camNode: x };
  };
}

const X: Readonly<Record<string, Size>> = {
  '002': [13, 24, 36.44, 2.49, 8],
  '004': [22, 24, 24.48, 2.54, 16],
  '006': [16, 48, 36.97, 2.24, 24],
  '008': [16, 56, 35.73, 2.28, 16],
  '016': [18, 80, 34.01, 2.25, 24],
  '032': [25, 88, 26.31, 2.25, 48],
  '040': [23, 96, 38.65, 2.43, 40],
  '064': [17, 184, 60.83, 2.07, 56],
  '080': [23, 80, 49.56, 2.88, 120],
  '120': [19, 168, 73.36, 2.37, 112],
  '160': [22, 216, 55.59, 2.1, 128],
  '320': [23, 320, 69.86, 2, 168],
};

const Y: Readonly<Record<string, Size>> = {
  '002': [13, 24, 36.44, 2.49, 8],
  '004': [16, 48, 27.89, 2.09, 8],
  '006': [15, 48, 32.54, 2.32, 16],
  '008': [14, 56, 38.84, 2.4, 16],
  '016': [27, 48, 20.71, 2.65, 24],
  '032': [21, 80, 42.63, 2.66, 24],
  '040': [22, 96, 31.41, 2.24, 64],
  '064': [25, 112, 33.22, 2.27, 72],
  '080': [17, 192, 76.82, 2.19, 56],
  '120': [19, 168, 73.36, 2.37, 112],
  '160': [18, 200, 106.23, 2.48, 112],
  '320': [20, 232, 115.89, 2.53, 232],
  '640': [20, 352, 147.48, 2.4, 328],
  '1280': [27, 456, 160.83, 2.52, 264],
};

/** torchvision's names of the sizes that it has. */
const TORCHVISION = {
  '004': '400mf',
  '008': '800mf',
  '016': '1_6gf',
  '032': '3_2gf',
  '080': '8gf',
  '160': '16gf',
  '320': '32gf',
  '1280': '128gf',
};

const kinds = [
  ['x', X],
  ['y', Y],
] as const;

export const regnets: readonly ArchitectureDescription[] = kinds.flatMap(([kind, sizes]) =>
  Object.entries(TORCHVISION).flatMap(([size, name]) =>
    sizes[size] === undefined
      ? []
      : [
          defineArchitecture({
            name: `regnet_${kind}_${name}`,
            build: regnet(sizes[size], { squeeze: kind === 'y', names: torchvision }),
          }),
        ],
  ),
);

export const timmRegnets: readonly ArchitectureDescription[] = kinds.flatMap(([kind, sizes]) =>
  Object.keys(sizes)
    .sort()
    .map((size) =>
      defineArchitecture({
        name: `regnet${kind}_${size}`,
        build: regnet(sizes[size]!, { squeeze: kind === 'y', names: timm }),
      }),
    ),
);
