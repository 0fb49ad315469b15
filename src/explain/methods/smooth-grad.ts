import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { gradientBatchSize } from '../network/batch-size';
import { forward } from '../network/executors/forward';
import { openGradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { memoryBudget, type RunOptions, withAmbient, yieldToEvents } from '../progress';
import { gaussian, seededRandom } from '../random';
import { resolveTarget, type Target } from '../target';
import { channelMaximum } from './channel-reduction';
import { attribution } from './result';
import { slopeOfMany } from './target-gradient';

/** What is taken of the noisy gradients. */
export const smoothGradStatistics = ['mean', 'square', 'variance'] as const;
export type SmoothGradStatistic = (typeof smoothGradStatistics)[number];

/** Options of SmoothGrad. */
export interface SmoothGradOptions extends RunOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /** Noisy copies. Default 25. */
  readonly samples?: number;
  /** Standard deviation of the noise, as a share of the input's range (max − min). Default 0.15. */
  readonly noise?: number;
  /** `mean`: SmoothGrad; `square`: mean of squares; `variance`: VarGrad. Default `mean`. */
  readonly statistic?: SmoothGradStatistic;
  /** Of the noise. Default 0. */
  readonly seed?: number;
}

/**
 * SmoothGrad: the mean over noisy copies of the gradient ∂y/∂x at x + N(0, σ²), then as in the saliency map the
 * largest absolute value over the channels (Smilkov et al. 2017, arXiv:1706.03825). `square` takes the mean of the
 * squares (Hooker et al. 2019), `variance` the variance (VarGrad; Adebayo et al. 2018). H×W of the input; not signed.
 *
 * @throws WhylightError for numbers that cannot be; AbortedError when interrupted.
 */
export async function smoothGrad(
  network: Network,
  photo: ImageSample,
  options: SmoothGradOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const { target, samples = 25, noise = 0.15, statistic = 'mean', seed = 0 } = options;
  const { onProgress, signal, memoryMB } = withAmbient(options);
  if (!Number.isInteger(samples) || samples < 1) {
    throw new WhylightError(`samples: ${samples} (allowed: whole numbers from 1)`);
  }
  if (!(noise >= 0)) throw new WhylightError(`noise: ${noise} (allowed: numbers from 0)`);
  if (!smoothGradStatistics.includes(statistic)) {
    throw new WhylightError(`unknown statistic: ${statistic} (allowed: ${smoothGradStatistics.join(', ')})`);
  }
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const sigma = noise * range(input.values);
  const draw = gaussian(seededRandom(seed));
  const size = input.values.length;
  // Welford's way: copies that do not differ have variance 0, not what rounding leaves.
  const [means, squares, spreads] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const { weights: slope, batch } = slopeOfMany(
    resolved,
    Math.min(samples, gradientBatchSize(network, memoryBudget({ memoryMB }))),
  );
  const session = openGradient(network);
  try {
    for (let done = 0; done < samples; done += batch) {
      await yieldToEvents(signal);
      const count = Math.min(batch, samples - done);
      const noisy = new Float32Array(count * size);
      for (let i = 0; i < noisy.length; i++) noisy[i] = input.values[i % size]! + sigma * draw();
      const { gradients } = session.run(noisy, count, slope);
      gradients.forEach((value, i) => {
        const at = i % size;
        const seen = done + Math.floor(i / size) + 1;
        const away = value - means[at]!;
        means[at]! += away / seen;
        spreads[at]! += away * (value - means[at]!);
        squares[at]! += value * value;
      });
      onProgress?.({ label: 'smoothgrad', done: done + count, total: samples });
    }
  } finally {
    session.close();
  }
  const wanted = {
    mean: () => means,
    square: () => squares.map((square) => square / samples),
    variance: () => spreads.map((spread) => spread / samples),
  }[statistic]();
  return attribution(network, photo, input, resolved, {
    method: 'smoothgrad',
    values: channelMaximum(wanted, 3),
    signed: false,
    seed,
    options: { samples, noise, statistic },
    elapsedMs: performance.now() - started,
  });
}

function range(values: Float32Array): number {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return highest - lowest;
}
