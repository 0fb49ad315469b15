import { WhylightError } from '../errors';
import { forwardBatches } from '../network/executors/forward-batches';
import type { Network } from '../network/network';
import { isExclusive, rawOutputs } from '../network/output-kind';
import { augmentInto } from './augment';
import { headProbabilities } from './linear-head';

/**
 * Probabilities of pictures without augmentation, pictures × classes.
 * @throws WhylightError for a network whose labels do not exclude one another.
 */
export async function predict(
  network: Network,
  pictures: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  requireExclusive(network);
  return headProbabilities(
    await rawScores(network, pictures, signal),
    rawOutputs(network.output, network.classes.length),
  );
}

/**
 * Logits of pictures without augmentation, pictures × classes; with one sigmoid output z they are −z/2 and z/2, so that
 * their difference is z.
 * @param pictures H×W×3 bytes each, of the network's input size.
 * @throws WhylightError for a network whose labels do not exclude one another.
 */
export async function logitsOf(
  network: Network,
  pictures: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Float64Array> {
  requireExclusive(network);
  const raw = await rawScores(network, pictures, signal);
  if (network.output !== 'sigmoid') return raw;
  return Float64Array.from({ length: 2 * raw.length }, (_, i) => ((i % 2 === 0 ? -1 : 1) * raw[i >> 1]!) / 2);
}

function requireExclusive(network: Network): void {
  if (isExclusive(network.output)) return;
  throw new WhylightError(
    `${network.name}: its output is ${network.output} (allowed: softmax or sigmoid, where one class excludes the others)`,
  );
}

/** Raw outputs of pictures as they are: neither mirrored nor shifted nor relit. */
function rawScores(network: Network, pictures: readonly Uint8Array[], signal?: AbortSignal): Promise<Float64Array> {
  const [height, width] = network.inputShape;
  const still = { mirror: false, shift: 0, light: 0 };
  const fill = (i: number, into: Float32Array) =>
    augmentInto(pictures[i]!, height, width, network.preprocessing, into, () => 0.5, still);
  return forwardBatches(network, pictures.length, fill, signal);
}
