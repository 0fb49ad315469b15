import type { Operation, Padding } from '../graph';
import type { GraphBuilder } from '../graph-builder';

/** An activation without parameters. */
export type Activation = 'relu' | 'relu6' | 'silu' | 'hardSwish' | 'sigmoid';

/** How a family computes what its blocks have in common. */
export interface BlockStyle {
  /** Of every batch norm. */
  readonly epsilon: number;
  /** Of a window. Default: half of the kernel on each side. */
  readonly padding?: (kernel: number, stride: number) => Padding;
  /** Of a squeeze and excitation: the activation between its layers, and its gate. */
  readonly squeezeActivation?: Activation;
  readonly gate?: Operation;
}

/** Names of a convolution, the batch norm after it and the activation after that. */
export type LayerNames = readonly [convolution: string, norm: string, activation: string];

/** Names of a squeeze and excitation: the part as a whole, and its two layers. */
export type SqueezeNames = readonly [part: string, reduce: string, expand: string];

/**
 * A block of MobileNet v2 and all that came of it. `inverted`: 1×1 to `wide` channels, depthwise window, squeeze and
 * excitation, 1×1 to `filters`; `separable` lacks the first 1×1; `fused` has one dense window in the place of the
 * first two; `plain` is one window.
 */
export interface MobileBlock {
  readonly form: 'inverted' | 'separable' | 'fused' | 'plain';
  readonly kernel: number;
  readonly stride: number;
  readonly wide: number;
  readonly filters: number;
  /** Channels between the layers of the squeeze and excitation; null where there is none. */
  readonly squeezed: number | null;
  readonly activation: Activation;
  /** Whether its input is added to its output. */
  readonly skip: boolean;
}

export interface BlockNames {
  readonly expand: LayerNames;
  readonly depthwise: LayerNames;
  readonly squeeze: SqueezeNames;
  readonly project: LayerNames;
  readonly sum: string;
}

export interface Layer {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  /** Null: none. */
  readonly activation: Activation | null;
}

/** A convolution, batch norm and an activation. */
export function layer(
  builder: GraphBuilder,
  [convolution, norm, active]: LayerNames,
  from: string,
  { filters, kernel, stride = 1, groups = 1, activation }: Layer,
  { epsilon, padding }: BlockStyle,
): string {
  const edges = padding?.(kernel, stride) ?? kernel >> 1;
  const convolved = builder.convolution(convolution, from, filters, { kernel, stride, groups, padding: edges });
  const normed = builder.batchNorm(norm, convolved, epsilon);
  return activation === null ? normed : builder.add(active, { kind: activation }, normed);
}

/** Hu et al. 2018 (arXiv:1709.01507): a gate for each channel from the means of all of them. */
export function squeezeExcite(
  builder: GraphBuilder,
  [part, reduce, expand]: SqueezeNames,
  from: string,
  channels: number,
  squeezed: number,
  { squeezeActivation = 'relu', gate = { kind: 'sigmoid' } }: Pick<BlockStyle, 'squeezeActivation' | 'gate'>,
): string {
  let x = builder.add(`${part}.avgpool`, { kind: 'globalAvgPool' }, from);
  x = builder.add(`${part}.activation`, { kind: squeezeActivation }, builder.dense(reduce, x, squeezed));
  x = builder.add(`${part}.gate`, gate, builder.dense(expand, x, channels));
  return builder.add(`${part}.product`, { kind: 'mul' }, from, x);
}

/** Adds a block's nodes; returns its output's name. */
export function mobileBlock(
  builder: GraphBuilder,
  names: BlockNames,
  from: string,
  block: MobileBlock,
  style: BlockStyle,
): string {
  const { form, kernel, stride, wide, filters, squeezed, activation, skip } = block;
  const add = (at: LayerNames, input: string, options: Layer) => layer(builder, at, input, options, style);
  let x = from;
  if (form === 'plain') {
    x = add(names.expand, x, { filters, kernel, stride, activation });
  } else {
    if (form === 'inverted') x = add(names.expand, x, { filters: wide, kernel: 1, activation });
    if (form === 'fused') x = add(names.expand, x, { filters: wide, kernel, stride, activation });
    else x = add(names.depthwise, x, { filters: wide, kernel, stride, groups: wide, activation });
    if (squeezed !== null) x = squeezeExcite(builder, names.squeeze, x, wide, squeezed, style);
    x = add(names.project, x, { filters, kernel: 1, activation: null });
  }
  return skip ? builder.add(names.sum, { kind: 'add' }, x, from) : x;
}
