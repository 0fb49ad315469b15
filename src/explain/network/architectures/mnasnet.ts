import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { type BlockStyle, type LayerNames, layer, mobileBlock } from './mobile-block';

/** `[kernel, stride, expansion, filters, blocks]`. */
const STAGES = [
  [3, 2, 3, 24, 3],
  [5, 2, 3, 40, 3],
  [5, 2, 6, 80, 3],
  [3, 1, 6, 96, 2],
  [5, 2, 6, 192, 4],
  [3, 1, 6, 320, 1],
] as const;

const style: BlockStyle = { epsilon: 1e-5 };

/** Names of a layer whose parts stand one after another in a sequence. */
const from = (sequence: string, at: number): LayerNames => [0, 1, 2].map((i) => `${sequence}.${at + i}`) as never;

/** Tan et al. 2018 (arXiv:1807.11626), its variant B1 in torchvision's layout. */
function mnasnet(multiplier: number): Architecture {
  const channels = (filters: number) => roundChannels(filters * multiplier);
  return (outputs) => {
    const builder = new GraphBuilder();
    const [stem, first] = [channels(32), channels(16)];
    const wide = { filters: stem, kernel: 3, activation: 'relu' } as const;
    let x = layer(builder, from('layers', 0), 'input', { ...wide, stride: 2 }, style);
    x = layer(builder, from('layers', 3), x, { ...wide, groups: stem }, style);
    x = layer(builder, from('layers', 6), x, { filters: first, kernel: 1, activation: null }, style);
    let before = first;
    STAGES.forEach(([kernel, firstStride, expansion, width, blocks], stage) => {
      const filters = channels(width);
      for (let i = 0; i < blocks; i++) {
        const name = `layers.${stage + 8}.${i}`;
        const stride = i === 0 ? firstStride : 1;
        const sequence = `${name}.layers`;
        const names = {
          expand: from(sequence, 0),
          depthwise: from(sequence, 3),
          squeeze: ['', '', ''],
          project: from(sequence, 6),
          sum: `${name}.add`,
        } as const;
        const block = {
          form: 'inverted',
          kernel,
          stride,
          wide: before * expansion,
          filters,
          squeezed: null,
          activation: 'relu',
          skip: stride === 1 && before === filters,
        } as const;
        x = mobileBlock(builder, names, x, block, style);
        before = filters;
      }
    });
    x = layer(builder, from('layers', 14), x, { filters: 1280, kernel: 1, activation: 'relu' }, style);
    builder.pooledHead(x, outputs, 'classifier.1');
    return { graph: builder.graph, camNode: x };
  };
}

export const mnasnets: readonly ArchitectureDescription[] = (['0_5', '0_75', '1_0', '1_3'] as const).map((size) =>
  defineArchitecture({ name: `mnasnet${size}`, build: mnasnet(Number(size.replace('_', '.'))) }),
);
