import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { massInside } from './mass-inside';
import { nothingPositive, placeOutcomes } from './placed';

export const relevanceMassMeasure = defineMeasure({
  name: 'relevance-mass',
  title: 'Relevance mass',
  question: 'place',
  unit: 'share of the positive mass',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@article{arras2022clevr, author = {Arras, Leila and Osman, Ahmed and Samek, Wojciech},
    title = {CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations}, journal = {Information Fusion},
    volume = {81}, pages = {14--40}, year = {2022}, doi = {10.1016/j.inffus.2021.11.008}}`,
  formula: String.raw`\frac{\sum_{p \in O} \max(0, M(p))}{\sum_p \max(0, M(p))}`,
  where: '$O$ is the object',
  sentence: 'adds up the share of the map’s positive values that lies inside the object',
  caution: 'takes the object for what decides: of a network that looks elsewhere a true map has a low share',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (measured, maps) =>
    placeOutcomes(measured, maps, (values, { mask, share }) => {
      const value = massInside(values, mask);
      return value === null ? nothingPositive : { value, parts: { chance: share } };
    }),
});
