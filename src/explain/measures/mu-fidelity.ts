import { z } from 'zod';
import { rankCorrelation } from '../statistics/rank-correlation';
import { defineMeasure } from './define-measure';
import { correlationOutcome, drawEach, drawSize, piecesIn, removeSubsets, subsetOptions } from './random-subsets';

/**
 * µ-fidelity as Xplique defines it (Fel et al. 2022, arXiv:2206.04394) after definition 3 of Bhatt, Weller and Moura
 * 2020 (arXiv:2005.00631): Spearman's rank correlation, over a grid of 9 × 9 cells each of which is removed with
 * probability 0.2, between the sum of the map over what is removed and the drop of the logit. Bhatt's own has
 * Pearson's correlation and subsets of one size: `faithfulness-correlation` with `pieces: grid`; its subsets with
 * Spearman's are `sizes: equal`. Where nothing varies Xplique gives 0; here there is no value.
 */
export const muFidelityMeasure = defineMeasure({
  name: 'mu-fidelity',
  title: 'µ-fidelity',
  question: 'follows',
  unit: 'rank correlation',
  better: 'higher',
  bounds: [-1, 1],
  bibtex: `@misc{fel2022xplique, author = {Fel, Thomas and Hervier, Lucas and Vigouroux, David and Poche, Antonin and Plakoo, Justin and Cadene, Remi and Chalvidal, Mathieu and Colin, Julien and Boissin, Thibaut and Bethune, Louis and Picard, Agustin and Nicodeme, Claire and Gardes, Laurent and Flandin, Gregory and Serre, Thomas},
    title = {Xplique: A Deep Learning Explainability Toolbox}, year = {2022}, eprint = {2206.04394}}`,
  formula: String.raw`\operatorname{corr}_{S}\Bigl(\operatorname{rank} \sum_{p \in S} M(p),\; \operatorname{rank}\bigl(y(I) - y(I_{S \leftarrow b})\bigr)\Bigr)`,
  where: String.raw`$S$ is a random subset of the cells of a grid, and $I_{S \leftarrow b}$ the image in which they have the fill's values`,
  sentence:
    'removes random cells of a grid and correlates the rank of the map’s sum over them with the rank of what the score loses without them',
  caution:
    'rewards an even map as well: subsets have sizes by chance, and more cells removed take more from the score (not where all subsets have one size); of detail finer than a cell it sees nothing',
  needs: [],
  cost: 'no pass: 200 subsets are run once for all maps of a photo',
  schema: z.strictObject({
    ...subsetOptions(200, 'grid'),
    share: z.number().gt(0).lt(1).default(0.2).meta({ description: 'of the pieces in a subset' }),
    sizes: z.enum(['chance', 'equal']).default('chance').meta({
      description:
        'chance: each piece is drawn by itself, with the probability `share`; equal: all subsets have that share',
    }),
  }),
  measure: async (measured, maps, options, run) => {
    const { share, sizes } = options;
    const draw = (_: number, random: () => number, pieces: number) =>
      sizes === 'chance' ? drawEach(random, pieces, share) : drawSize(random, pieces, piecesIn(share, pieces));
    const removal = await removeSubsets(measured, maps, 'mu-fidelity', options.subsets, draw, options, run);
    return removal.sums.map((sums) => correlationOutcome(sums, removal, rankCorrelation));
  },
});
