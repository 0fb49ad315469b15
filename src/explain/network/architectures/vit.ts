import { GraphBuilder } from '../graph-builder';
import { nodeShapes } from '../node-shapes';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/** How a library names the parts. */
interface Names {
  readonly patches: string;
  readonly classToken: string;
  readonly positions: string;
  readonly block: (index: number) => string;
  /** Of a block, after its name. */
  readonly parts: readonly [
    norm1: string,
    qkv: string,
    attention: string,
    out: string,
    norm2: string,
    mlp: readonly string[],
  ];
  readonly head: readonly [norm: string, dense: string];
  readonly parameterName: (published: string) => string;
}

const torchvision: Names = {
  patches: 'conv_proj',
  classToken: 'class_token',
  positions: 'encoder.pos_embedding',
  block: (index) => `encoder.layers.encoder_layer_${index}`,
  parts: [
    'ln_1',
    'self_attention.in_proj',
    'self_attention',
    'self_attention.out_proj',
    'ln_2',
    ['mlp.0', 'mlp.1', 'mlp.3'],
  ],
  head: ['encoder.ln', 'heads.head'],
  // The files of 2022 name the two layers between tokens otherwise than the library does now.
  parameterName: (published) =>
    ownWeight(published)
      .replace(/\.in_proj_(weight|bias)$/, '.in_proj.$1')
      .replace('.mlp.linear_1.', '.mlp.0.')
      .replace('.mlp.linear_2.', '.mlp.3.'),
};

const timm: Names = {
  patches: 'patch_embed.proj',
  classToken: 'cls_token',
  positions: 'pos_embed',
  block: (index) => `blocks.${index}`,
  parts: ['norm1', 'attn.qkv', 'attn', 'attn.proj', 'norm2', ['mlp.fc1', 'mlp.act', 'mlp.fc2']],
  head: ['norm', 'head'],
  parameterName: ownWeight,
};

/** Both libraries keep the class token and the positions as parameters of the network itself. */
function ownWeight(published: string): string {
  return /^(class_token|cls_token|encoder\.pos_embedding|pos_embed)$/.test(published)
    ? `${published}.weight`
    : published;
}

/** Options of one size. */
interface VitOptions {
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

/**
 * Dosovitskiy et al. 2020 (arXiv:2010.11929), and DeiT (Touvron et al. 2020, arXiv:2012.12877) without its distillation token.
 * The head reads the class token, not a mean of cells, so there is no class activation map.
 */
function vit({ patch, width, depth, heads }: VitOptions, names: Names): Architecture {
  return (outputs, inputShape) => {
    const builder = new GraphBuilder();
    const norm = (name: string, from: string) => builder.add(name, { kind: 'layerNorm', epsilon: 1e-6 }, from);
    const point = (name: string, from: string, filters: number) =>
      builder.convolution(name, from, filters, { kernel: 1, bias: true });
    const patches = builder.convolution(names.patches, 'input', width, { kernel: patch, stride: patch, bias: true });
    const cells = builder.add('tokens', { kind: 'tokens' }, patches);
    let x = builder.add(names.classToken, { kind: 'prependTokens', count: 1 }, cells);
    const count = nodeShapes(builder.graph, inputShape).get(x)![0]!;
    x = builder.add(names.positions, { kind: 'addMap', shape: [count, 1, width] }, x);
    const [norm1, qkv, attention, out, norm2, [wide, active, narrow]] = names.parts;
    for (let i = 0; i < depth; i++) {
      const name = names.block(i);
      const tripled = point(`${name}.${qkv}`, norm(`${name}.${norm1}`, x), 3 * width);
      const attended = builder.add(`${name}.${attention}`, { kind: 'selfAttention', heads }, tripled);
      x = builder.add(`${name}.add1`, { kind: 'add' }, point(`${name}.${out}`, attended, width), x);
      const hidden = point(`${name}.${wide}`, norm(`${name}.${norm2}`, x), 4 * width);
      const gelu = builder.add(`${name}.${active}`, { kind: 'gelu', approximation: 'none' }, hidden);
      x = builder.add(`${name}.add2`, { kind: 'add' }, point(`${name}.${narrow}`, gelu, width), x);
    }
    const token = builder.add('token', { kind: 'takeToken', index: 0 }, norm(names.head[0], x));
    builder.dense(names.head[1], token, outputs);
    return { graph: builder.graph, camNode: null, parameterName: names.parameterName };
  };
}

/** torchvision's way, of any size. */
export const torchvisionVit = (options: VitOptions): Architecture => vit(options, torchvision);
/** timm's way, of any size. */
export const timmVit = (options: VitOptions): Architecture => vit(options, timm);

const TINY = { width: 192, depth: 12, heads: 3 };
const SMALL = { width: 384, depth: 12, heads: 6 };
const BASE = { width: 768, depth: 12, heads: 12 };
const LARGE = { width: 1024, depth: 24, heads: 16 };

export const vits: readonly ArchitectureDescription[] = [
  defineArchitecture({ name: 'vit_b_16', build: torchvisionVit({ ...BASE, patch: 16 }) }),
  defineArchitecture({ name: 'vit_b_32', build: torchvisionVit({ ...BASE, patch: 32 }) }),
  defineArchitecture({ name: 'vit_l_16', build: torchvisionVit({ ...LARGE, patch: 16 }) }),
  defineArchitecture({ name: 'vit_l_32', build: torchvisionVit({ ...LARGE, patch: 32 }) }),
];

const TIMM_SIZES = [
  ['vit_tiny', TINY],
  ['vit_small', SMALL],
  ['vit_base', BASE],
  ['deit_tiny', TINY],
  ['deit_small', SMALL],
  ['deit_base', BASE],
] as const;

export const timmVits: readonly ArchitectureDescription[] = TIMM_SIZES.map(([size, options]) =>
  defineArchitecture({ name: `${size}_patch16_224`, build: timmVit({ ...options, patch: 16 }) }),
);
