import { GraphBuilder } from '../graph-builder';
import type { Architecture } from './architecture';

/** `[expansion, filters, blocks, stride of the first]`. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

interface Window {
  readonly kernel: 1 | 3;
  readonly stride?: number;
  readonly groups?: number;
}

/** Convolution, batch norm, ReLU6: `NAME.0`, `NAME.1`, `NAME.2`. */
function layer(builder: GraphBuilder, name: string, from: string, filters: number, window: Window): string {
  const convolved = builder.convolution(`${name}.0`, from, filters, { ...window, padding: window.kernel >> 1 });
  return builder.relu6(`${name}.2`, builder.batchNorm(`${name}.1`, convolved));
}

/** Sandler et al. 2018 (arXiv:1801.04381) in torchvision's layout: inverted residuals with linear bottlenecks. */
export const mobilenetV2: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  let x = layer(builder, 'features.0', 'input', 32, { kernel: 3, stride: 2 });
  let [before, at] = [32, 1];
  for (const [expansion, filters, blocks, firstStride] of STAGES) {
    for (let i = 0; i < blocks; i++) {
      const name = `features.${at++}`;
      const stride = i === 0 ? firstStride : 1;
      const wide = before * expansion;
      let [y, step] = [x, 0];
      if (expansion > 1) y = layer(builder, `${name}.conv.${step++}`, y, wide, { kernel: 1 });
      y = layer(builder, `${name}.conv.${step++}`, y, wide, { kernel: 3, stride, groups: wide });
      y = builder.convolution(`${name}.conv.${step++}`, y, filters, { kernel: 1 });
      y = builder.batchNorm(`${name}.conv.${step}`, y);
      x = stride === 1 && before === filters ? builder.add(`${name}.add`, { kind: 'add' }, x, y) : y;
      before = filters;
    }
  }
  x = layer(builder, `features.${at}`, x, 1280, { kernel: 1 });
  builder.pooledHead(x, outputs, 'classifier.1');
  return { graph: builder.graph, camNode: x };
};
