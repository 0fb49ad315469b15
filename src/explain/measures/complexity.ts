import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { emptyOutcome, entropy, massShares } from './spread-masses';

/**
 * Complexity (Bhatt, Weller and Moura 2020, arXiv:2005.00631, definition 4): the entropy of each pixel's share of the
 * absolute values; 0 for a map of a single pixel, ln(pixels) for an even one. Quantus 0.6.0 takes the logarithm of
 * the share plus 1e-12.
 */
export const complexityMeasure = defineMeasure({
  name: 'complexity',
  title: 'Complexity',
  question: 'form',
  unit: 'nats',
  better: 'lower',
  bibtex: `@inproceedings{bhatt2020evaluating, author = {Bhatt, Umang and Weller, Adrian and Moura, José M. F.},
    title = {Evaluating and Aggregating Feature-based Model Explanations}, booktitle = {IJCAI}, pages = {3016--3022},
    year = {2020}, eprint = {2005.00631}}`,
  formula: String.raw`-\sum_p P(p) \ln P(p), \quad P(p) = \frac{|M(p)|}{\sum_q |M(q)|}`,
  sentence: 'takes the entropy of the pixels’ shares of the absolute values',
  caution:
    'knows nothing of the network: one bright pixel anywhere scores best; an even map has the logarithm of the number of pixels, so that only maps of one size compare',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) =>
    maps.map((map) => {
      const shares = massShares(map);
      return shares === null ? emptyOutcome : { value: entropy(shares) };
    }),
});
