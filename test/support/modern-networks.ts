import type { Architecture } from '../../src/explain/network/architectures/architecture';
import type { Operation } from '../../src/explain/network/graph';
import { GraphBuilder } from '../../src/explain/network/graph-builder';

const hardSigmoid: Operation = { kind: 'hardSigmoid', slope: 1 / 6, offset: 0.5 };

/** A gate of each channel from the map's means: dense, ReLU, dense and a function to 0–1. */
function squeezeExcite(
  builder: GraphBuilder,
  name: string,
  from: string,
  [squeezed, channels]: readonly [number, number],
  gate: Operation = { kind: 'sigmoid' },
): string {
  const mean = builder.add(`${name}.mean`, { kind: 'globalAvgPool' }, from);
  const less = builder.relu(`${name}.relu`, builder.dense(`${name}.fc1`, mean, squeezed));
  const opened = builder.add(`${name}.gate`, gate, builder.dense(`${name}.fc2`, less, channels));
  return builder.add(`${name}.mul`, { kind: 'mul' }, opened, from);
}

/** Residual blocks of two convolutions, with a gate on the second's channels. */
export const seResNet: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const conv = builder.convolution('conv', 'input', 6, { kernel: 3, stride: 2, padding: 1 });
  let x = builder.relu('relu', builder.batchNorm('bn', conv));
  for (const name of ['block1', 'block2']) {
    const one = builder.batchNorm(`${name}.bn1`, builder.convolution(`${name}.conv1`, x, 6, { kernel: 3, padding: 1 }));
    const two = builder.convolution(`${name}.conv2`, builder.relu(`${name}.relu1`, one), 6, { kernel: 3, padding: 1 });
    const gated = squeezeExcite(builder, `${name}.se`, builder.batchNorm(`${name}.bn2`, two), [3, 6]);
    x = builder.relu(`${name}.relu2`, builder.add(`${name}.sum`, { kind: 'add' }, gated, x));
  }
  builder.pooledHead(x, outputs);
  return { graph: builder.graph, camNode: x };
};

/** Inverted residuals, with gates in some and hard swish in some, and a head of two dense layers. */
export const mobileNetV3Like: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const swish = (name: string, from: string) => builder.add(name, { kind: 'hardSwish' }, from);
  const block = (
    name: string,
    from: string,
    [wide, out]: readonly [number, number],
    kernel: number,
    gated: boolean,
  ) => {
    const act = gated ? (n: string, f: string) => builder.relu(n, f) : swish;
    const one = builder.batchNorm(`${name}.bn1`, builder.convolution(`${name}.expand`, from, wide, { kernel: 1 }));
    const depth = { kernel, stride: gated ? 2 : 1, padding: kernel >> 1, groups: wide };
    const two = builder.convolution(`${name}.depth`, act(`${name}.act1`, one), wide, depth);
    let x = act(`${name}.act2`, builder.batchNorm(`${name}.bn2`, two));
    if (gated) x = squeezeExcite(builder, `${name}.se`, x, [4, wide], hardSigmoid);
    return builder.batchNorm(`${name}.bn3`, builder.convolution(`${name}.project`, x, out, { kernel: 1 }));
  };
  const stem = builder.convolution('conv', 'input', 6, { kernel: 3, stride: 2, padding: 1 });
  const first = block('block1', swish('act', builder.batchNorm('bn', stem)), [8, 6], 3, false);
  const second = block('block2', first, [10, 8], 3, true);
  const third = block('block3', second, [12, 8], 5, false);
  const sum = builder.add('sum', { kind: 'add' }, second, third);
  const last = swish('last.act', builder.batchNorm('last.bn', builder.convolution('last', sum, 16, { kernel: 1 })));
  const pooled = builder.add('avgpool', { kind: 'globalAvgPool' }, last);
  builder.dense('fc2', swish('fc1.act', builder.dense('fc1', pooled, 12)), outputs);
  return { graph: builder.graph, camNode: null };
};

/** Patches, then depthwise 7×7, layer norm, GELU and a learned scale beside a shortcut; a norm of the pooled vector. */
export const convNeXtLike: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const norm = (name: string, from: string) => builder.add(name, { kind: 'layerNorm', epsilon: 1e-6 }, from);
  const block = (name: string, from: string, width: number) => {
    const depth = { kernel: 7, padding: 3, groups: width, bias: true };
    const normed = norm(`${name}.norm`, builder.convolution(`${name}.depth`, from, width, depth));
    const wide = builder.convolution(`${name}.pw1`, normed, 4 * width, { kernel: 1, bias: true });
    const act = builder.add(`${name}.act`, { kind: 'gelu', approximation: 'none' }, wide);
    const less = builder.convolution(`${name}.pw2`, act, width, { kernel: 1, bias: true });
    const scaled = builder.add(`${name}.gamma`, { kind: 'scale', bias: false }, less);
    return builder.add(`${name}.sum`, { kind: 'add' }, from, scaled);
  };
  const stem = builder.convolution('stem', 'input', 6, { kernel: 4, stride: 4, bias: true });
  const first = block('block1', norm('stem.norm', stem), 6);
  const down = builder.convolution('down', norm('down.norm', first), 8, { kernel: 2, stride: 2, bias: true });
  const last = block('block2', down, 8);
  const pooled = builder.add('avgpool', { kind: 'globalAvgPool' }, last);
  builder.dense('fc', norm('norm', pooled), outputs);
  return { graph: builder.graph, camNode: null };
};
