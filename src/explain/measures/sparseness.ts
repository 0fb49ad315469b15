import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { emptyOutcome, massShares } from './spread-masses';

/**
 * Sparseness (Chalasani et al. 2020, arXiv:1810.06583): the Gini index of the absolute values, 0 for an even map and
 * 1 − 1/pixels for one of a single pixel. Quantus 0.6.0 adds 1e-7 to each value of the map scaled to a maximum of 1:
 * the same but for that.
 */
export const sparsenessMeasure = defineMeasure({
  name: 'sparseness',
  title: 'Sparseness',
  question: 'form',
  unit: 'Gini index',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@inproceedings{chalasani2020concise, author = {Chalasani, Prasad and Chen, Jiefeng and Chowdhury, Amrita Roy and Wu, Xi and Jha, Somesh},
    title = {Concise Explanations of Neural Networks using Adversarial Training}, booktitle = {ICML}, year = {2020}, eprint = {1810.06583}}`,
  formula: String.raw`\frac{\sum_{i=1}^{d} (2i - d - 1)\, |M|_{(i)}}{d \sum_{i=1}^{d} |M|_{(i)}}`,
  where: '$|M|_{(i)}$ is the $i$-th smallest absolute value of $d$ pixels',
  sentence: 'says how unequally the absolute values are shared among the pixels (Gini index)',
  caution: 'knows nothing of the network: one bright pixel anywhere scores best',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) =>
    maps.map((map) => {
      const shares = massShares(map)?.sort();
      if (shares === undefined) return emptyOutcome;
      const count = shares.length;
      const value = shares.reduce((sum, share, i) => sum + (2 * i + 1 - count) * share, 0) / count;
      return { value: Math.max(0, value) };
    }),
});
