import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { correlationOutcome, drawSize, piecesIn, removeSubsets, subsetOptions } from './random-subsets';

/**
 * Faithfulness correlation (Bhatt, Weller and Moura 2020, arXiv:2005.00631, definition 3): Pearson's correlation
 * between the sum of the map over a random subset and the drop of the score without it, over subsets of one size. A
 * pixel is removed in all its channels at once. Quantus removes single channels of pixels and by default 224 of them;
 * over the same subsets the two agree (test/golden/measures_subsets.py).
 */
export const faithfulnessCorrelationMeasure = defineMeasure({
  name: 'faithfulness-correlation',
  title: 'Faithfulness correlation',
  question: 'follows',
  unit: 'correlation',
  better: 'higher',
  bounds: [-1, 1],
  bibtex: `@inproceedings{bhatt2020evaluating, author = {Bhatt, Umang and Weller, Adrian and Moura, José M. F.},
    title = {Evaluating and Aggregating Feature-based Model Explanations}, booktitle = {IJCAI}, pages = {3016--3022},
    year = {2020}, eprint = {2005.00631}}`,
  formula: String.raw`\operatorname{corr}_{|S| = k}\Bigl(\sum_{p \in S} M(p),\; y(I) - y(I_{S \leftarrow b})\Bigr)`,
  where: String.raw`$S$ is a random subset of $k$ pixels, and $I_{S \leftarrow b}$ the image in which they have the fill's values`,
  sentence:
    'removes random subsets of the pixels, all of one size, and correlates (Pearson) the sum of the map over a subset with what the score loses without it',
  caution:
    'rewards maps made with the same fill, and those that add up: what pixels do only together, no sum says. Scattered pixels leave a photo that no network was trained on, whose score falls for the scatter too',
  needs: [],
  cost: 'no pass: 200 subsets are run once for all maps of a photo',
  schema: z.strictObject({
    ...subsetOptions(200, 'pixels'),
    share: z.number().gt(0).lt(1).default(0.1).meta({ description: 'of the pieces in a subset' }),
  }),
  measure: async (measured, maps, options, run) => {
    const draw = (_: number, random: () => number, pieces: number) =>
      drawSize(random, pieces, piecesIn(options.share, pieces));
    const removal = await removeSubsets(
      measured,
      maps,
      'faithfulness-correlation',
      options.subsets,
      draw,
      options,
      run,
    );
    return removal.sums.map((sums) => correlationOutcome(sums, removal));
  },
});
