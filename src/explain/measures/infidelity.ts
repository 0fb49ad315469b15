import { z } from 'zod';
import { gaussian, streamOf } from '../random';
import { defineMeasure, type MeasureCase, type MeasureOutcome } from './define-measure';
import { removalOptions, removedInput, scoreDrops } from './score-drops';

const schema = z.strictObject({
  perturbation: z.enum(['square', 'noisy-baseline']).default('square').meta({
    description:
      'square: a square at a random place is removed; noisy-baseline: all pixels are, and noise is added to the fill',
  }),
  samples: z.int().min(2).default(200).meta({ description: 'perturbed copies' }),
  side: z.number().gt(0).max(1).default(0.25).meta({ description: 'of the square', unit: 'share of the shorter side' }),
  noise: z
    .number()
    .gt(0)
    .default(0.2)
    .meta({ description: 'standard deviation of the baseline’s noise', unit: 'normalised input' }),
  slopes: z.boolean().default(false).meta({
    description:
      'whether the map’s values are slopes, each multiplied by how far the pixel’s values move, added up over the channels; else each is a share of the score and counts once where its pixel is removed. With a noisy baseline always',
  }),
  normalise: z.boolean().default(true).meta({
    description: 'whether the map is multiplied first by the number that makes its infidelity least',
  }),
  ...removalOptions,
});

/** A perturbed copy and the perturbation's weight of each pixel. */
interface Perturbation {
  readonly copy: Float32Array;
  readonly weights: Float64Array;
}

/** Makes perturbations by number. */
function perturbations(measured: MeasureCase, options: z.output<typeof schema>): (index: number) => Perturbation {
  const { input, network } = measured.look;
  const { height, width, values } = input;
  const channels = network.inputShape[2];
  const removed = removedInput(measured, options.fill);
  const slopes = options.slopes || options.perturbation === 'noisy-baseline';
  const side = Math.max(1, Math.round(options.side * Math.min(height, width)));

  const square = (random: () => number) => {
    const top = Math.floor(random() * (height - side + 1));
    const left = Math.floor(random() * (width - side + 1));
    const copy = values.slice();
    const inside = new Float64Array(height * width);
    for (let y = top; y < top + side; y++) {
      const [from, to] = [y * width + left, y * width + left + side];
      inside.fill(1, from, to);
      copy.set(removed.subarray(from * channels, to * channels), from * channels);
    }
    return { copy, inside };
  };
  const moved = (copy: Float32Array) => {
    const weights = new Float64Array(height * width);
    copy.forEach((value, i) => {
      weights[Math.floor(i / channels)]! += values[i]! - value;
    });
    return weights;
  };
  return (index) => {
    const random = streamOf(measured.seed, index);
    if (options.perturbation === 'square') {
      const { copy, inside } = square(random);
      return { copy, weights: slopes ? moved(copy) : inside };
    }
    const draw = gaussian(random);
    const copy = removed.map((value) => value + options.noise * draw());
    return { copy, weights: moved(copy) };
  };
}

/**
 * Infidelity (Yeh et al. 2019, arXiv:1901.09392): the mean over random perturbations I of (Σ_p I(p) M(p) − (y(x) −
 * y(x′)))², where x′ is the perturbed input. A map has one value a pixel. Of one that shares out the score I is 1
 * where the pixel is removed and 0 elsewhere, as Captum has it for attributions that are multiplied by the input; of
 * one that holds slopes I is x − x′ added up over the channels. Normalised as by Captum 0.9.0 the map is multiplied
 * by β = Σ ab / Σ a² first, with a the sums and b the drops: without it the number depends on the map's scale.
 * `parts` has β as `scale`, the number for the map as it is as `raw`, and the mean square of the drops, which a map
 * of zeros has, as `zeros`.
 */
export const infidelityMeasure = defineMeasure({
  name: 'infidelity',
  title: 'Infidelity',
  question: 'follows',
  unit: 'squared score',
  better: 'lower',
  bibtex: `@inproceedings{yeh2019infidelity, author = {Yeh, Chih-Kuan and Hsieh, Cheng-Yu and Suggala, Arun Sai and Inouye, David I. and Ravikumar, Pradeep},
    title = {On the (In)fidelity and Sensitivity of Explanations}, booktitle = {NeurIPS}, year = {2019}, eprint = {1901.09392}}`,
  formula: String.raw`\mathbb{E}_{J}\Bigl[\bigl(\beta \sum_p J(p) M(p) - (y(I) - y(I'))\bigr)^2\Bigr]`,
  where: String.raw`$I'$ is the perturbed image, $J$ says how far each pixel was perturbed, and $\beta$ is the scale of the map under which the mean is least`,
  sentence:
    'removes squares at random places and takes the mean square of what the map, scaled to fit best, says wrongly of the score’s loss',
  caution:
    'rewards whatever is as large as the loss on average: an even map does well where every square costs alike, and nearly any map with a noisy baseline, whose loss hardly varies. The best scale may be negative, so that a map and its opposite score the same; without scaling the number depends on the map’s unit. It grows with the square of the score, so that photos with large scores decide a mean',
  needs: [],
  cost: 'no pass: 200 perturbed copies are run once for all maps of a photo',
  schema,
  measure: async (measured, maps, options, run) => {
    const perturbation = perturbations(measured, options);
    const count = options.samples;
    const write = (index: number, into: Float32Array) => into.set(perturbation(index).copy);
    const { drops } = await scoreDrops(measured, { label: 'infidelity', count, write, options }, run);
    const sums = maps.map(() => new Float64Array(count));
    for (let index = 0; index < count; index++) {
      const { weights } = perturbation(index);
      maps.forEach(({ values }, i) => {
        let sum = 0;
        for (let p = 0; p < values.length; p++) sum += weights[p]! * values[p]!;
        sums[i]![index] = sum;
      });
    }
    return sums.map((all): MeasureOutcome => {
      const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      const size = product(all, all);
      const scale = size === 0 ? 0 : product(all, drops) / size;
      const error = (by: number) => all.reduce((sum, value, i) => sum + (by * value - drops[i]!) ** 2, 0) / count;
      const raw = error(1);
      const parts = { scale, raw, zeros: product(drops, drops) / count };
      return { value: options.normalise ? error(scale) : raw, parts };
    });
  },
});
