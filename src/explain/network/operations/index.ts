import { listAllowed, WhylightError } from '../../errors';
import { adaptiveAvgPool } from './adaptive-avg-pool';
import { add } from './add';
import { addMap } from './add-map';
import { avgPool } from './avg-pool';
import { batchNorm } from './batch-norm';
import { channelShuffle } from './channel-shuffle';
import { channelSlice } from './channel-slice';
import { clip } from './clip';
import { concat } from './concat';
import { conv2d } from './conv2d';
import { crop } from './crop';
import { dense } from './dense';
import { elu } from './elu';
import { flatten } from './flatten';
import { gelu } from './gelu';
import { globalAvgPool } from './global-avg-pool';
import { globalMaxPool } from './global-max-pool';
import { groupNorm } from './group-norm';
import { hardSigmoid } from './hard-sigmoid';
import { hardSwish } from './hard-swish';
import { input } from './input';
import { layerNorm } from './layer-norm';
import { leakyRelu } from './leaky-relu';
import { maxPool } from './max-pool';
import { maximum } from './maximum';
import { minimum } from './minimum';
import { mul } from './mul';
import type { OperationDescription } from './operation';
import { pad } from './pad';
import { prelu } from './prelu';
import { prependTokens } from './prepend-tokens';
import { relu } from './relu';
import { relu6 } from './relu6';
import { rescale } from './rescale';
import { scale } from './scale';
import { selfAttention } from './self-attention';
import { selu } from './selu';
import { sigmoid } from './sigmoid';
import { silu } from './silu';
import { softplus } from './softplus';
import { spaceToDepth } from './space-to-depth';
import { subsample } from './subsample';
import { takeToken } from './take-token';
import { tanh } from './tanh';
import { tokens } from './tokens';
import { untokens } from './untokens';
import { upsample } from './upsample';
import { windowAttention } from './window-attention';

/** Every operation that a node can have. */
export const operations = [
  input,
  conv2d,
  batchNorm,
  layerNorm,
  groupNorm,
  scale,
  relu,
  relu6,
  leakyRelu,
  prelu,
  elu,
  selu,
  silu,
  hardSwish,
  gelu,
  softplus,
  sigmoid,
  hardSigmoid,
  tanh,
  clip,
  maxPool,
  avgPool,
  pad,
  subsample,
  add,
  addMap,
  mul,
  maximum,
  minimum,
  concat,
  rescale,
  adaptiveAvgPool,
  globalAvgPool,
  globalMaxPool,
  flatten,
  dense,
  channelSlice,
  channelShuffle,
  crop,
  upsample,
  spaceToDepth,
  tokens,
  untokens,
  prependTokens,
  takeToken,
  selfAttention,
  windowAttention,
] as const;

type OperationOf<D> = D extends OperationDescription<infer O> ? O : never;

/**
 * What a node computes. Maps are NHWC. Parameters are named by the node: `<node>.weight`, `<node>.bias`,
 * for batch norm also `<node>.running_mean` and `<node>.running_var`, as PyTorch names them.
 */
export type Operation = OperationOf<(typeof operations)[number]>;

// Each is only ever given the operations of its own kind.
const byKind = new Map(
  operations.map((description) => [
    description.kind as string,
    description as unknown as OperationDescription<Operation>,
  ]),
);

/**
 * What is known of a node's operation.
 * @throws WhylightError for an unknown kind.
 */
export function descriptionOf({ name, operation: { kind } }: { name: string; operation: Operation }) {
  const description = byKind.get(kind);
  if (description === undefined) {
    throw new WhylightError(`unknown operation: ${kind}, at ${name} (known: ${listAllowed([...byKind.keys()], 60)})`);
  }
  return description;
}
