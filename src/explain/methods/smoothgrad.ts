import { z } from 'zod';
import { gaussian, seededRandom } from '../random';
import { channelMaximum } from './channel-reduction';
import { copyGradients } from './copy-gradients';
import { defineMethod, type MethodOptions } from './define-method';

const schema = z.strictObject({
  samples: z.int().min(1).default(25).meta({ description: 'noisy copies' }),
  noise: z
    .number()
    .min(0)
    .default(0.15)
    .meta({ description: 'standard deviation of the noise', unit: 'share of the input’s range (max − min)' }),
  statistic: z
    .enum(['mean', 'square', 'variance'])
    .default('mean')
    .meta({ description: 'mean: SmoothGrad; square: mean of squares; variance: VarGrad' }),
  seed: z.int().default(0).meta({ description: 'of the noise' }),
});

/** Options of SmoothGrad. */
export type SmoothGradOptions = MethodOptions<typeof schema>;

const titles = { mean: 'SmoothGrad', square: 'SmoothGrad squared', variance: 'VarGrad' } as const;

export const smoothgradMethod = defineMethod({
  name: 'smoothgrad',
  title: 'SmoothGrad',
  unit: '|∂logit/∂input|, smoothed',
  bibtex: `@misc{smilkov2017smoothgrad, author = {Smilkov, Daniel and Thorat, Nikhil and Kim, Been and Viégas, Fernanda and Wattenberg, Martin},
    title = {SmoothGrad: Removing Noise by Adding Noise}, year = {2017}, eprint = {1706.03825}}`,
  formula: String.raw`M_c(x,y) = \max_k \left| \frac{1}{n} \sum_{i=1}^{n} \frac{\partial S_c}{\partial I_k}(I + \varepsilon_i) \right|, \quad \varepsilon_i \sim \mathcal{N}(0, \sigma^2)`,
  where: String.raw`$\varepsilon_i$ is the noise of the $i$-th of $n$ copies, and $k$ runs over the colour channels`,
  sentence: 'averages the slopes of the score at noisy copies of the image',
  use: 'where the saliency map is too noisy to be read',
  avoid: 'to compare classes: as in the saliency map the sign is lost',
  cost: 'a backward pass for each of 25 noisy copies',
  passes: ({ samples }) => 3 * samples,
  needs: ['gradient'],
  perTarget: 'a backward pass',
  schema,
  explain: async ({ network, input: { values } }, targets, { samples, noise, statistic, seed }, run) => {
    const sigma = noise * range(values);
    const draw = gaussian(seededRandom(seed));
    const spreads = targets.map(() => openSpread(values.length));
    const write = (_: number, into: Float32Array) => {
      for (let i = 0; i < into.length; i++) into[i] = values[i]! + sigma * draw();
    };
    const take = (target: number, _: number, gradient: Float32Array) => spreads[target]!.add(gradient);
    await copyGradients(network, targets, { count: samples, write, take }, run);
    return spreads.map((spread) => ({
      values: channelMaximum(spread[statistic](), 3),
      signed: false,
      title: titles[statistic],
    }));
  },
});

/**
 * SmoothGrad: the mean over noisy copies of the gradient ∂y/∂x at x + N(0, σ²), then as in the saliency map the
 * largest absolute value over the channels (Smilkov et al. 2017, arXiv:1706.03825). `square` takes the mean of the
 * squares (Hooker et al. 2019), `variance` the variance (VarGrad; Adebayo et al. 2018). H×W of the input; not signed.
 *
 * @throws WhylightError for numbers that cannot be; AbortedError when interrupted.
 */
export const smoothgrad: typeof smoothgradMethod.run = smoothgradMethod.run;

/** Mean, mean of squares and variance of vectors as they come. */
function openSpread(size: number) {
  // Welford's way: copies that do not differ have variance 0, not what rounding leaves.
  const [means, squares, spreads] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  let count = 0;
  return {
    add: (vector: Float32Array) => {
      count++;
      vector.forEach((value, at) => {
        const away = value - means[at]!;
        means[at]! += away / count;
        spreads[at]! += away * (value - means[at]!);
        squares[at]! += value * value;
      });
    },
    mean: () => means,
    square: () => squares.map((square) => square / count),
    variance: () => spreads.map((spread) => spread / count),
  };
}

function range(values: Float32Array): number {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return highest - lowest;
}
