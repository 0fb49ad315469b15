import { z } from 'zod';
import { superpixels } from '../methods/superpixels';
import { area } from './area';
import { defineMeasure } from './define-measure';
import { fillWords, openRemoval, removalFills, roadWords } from './fill-removed';
import { labelMeans } from './label-means';
import { removalOrder } from './removal-order';
import { digest, isProbable, scored } from './removal-run';

/**
 * IROF (Rieger and Hansen 2020, arXiv:2003.08747): superpixels (SLIC) go one by one, the highest mean of the map first; the
 * value is the area over the curve of the probability that is left, as a share of the photo’s, over the share of superpixels
 * that are gone: 0 where nothing falls, near 1 where the first takes all. Equal means go in a seeded random order. Of
 * targets without a probability it says nothing.
 */
export const irofMeasure = defineMeasure({
  name: 'irof',
  title: 'IROF',
  question: 'follows',
  unit: 'share of the probability',
  better: 'higher',
  bibtex: `@article{rieger2020irof, author = {Rieger, Laura and Hansen, Lars Kai},
    title = {IROF: a low resource evaluation metric for explanation methods}, journal = {arXiv preprint arXiv:2003.08747},
    year = {2020}, eprint = {2003.08747}}`,
  formula: String.raw`1 - \int_0^1 \frac{P(c \mid I_s)}{P(c \mid I)}\, ds`,
  where: '$I_s$ lacks a share $s$ of the superpixels, those with the highest mean of the map first',
  sentence:
    'removes superpixels, those with the highest mean of the map first, and takes the area over the share of the probability that is left',
  caution:
    'sees a map only as coarsely as the superpixels, and counts a small one like a large one; rewards, as deletion does, what breaks the picture',
  needs: [],
  cost: 'a forward pass for each of about 50 superpixels a map',
  schema: z.strictObject({
    segments: z.int().min(2).default(50).meta({ description: 'superpixels to divide the photo into, about' }),
    fill: z
      .enum(removalFills)
      .default('mean')
      .meta({ description: `what stands where pixels were removed. ${fillWords}; ${roadWords}` }),
  }),
  measure: async ({ look, target, seed }, maps, { segments, fill }, run) => {
    if (!isProbable(target)) return maps.map(() => ({ value: null, notes: ['the target has no probability'] }));
    const { labels, count } = superpixels(look.input.image, { count: segments });
    const removal = openRemoval(look.input, look.network.preprocessing, fill, seed);
    const x = Array.from({ length: count + 1 }, (_, gone) => gone / count);
    const outcomes = [];
    for (const { values } of maps) {
      const order = removalOrder(labelMeans(values, labels, count), seed);
      const rank = new Uint32Array(count);
      order.forEach((segment, place) => {
        rank[segment] = place;
      });
      const scores = await scored(look, target, removal, {
        ...run,
        label: 'irof',
        key: ['irof', segments, fill, seed, digest(order)],
        count,
        removed: (index, into) => {
          labels.forEach((segment, i) => {
            if (rank[segment]! <= index) into[i] = 1;
          });
        },
      });
      const curve = { x, y: [1, ...Array.from(scores, (score) => score / target.probability!)] };
      outcomes.push({ value: 1 - area(curve.x, curve.y), curve, parts: { superpixels: count } });
    }
    return outcomes;
  },
});
