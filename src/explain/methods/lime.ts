import { z } from 'zod';
import { qualityOption } from '../quality';
import { seededRandom } from '../random';
import { otherScores, perturbAt, roundingNotes } from '../rounded-copies';
import { columnOf, probabilitiesOf } from '../scored-copies';
import { farCopies, standardErrorNote } from './copies-notes';
import { defineMethod, type MethodOptions } from './define-method';
import { weightedRidge } from './ridge';
import { meanColours, superpixels } from './superpixels';

const schema = z.strictObject({
  samples: z.int().min(2).default(1000).meta({ description: 'random copies; the first shows everything' }),
  segments: z.int().min(2).default(50).meta({ description: 'superpixels wanted, about' }),
  kernelWidth: z.number().gt(0).default(0.25).meta({ description: 'width of the kernel over cosine distances' }),
  penalty: z.number().min(0).default(1).meta({ description: 'strength of the ridge penalty' }),
  quality: qualityOption('the same here'),
  seed: z.int().default(0).meta({ description: 'of the random copies' }),
});

/** Options of LIME. */
export type LimeOptions = MethodOptions<typeof schema>;

/** Kernel weight of a copy that shows `shown` of `all` superpixels: √exp(−d²/width²), d the cosine distance to all ones. */
export function limeWeight(visible: number, all: number, width: number): number {
  const distance = visible === 0 ? 1 : 1 - Math.sqrt(visible / all);
  return Math.sqrt(Math.exp(-(distance * distance) / (width * width)));
}

export const limeMethod = defineMethod({
  name: 'lime',
  title: 'LIME',
  unit: 'weight in the linear model',
  bibtex: `@inproceedings{ribeiro2016why, author = {Ribeiro, Marco Tulio and Singh, Sameer and Guestrin, Carlos},
    title = {‘Why Should I Trust You?’: Explaining the Predictions of Any Classifier}, booktitle = {KDD}, year = {2016}, eprint = {1602.04938}}`,
  formula: String.raw`\beta = \operatorname*{arg\,min}_{\beta} \sum_{z} \pi(z)\, r(z)^2 + \lambda \lVert \beta \rVert^2, \quad r(z) = P(c \mid I_z) - b - \beta^{\top} z`,
  where: String.raw`$z$ says which regions the copy $I_z$ shows, $\pi$ how near it is to the whole, and $\lambda$ is the penalty`,
  sentence: 'fits a linear model to the probabilities of images without some of their regions',
  use: 'for regions rather than pixels, where nothing but the outputs of a network can be had',
  avoid: 'where its note says that the linear model explains little: the map is then of another function',
  cost: 'one forward pass for each of 1,000 copies',
  passes: ({ samples }) => samples,
  standardErrors: () => true,
  needs: [],
  perTarget: 'nothing',
  schema,
  explain: async ({ network, input }, targets, { samples, segments, kernelWidth, penalty, quality, seed }, run) => {
    const { labels, count } = superpixels(input.image, { count: segments });
    const channels = input.values.length / labels.length;
    const hidden = meanColours(input.values, { labels, count });
    const random = seededRandom(seed);
    const masks = Array.from({ length: samples }, (_, i) =>
      Uint8Array.from({ length: count }, () => (i === 0 || random() < 0.5 ? 1 : 0)),
    );
    const perturbations = {
      ...run,
      ...probabilitiesOf(network, targets),
      count: samples,
      write: (index: number, into: Float32Array) => {
        labels.forEach((label, at) => {
          if (masks[index]![label] === 1) return;
          for (let c = 0; c < channels; c++) into[at * channels + c] = hidden[label * channels + c]!;
        });
      },
    };
    const rounded = await perturbAt(quality, network, input.values, perturbations, seed);
    const others = otherScores(rounded);
    const weights = masks.map((row) => {
      const visible = row.reduce((sum, value) => sum + value, 0);
      return limeWeight(visible, count, kernelWidth);
    });
    return targets.map((_, i) => {
      const own = columnOf(rounded.scores, targets.length, i);
      const { coefficients, errors, explained } = weightedRidge(masks, own, weights, penalty);
      const values = Float32Array.from(labels, (label) => coefficients[label]!);
      const spread = Float64Array.from(labels, (label) => errors[label]!);
      return {
        values,
        signed: true,
        errors: Float32Array.from(spread),
        options: { superpixels: count, precision: rounded.precision },
        notes: [
          `the linear model explains ${(100 * explained).toFixed(0)} % of the weighted variance`,
          ...roundingNotes(
            rounded,
            i,
            Float32Array.from(coefficients),
            others.map((scores) => {
              const other = columnOf(scores, targets.length, i);
              return Float32Array.from(weightedRidge(masks, other, weights, penalty).coefficients);
            }),
          ),
          ...farCopies(own.subarray(1), targets[i]!),
          ...standardErrorNote(values, spread, `${samples} copies`),
        ],
      };
    });
  },
});

/**
 * LIME for images: a linear model of the target's probability in which superpixels (SLIC) are shown or hidden, fitted
 * by ridge regression to random copies weighed by their nearness to the whole (Ribeiro, Singh and Guestrin 2016,
 * arXiv:1602.04938). Hidden superpixels have their own mean colour. Each pixel gets its superpixel's coefficient:
 * signed, in probability (in the target's own score where it has none). Notes say how well the model fits, how exact so many
 * copies are, and where the copies score far from the photo. One forward pass a copy.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export const lime: typeof limeMethod.run = limeMethod.run;
