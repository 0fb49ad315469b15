import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { openForward } from '../explain/network/executors/forward';
import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { classScores } from '../explain/target';

/** A class's probability by its label. */
export type Probabilities = ReadonlyMap<string, number>;

/**
 * The probability of every class for each of many pictures, in batches of 64.
 * @throws WhylightError for a network whose answers are no probabilities; AbortedError when interrupted.
 */
export async function probabilitiesOf(
  network: Network,
  pictures: readonly ImageSample[],
  signal?: AbortSignal,
): Promise<Probabilities[]> {
  const { classes, inputShape, name } = network;
  const size = inputShape.reduce((product, one) => product * one, 1);
  const session = openForward(network);
  const rows: Probabilities[] = [];
  try {
    for (let at = 0; at < pictures.length; at += 64) {
      await yieldToEvents(signal);
      const part = pictures.slice(at, at + 64);
      const inputs = new Float32Array(part.length * size);
      part.forEach((picture, i) => {
        inputs.set(prepareInput(picture, network.preprocessing).values, i * size);
      });
      const raw = session.run(inputs, part.length);
      part.forEach((_, i) => {
        const own = raw.subarray(i * session.outputs, (i + 1) * session.outputs);
        const { probabilities } = classScores(network, own);
        if (probabilities === null) throw new WhylightError(`${name} answers in values (needed: probabilities)`);
        rows.push(new Map(classes.map((label, c) => [label, probabilities[c]!])));
      });
    }
  } finally {
    session.close();
  }
  return rows;
}

/** The class with the highest probability; of equal ones the first. */
export const topClass = (probabilities: Probabilities): string =>
  [...probabilities].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
