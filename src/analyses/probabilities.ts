import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { forwardBatches } from '../explain/network/executors/forward-batches';
import type { Network } from '../explain/network/network';
import { classScores } from '../explain/target';

/** A class's probability by its label. */
export type Probabilities = ReadonlyMap<string, number>;

/**
 * The probability of every class for each of many pictures, in batches of 64.
 * @param recurs calls for as many pictures come again and again.
 * @throws WhylightError for a network whose answers are no probabilities; AbortedError when interrupted.
 */
export async function probabilitiesOf(
  network: Network,
  pictures: readonly ImageSample[],
  signal?: AbortSignal,
  recurs = false,
): Promise<Probabilities[]> {
  const { classes, name, preprocessing } = network;
  const fill = (i: number, into: Float32Array) => into.set(prepareInput(pictures[i]!, preprocessing).values);
  const raw = await forwardBatches(network, pictures.length, fill, signal, recurs);
  const outputs = raw.length / pictures.length;
  return pictures.map((_, i) => {
    const { probabilities } = classScores(network, Float32Array.from(raw.subarray(i * outputs, (i + 1) * outputs)));
    if (probabilities === null) throw new WhylightError(`${name} answers in values (needed: probabilities)`);
    return new Map(classes.map((label, c) => [label, probabilities[c]!]));
  });
}

/** The class with the highest probability; of equal ones the first. */
export const topClass = (probabilities: Probabilities): string =>
  [...probabilities].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
