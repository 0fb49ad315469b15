import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { highestInside, placeOutcomes } from './placed';

/** `influence` is the paper's concept influence; Quantus's default k of 1000 px is 2 % at 224. */
export const topKIntersectionMeasure = defineMeasure({
  name: 'top-k-intersection',
  title: 'Top-k intersection',
  question: 'place',
  unit: 'share of the highest pixels',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@inproceedings{theiner2022interpretable, author = {Theiner, Jonas and Müller-Budack, Eric and Ewerth, Ralph},
    title = {Interpretable Semantic Photo Geolocation}, booktitle = {WACV}, year = {2022}, eprint = {2104.14995}}`,
  formula: String.raw`\frac{|H_k \cap O|}{k}`,
  where: '$O$ is the object and $H_k$ the $k$ pixels where the map is highest, 2 % of the input',
  sentence: 'gives the share of the map’s highest pixels, 2 % of the input, that lies inside the object',
  caution:
    'reads only the top of the map and takes the object for what decides: of a network that looks elsewhere a true map has a low share',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({
    top: z
      .number()
      .gt(0)
      .max(1)
      .default(0.02)
      .meta({ description: 'how many pixels are the highest, one at least', unit: 'share of the input’s pixels' }),
  }),
  measure: async (measured, maps, { top }) =>
    placeOutcomes(measured, maps, (values, { mask, share }) => {
      const count = Math.max(1, Math.round(top * values.length));
      const value = highestInside(values, mask, count) / count;
      return { value, parts: { chance: share, influence: value / share } };
    }),
});
