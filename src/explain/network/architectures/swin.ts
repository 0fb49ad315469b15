import { GraphBuilder } from '../graph-builder';
import { nodeShapes } from '../node-shapes';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';

/** Options of one size. */
interface SwinOptions {
  readonly width: number;
  readonly depths: readonly number[];
  /** Of each stage. */
  readonly heads: readonly number[];
  /** Side of a window, in cells. Default 7. */
  readonly window?: number;
}

/** Of PyTorch's files what is reckoned from the window alone. */
const ofWindow = (published: string) => (published.endsWith('.relative_position_index') ? null : published);

/**
 * Liu et al. 2021 (arXiv:2103.14030), as torchvision has it: maps that windows do not fill are padded with zeros below and to the
 * right before queries, keys and values are made of them.
 */
export function swin({ width: first, depths, heads, window = 7 }: SwinOptions): Architecture {
  return (outputs, inputShape) => {
    const builder = new GraphBuilder();
    const norm = (name: string, from: string) => builder.add(name, { kind: 'layerNorm', epsilon: 1e-5 }, from);
    const point = (name: string, from: string, filters: number, bias = true) =>
      builder.convolution(name, from, filters, { kernel: 1, bias });
    const grown = (name: string, from: string, rows: number, columns: number) =>
      rows + columns === 0
        ? from
        : builder.add(name, { kind: 'pad', padding: [0, rows, 0, columns], channels: [0, 0] }, from);

    /** Self-attention within windows of a map of that size. */
    const attend = (name: string, from: string, size: readonly [number, number], stage: number, shifted: boolean) => {
      const [height, width] = size;
      const full = size.map((length) => Math.ceil(length / window) * window) as [number, number];
      const filled = grown(`${name}.pad`, from, full[0] - height, full[1] - width);
      const by = (length: number) => (shifted && window < length ? Math.floor(window / 2) : 0);
      const channels = first * 2 ** stage;
      const attended = builder.add(
        name,
        {
          kind: 'windowAttention',
          heads: heads[stage]!,
          window: [window, window],
          shift: [by(full[0]), by(full[1])],
        },
        point(`${name}.qkv`, filled, 3 * channels),
      );
      const inside =
        filled === from
          ? attended
          : builder.add(`${name}.crop`, { kind: 'crop', top: 0, left: 0, height, width }, attended);
      return point(`${name}.proj`, inside, channels);
    };

    /** Half as many rows and columns: cells of a 2×2 block as one, those of a column one after another. */
    const merge = (name: string, from: string, [height, width]: readonly [number, number], channels: number) => {
      const even = grown(`${name}.pad`, from, height % 2, width % 2);
      const blocks = builder.add(`${name}.blocks`, { kind: 'spaceToDepth', block: 2 }, even);
      const cells = [0, 2, 1, 3].map((cell) =>
        builder.add(`${name}.cell${cell}`, { kind: 'channelSlice', start: cell * channels, length: channels }, blocks),
      );
      const merged = builder.concat(`${name}.merged`, ...cells);
      return point(`${name}.reduction`, norm(`${name}.norm`, merged), 2 * channels, false);
    };

    let x = norm(
      'features.0.2',
      builder.convolution('features.0.0', 'input', first, { kernel: 4, stride: 4, bias: true }),
    );
    let [height, width] = nodeShapes(builder.graph, inputShape).get(x)! as [number, number, number];
    depths.forEach((blocks, stage) => {
      const channels = first * 2 ** stage;
      if (stage > 0) {
        x = merge(`features.${2 * stage}`, x, [height, width], channels / 2);
        [height, width] = [Math.ceil(height / 2), Math.ceil(width / 2)];
      }
      for (let i = 0; i < blocks; i++) {
        const name = `features.${2 * stage + 1}.${i}`;
        const attended = attend(`${name}.attn`, norm(`${name}.norm1`, x), [height, width], stage, i % 2 === 1);
        const between = builder.add(`${name}.add1`, { kind: 'add' }, attended, x);
        const wide = point(`${name}.mlp.0`, norm(`${name}.norm2`, between), 4 * channels);
        const active = builder.add(`${name}.mlp.1`, { kind: 'gelu', approximation: 'none' }, wide);
        x = builder.add(`${name}.add2`, { kind: 'add' }, point(`${name}.mlp.3`, active, channels), between);
      }
    });
    x = norm('norm', x);
    builder.pooledHead(x, outputs, 'head');
    return { graph: builder.graph, camNode: x, parameterName: ofWindow };
  };
}

const SIZES = [
  ['swin_t', { width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] }],
  ['swin_s', { width: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24] }],
  ['swin_b', { width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32] }],
] as const;

export const swins: readonly ArchitectureDescription[] = SIZES.map(([name, options]) =>
  defineArchitecture({ name, build: swin(options) }),
);
