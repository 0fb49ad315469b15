import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { emptyOutcome, entropy, massShares } from './spread-masses';

/**
 * Effective size: exp(entropy of the pixels' shares of the absolute values), the number of pixels that an even map as
 * spread as this one would have (the effective number of Jost 2006), as a share of all pixels: 1 for an even map.
 * `parts`: `half` is the share of pixels, largest first, that hold half of the absolute values; `above` the share
 * whose absolute value is over `threshold` of the largest, which Quantus 0.6.0 counts as effective complexity (after
 * Nguyen and Martínez 2020, arXiv:2007.07584, whose own definition asks the network).
 */
export const effectiveSizeMeasure = defineMeasure({
  name: 'effective-size',
  title: 'Effective size',
  question: 'form',
  unit: 'share of the pixels',
  better: 'neither',
  bounds: [0, 1],
  bibtex: `@article{jost2006entropy, author = {Jost, Lou}, title = {Entropy and diversity}, journal = {Oikos}, volume = {113},
    pages = {363--375}, year = {2006}, doi = {10.1111/j.2006.0030-1299.14714.x}}`,
  formula: String.raw`\frac{1}{d} \exp\Bigl(-\sum_p P(p) \ln P(p)\Bigr), \quad P(p) = \frac{|M(p)|}{\sum_q |M(q)|}`,
  where: '$d$ is the number of pixels',
  sentence: 'says over which share of the pixels an even map would lie that is as spread as this one',
  caution: 'is of no rank: an object may be small or large, and faint values all over the photo count as size',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({
    threshold: z.number().min(0).lt(1).default(1e-5).meta({
      description: 'from which a pixel counts in `above`',
      unit: 'share of the largest absolute value',
    }),
  }),
  measure: async (_, maps, { threshold }) =>
    maps.map((map) => {
      const shares = massShares(map);
      if (shares === null) return emptyOutcome;
      const count = shares.length;
      const size = Math.exp(entropy(shares)) / count;
      shares.sort().reverse();
      let [held, half] = [0, 0];
      // A hair less than half: rounding must not cost an even map one pixel more.
      while (held < 0.5 - 1e-9) held += shares[half++]!;
      const above = shares.filter((share) => share > threshold * shares[0]!).length;
      return { value: Math.min(1, size), parts: { half: half / count, above: above / count } };
    }),
});
