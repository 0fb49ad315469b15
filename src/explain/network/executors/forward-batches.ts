import { yieldToEvents } from '../../progress';
import type { Network } from '../network';
import { openForward } from './forward';

const BATCH = 64;

/**
 * A network's raw outputs for many inputs, in batches of 64: inputs × outputs.
 * @param fill writes input i, H×W×C numbers that are normalised already.
 * @param recurs calls for as many inputs come again and again, of this network or of one of its graph.
 * @throws AbortedError when interrupted.
 */
export async function forwardBatches(
  network: Network,
  count: number,
  fill: (i: number, into: Float32Array) => void,
  signal?: AbortSignal,
  recurs = false,
): Promise<Float64Array> {
  const size = network.inputShape.reduce((product, axis) => product * axis, 1);
  const session = openForward(network, { batch: Math.min(BATCH, count), recurs });
  const raw = new Float64Array(count * session.outputs);
  try {
    for (let at = 0; at < count; at += BATCH) {
      const part = Math.min(BATCH, count - at);
      const inputs = new Float32Array(part * size);
      for (let i = 0; i < part; i++) fill(at + i, inputs.subarray(i * size, (i + 1) * size));
      raw.set(session.run(inputs, part), at * session.outputs);
      await yieldToEvents(signal);
    }
  } finally {
    session.close();
  }
  return raw;
}
