import { z } from 'zod';
import { forward } from '../network/executors/forward';
import { targetLogit } from '../target';
import { channelSum } from './channel-reduction';
import { copyGradients } from './copy-gradients';
import { defineMethod, type MethodOptions } from './define-method';

const schema = z.strictObject({
  steps: z.int().min(1).max(1000).default(50).meta({ description: 'points of the Gauss–Legendre rule' }),
  baseline: z.enum(['zero', 'black', 'white']).default('zero').meta({
    description:
      'where the path starts: zero: 0 after preprocessing, the training data’s mean colour (Captum’s default); black and white: in pixels',
  }),
});

/** Options of integrated gradients. */
export type IntegratedGradientsOptions = MethodOptions<typeof schema>;

export const integratedGradientsMethod = defineMethod({
  name: 'integrated-gradients',
  title: 'Integrated gradients',
  unit: 'share of the logit',
  bibtex: `@inproceedings{sundararajan2017axiomatic, author = {Sundararajan, Mukund and Taly, Ankur and Yan, Qiqi},
    title = {Axiomatic Attribution for Deep Networks}, booktitle = {ICML}, year = {2017}, eprint = {1703.01365}}`,
  formula: String.raw`M_c(x,y) = \sum_k (I_k - I'_k) \int_0^1 g_k(\alpha)\, d\alpha, \quad g_k(\alpha) = \frac{\partial S_c}{\partial I_k}\bigl(I' + \alpha (I - I')\bigr)`,
  where: "$I'$ is the uniform image, and $k$ runs over the colour channels",
  sentence: 'adds up the slope of the score on the straight way from a uniform image to the picture',
  use: 'for a signed map that adds up to the score’s difference from a uniform image',
  avoid: 'where the baseline’s colour is itself evidence: pixels of that colour get nothing',
  cost: 'a backward pass for each of 50 points',
  passes: ({ steps }) => 3 * steps,
  needs: ['gradient'],
  perTarget: 'a backward pass',
  schema,
  explain: async ({ network, input }, targets, { steps, baseline }, run) => {
    const { mean, std } = network.preprocessing;
    const start = input.values.map((_, i) =>
      baseline === 'zero' ? 0 : ((baseline === 'white' ? 1 : 0) - mean[i % mean.length]!) / std[i % mean.length]!,
    );
    const { points, weights } = gaussLegendre(steps);
    const integrals = targets.map(() => new Float64Array(start.length));
    const write = (step: number, into: Float32Array) => {
      for (let i = 0; i < into.length; i++) into[i] = start[i]! + points[step]! * (input.values[i]! - start[i]!);
    };
    const take = (target: number, step: number, gradient: Float32Array) => {
      const integral = integrals[target]!;
      for (let i = 0; i < gradient.length; i++) integral[i]! += weights[step]! * gradient[i]!;
    };
    await copyGradients(network, targets, { count: steps, write, take }, run);
    const outputs = forward(network, start);
    return targets.map((target, at) => {
      const values = channelSum(
        integrals[at]!.map((value, i) => value * (input.values[i]! - start[i]!)),
        mean.length,
      );
      return { values, signed: true, notes: [completeness(values, target.logit - targetLogit(target, outputs))] };
    });
  },
});

/**
 * Integrated gradients: Σ_k (x_k − x′_k) ∫₀¹ ∂y/∂x_k (x′ + α(x − x′)) dα over the channels, by Gauss–Legendre
 * quadrature (Sundararajan, Taly and Yan 2017, arXiv:1703.01365). Signed, in logits, H×W of the input. Its sum is
 * y(x) − y(x′) but for the quadrature's error: the completeness gap, which the notes name.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export const integratedGradients: typeof integratedGradientsMethod.run = integratedGradientsMethod.run;

function completeness(values: Float32Array, difference: number): string {
  const sum = values.reduce((total, value) => total + value, 0);
  const decimal = (number: number, digits: number) => number.toPrecision(digits).replaceAll('-', '−');
  return (
    `completeness gap ${decimal(sum - difference, 3)}: the map sums to ${decimal(sum, 5)}, ` +
    `the score differs from the baseline's by ${decimal(difference, 5)}`
  );
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
