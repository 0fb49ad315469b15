import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { gradientBatchSize } from '../network/batch-size';
import { forward } from '../network/executors/forward';
import { openGradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { memoryBudget, type RunOptions, withAmbient, yieldToEvents } from '../progress';
import { resolveTarget, type Target, targetLogit } from '../target';
import { channelSum } from './channel-reduction';
import { attribution } from './result';
import { slopeOfMany } from './target-gradient';

/** Where the path starts. */
export const integratedGradientsBaselines = ['zero', 'black', 'white'] as const;
export type IntegratedGradientsBaseline = (typeof integratedGradientsBaselines)[number];

/** Options of integrated gradients. */
export interface IntegratedGradientsOptions extends RunOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /** Points of the Gauss–Legendre rule. Default 50. */
  readonly steps?: number;
  /** `zero`: 0 after preprocessing, the training data's mean colour (Captum's default); `black` and `white`: in pixels. Default `zero`. */
  readonly baseline?: IntegratedGradientsBaseline;
}

/**
 * Integrated gradients: Σ_k (x_k − x′_k) ∫₀¹ ∂y/∂x_k (x′ + α(x − x′)) dα over the channels, by Gauss–Legendre
 * quadrature (Sundararajan, Taly and Yan 2017, arXiv:1703.01365). Signed, in logits, H×W of the input. Its sum is
 * y(x) − y(x′) but for the quadrature's error: the completeness gap, which the notes name.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export async function integratedGradients(
  network: Network,
  photo: ImageSample,
  options: IntegratedGradientsOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const { target, steps = 50, baseline = 'zero' } = options;
  const { onProgress, signal, memoryMB } = withAmbient(options);
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000) {
    throw new WhylightError(`steps: ${steps} (allowed: whole numbers from 1 to 1000)`);
  }
  if (!integratedGradientsBaselines.includes(baseline)) {
    throw new WhylightError(`unknown baseline: ${baseline} (allowed: ${integratedGradientsBaselines.join(', ')})`);
  }
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const { mean, std } = network.preprocessing;
  const start = input.values.map((_, i) =>
    baseline === 'zero' ? 0 : ((baseline === 'white' ? 1 : 0) - mean[i % 3]!) / std[i % 3]!,
  );
  const { points, weights } = gaussLegendre(steps);
  const size = input.values.length;
  const integral = new Float64Array(size);
  const { weights: slope, batch } = slopeOfMany(
    resolved,
    Math.min(steps, gradientBatchSize(network, memoryBudget({ memoryMB }))),
  );
  const session = openGradient(network);
  try {
    for (let done = 0; done < steps; done += batch) {
      await yieldToEvents(signal);
      const count = Math.min(batch, steps - done);
      const path = new Float32Array(count * size);
      for (let i = 0; i < path.length; i++) {
        const from = start[i % size]!;
        path[i] = from + points[done + Math.floor(i / size)]! * (input.values[i % size]! - from);
      }
      const { gradients } = session.run(path, count, slope);
      gradients.forEach((value, i) => {
        integral[i % size]! += weights[done + Math.floor(i / size)]! * value;
      });
      onProgress?.({ label: 'integrated-gradients', done: done + count, total: steps });
    }
  } finally {
    session.close();
  }
  const values = channelSum(
    integral.map((value, i) => value * (input.values[i]! - start[i]!)),
    3,
  );
  const difference = resolved.logit - targetLogit(resolved, forward(network, start));
  const sum = values.reduce((total, value) => total + value, 0);
  const result = attribution(network, photo, input, resolved, {
    method: 'integrated-gradients',
    values,
    signed: true,
    options: { steps, baseline },
    elapsedMs: performance.now() - started,
  });
  const shown = (number: number, digits: number) => number.toPrecision(digits).replaceAll('-', '−');
  const gap =
    `completeness gap ${shown(sum - difference, 3)}: the map sums to ${shown(sum, 5)}, ` +
    `the score differs from the baseline's by ${shown(difference, 5)}`;
  return { ...result, notes: [...result.notes, gap] };
}

/** Points and weights of the Gauss–Legendre rule on [0, 1], by Newton's method on the Legendre polynomial. */
export function gaussLegendre(count: number): { points: Float64Array; weights: Float64Array } {
  const [points, weights] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      let [previous, value] = [1, x];
      for (let k = 2; k <= count; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      slope = (count * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    points[count - 1 - i] = (1 + x) / 2;
    weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
