import type { Operation } from '../graph';
import { GraphBuilder } from '../graph-builder';
import { type Architecture, type ArchitectureDescription, defineArchitecture } from './architecture';
import { roundChannels } from './channels';
import { type BlockStyle, layer, mobileBlock } from './mobile-block';
import { torchvisionBlock, torchvisionLayer } from './torchvision-names';

/** `[kernel, wide, filters, squeeze and excitation, hard swish, stride]`. */
type Row = readonly [kernel: number, wide: number, filters: number, squeeze: boolean, hard: boolean, stride: number];

const LARGE: readonly Row[] = [
  [3, 16, 16, false, false, 1],
  [3, 64, 24, false, false, 2],
  [3, 72, 24, false, false, 1],
  [5, 72, 40, true, false, 2],
  [5, 120, 40, true, false, 1],
  [5, 120, 40, true, false, 1],
  [3, 240, 80, false, true, 2],
  [3, 200, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 480, 112, true, true, 1],
  [3, 672, 112, true, true, 1],
  [5, 672, 160, true, true, 2],
  [5, 960, 160, true, true, 1],
  [5, 960, 160, true, true, 1],
];

const SMALL: readonly Row[] = [
  [3, 16, 16, true, false, 2],
  [3, 72, 24, false, false, 2],
  [3, 88, 24, false, false, 1],
  [5, 96, 40, true, true, 2],
  [5, 240, 40, true, true, 1],
  [5, 240, 40, true, true, 1],
  [5, 120, 48, true, true, 1],
  [5, 144, 48, true, true, 1],
  [5, 288, 96, true, true, 2],
  [5, 576, 96, true, true, 1],
  [5, 576, 96, true, true, 1],
];

/** PyTorch's hard sigmoid. */
export const HARD_SIGMOID: Operation = { kind: 'hardSigmoid', slope: 1 / 6, offset: 0.5 };

/**
 * Howard et al. 2019 (arXiv:1905.02244) in torchvision's layout. Two dense layers with a hard swish between them read
 * the pooled map, so there is no class activation map.
 */
function mobilenetV3(rows: readonly Row[], hidden: number): Architecture {
  const style: BlockStyle = { epsilon: 1e-3, gate: HARD_SIGMOID };
  return (outputs) => {
    const builder = new GraphBuilder();
    let before = 16;
    const stem = { filters: before, kernel: 3, stride: 2, activation: 'hardSwish' } as const;
    let x = layer(builder, torchvisionLayer('features.0'), 'input', stem, style);
    rows.forEach(([kernel, wide, filters, squeeze, hard, stride], i) => {
      const block = {
        form: wide === before ? 'separable' : 'inverted',
        kernel,
        stride,
        wide,
        filters,
        squeezed: squeeze ? roundChannels(Math.floor(wide / 4)) : null,
        activation: hard ? 'hardSwish' : 'relu',
        skip: stride === 1 && before === filters,
      } as const;
      x = mobileBlock(builder, torchvisionBlock(`features.${i + 1}`, block), x, block, style);
      before = filters;
    });
    const last = { filters: 6 * before, kernel: 1, activation: 'hardSwish' } as const;
    x = layer(builder, torchvisionLayer(`features.${rows.length + 1}`), x, last, style);
    x = builder.add('avgpool', { kind: 'globalAvgPool' }, x);
    x = builder.add('classifier.1', { kind: 'hardSwish' }, builder.dense('classifier.0', x, hidden));
    builder.dense('classifier.3', x, outputs);
    return { graph: builder.graph, camNode: null };
  };
}

export const mobilenetsV3: readonly ArchitectureDescription[] = [
  defineArchitecture({ name: 'mobilenet_v3_large', build: mobilenetV3(LARGE, 1280) }),
  defineArchitecture({ name: 'mobilenet_v3_small', build: mobilenetV3(SMALL, 1024) }),
];
