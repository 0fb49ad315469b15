import { listAllowed, WhylightError } from '../../errors';
import { adaptiveAvgPool } from './adaptive-avg-pool';
import { add } from './add';
import { avgPool } from './avg-pool';
import { batchNorm } from './batch-norm';
import { concat } from './concat';
import { conv2d } from './conv2d';
import { dense } from './dense';
import { flatten } from './flatten';
import { globalAvgPool } from './global-avg-pool';
import { globalMaxPool } from './global-max-pool';
import { input } from './input';
import { maxPool } from './max-pool';
import type { OperationDescription } from './operation';
import { pad } from './pad';
import { relu } from './relu';
import { relu6 } from './relu6';
import { rescale } from './rescale';
import { subsample } from './subsample';

/** Every operation that a node can have. */
export const operations = [
  input,
  conv2d,
  batchNorm,
  relu,
  relu6,
  maxPool,
  avgPool,
  pad,
  subsample,
  add,
  concat,
  rescale,
  adaptiveAvgPool,
  globalAvgPool,
  globalMaxPool,
  flatten,
  dense,
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
