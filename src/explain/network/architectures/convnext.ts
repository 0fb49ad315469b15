import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/** How a library names the parts; `%` of a block is its own name. */
interface Names {
  readonly stem: readonly [convolution: string, norm: string];
  /** Of the halving before a stage. */
  readonly down: (stage: number) => readonly [norm: string, convolution: string];
  readonly block: (stage: number, index: number) => string;
  readonly parts: readonly [window: string, norm: string, wide: string, active: string, narrow: string, scale: string];
  readonly head: readonly [norm: string, dense: string];
}

const torchvision: Names = {
  stem: ['features.0.0', 'features.0.1'],
  down: (stage) => [`features.${2 * stage}.0`, `features.${2 * stage}.1`],
  block: (stage, index) => `features.${2 * stage + 1}.${index}`,
  parts: ['block.0', 'block.2', 'block.3', 'block.4', 'block.5', 'layer_scale'],
  head: ['classifier.0', 'classifier.2'],
};

const timm: Names = {
  stem: ['stem.0', 'stem.1'],
  down: (stage) => [`stages.${stage}.downsample.0`, `stages.${stage}.downsample.1`],
  block: (stage, index) => `stages.${stage}.blocks.${index}`,
  parts: ['conv_dw', 'norm', 'mlp.fc1', 'mlp.act', 'mlp.fc2', 'gamma'],
  head: ['head.norm', 'head.fc'],
};

/** Both libraries keep a block's scale as a parameter of the block itself. */
const scaleName = (published: string) => (/\.(layer_scale|gamma)$/.test(published) ? `${published}.weight` : published);

/**
 * Liu et al. 2022 (arXiv:2201.03545). A layer norm stands between the pooled map and the dense layer, so there is no
 * class activation map.
 */
function convnext(depths: readonly number[], widths: readonly number[], names: Names): Architecture {
  return (outputs) => {
    const builder = new GraphBuilder();
    const norm = (name: string, from: string) => builder.add(name, { kind: 'layerNorm', epsilon: 1e-6 }, from);
    const point = (name: string, from: string, filters: number) =>
      builder.convolution(name, from, filters, { kernel: 1, bias: true });
    let x = builder.convolution(names.stem[0], 'input', widths[0]!, { kernel: 4, stride: 4, bias: true });
    x = norm(names.stem[1], x);
    depths.forEach((blocks, stage) => {
      const width = widths[stage]!;
      if (stage > 0) {
        const [before, halved] = names.down(stage);
        x = builder.convolution(halved, norm(before, x), width, { kernel: 2, stride: 2, bias: true });
      }
      for (let i = 0; i < blocks; i++) {
        const name = names.block(stage, i);
        const [window, normed, wide, active, narrow, scale] = names.parts.map((part) => `${name}.${part}`) as [
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        let y = builder.convolution(window, x, width, { kernel: 7, padding: 3, groups: width, bias: true });
        y = point(wide, norm(normed, y), 4 * width);
        y = point(narrow, builder.add(active, { kind: 'gelu', approximation: 'none' }, y), width);
        y = builder.add(scale, { kind: 'scale', bias: false }, y);
        x = builder.add(`${name}.add`, { kind: 'add' }, y, x);
      }
    });
    const pooled = builder.add('avgpool', { kind: 'globalAvgPool' }, x);
    builder.dense(names.head[1], norm(names.head[0], pooled), outputs);
    return { graph: builder.graph, camNode: null, parameterName: scaleName };
  };
}

const SIZES = [
  ['tiny', [3, 3, 9, 3], [96, 192, 384, 768]],
  ['small', [3, 3, 27, 3], [96, 192, 384, 768]],
  ['base', [3, 3, 27, 3], [128, 256, 512, 1024]],
  ['large', [3, 3, 27, 3], [192, 384, 768, 1536]],
] as const;

export const convnexts: readonly ArchitectureDescription[] = SIZES.map(([size, depths, widths]) =>
  defineArchitecture({ name: `convnext_${size}`, build: convnext(depths, widths, torchvision) }),
);

export const timmConvnexts: readonly ArchitectureDescription[] = SIZES.map(([size, depths, widths]) =>
  defineArchitecture({ name: `convnext_${size}-timm`, build: convnext(depths, widths, timm) }),
);
