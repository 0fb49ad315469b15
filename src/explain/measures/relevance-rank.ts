import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { highestInside, placeOutcomes } from './placed';

/** Of pixels that tie at the cut the share that is the object's counts; Quantus takes them in the order of its sort. */
export const relevanceRankMeasure = defineMeasure({
  name: 'relevance-rank',
  title: 'Relevance rank',
  question: 'place',
  unit: 'share of the highest pixels',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@article{arras2022clevr, author = {Arras, Leila and Osman, Ahmed and Samek, Wojciech},
    title = {CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations}, journal = {Information Fusion},
    volume = {81}, pages = {14--40}, year = {2022}, doi = {10.1016/j.inffus.2021.11.008}}`,
  formula: String.raw`\frac{|H_k \cap O|}{k}, \quad k = |O|`,
  where: '$O$ is the object and $H_k$ the $k$ pixels where the map is highest',
  sentence:
    'takes as many of the map’s highest pixels as the object has, and gives the share of them that lies inside it',
  caution:
    'takes the object for what decides, though a network may need only a part of it or something else, and rewards a map for filling all of it, as a blurred copy does better',
  needs: ['mask'],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (measured, maps) =>
    placeOutcomes(measured, maps, (values, { mask, count, share }) => ({
      value: highestInside(values, mask, count) / count,
      parts: { chance: share },
    })),
});
