import { z } from 'zod';
import { ranks } from '../statistics/rank-correlation';
import { defineMeasure } from './define-measure';
import { placeOutcomes } from './placed';

export const localisationAucMeasure = defineMeasure({
  name: 'localisation-auc',
  title: 'Localisation AUC',
  question: 'place',
  unit: 'area under the curve',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@article{fawcett2006roc, author = {Fawcett, Tom}, title = {An Introduction to ROC Analysis}, journal = {Pattern Recognition Letters},
    volume = {27}, number = {8}, pages = {861--874}, year = {2006}, doi = {10.1016/j.patrec.2005.10.010}}`,
  formula: String.raw`\frac{1}{|O|\,|\bar{O}|} \sum_{p \in O} \sum_{q \notin O} \left( [M(p) > M(q)] + \tfrac{1}{2} [M(p) = M(q)] \right)`,
  where: String.raw`$O$ is the object and $\bar{O}$ what is outside it`,
  sentence:
    'gives the chance that a pixel of the object, drawn at random, has a higher value than one outside it; equal values count half',
  caution:
    'asks that all of the object stands above all of the rest, so that a smooth blob on it beats a map of the small part that decides, and takes the object for what decides',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (measured, maps) =>
    placeOutcomes(measured, maps, (values, { mask, count }) => {
      const outside = values.length - count;
      if (outside === 0) return { value: null, notes: ['the object fills the input'] };
      let sum = 0;
      ranks(values).forEach((rank, i) => {
        if (mask[i] !== 0) sum += rank;
      });
      return { value: (sum - (count * (count - 1)) / 2) / (count * outside), parts: { chance: 0.5 } };
    }),
});
