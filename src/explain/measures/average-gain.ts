import { defineMeasure } from './define-measure';
import { maskCaution, maskSchema, throughMaps } from './map-as-mask';

/**
 * What the probability gains on the photo times the map (as in `average-drop`), as a share of what there is to gain, 0 where
 * it falls (Zhang et al. 2023, arXiv:2301.07002); the mean over photos is their average gain.
 */
export const averageGainMeasure = defineMeasure({
  name: 'average-gain',
  title: 'Average gain',
  question: 'follows',
  unit: 'share of what is left to 1',
  better: 'higher',
  bounds: [0, 1],
  bibtex: `@article{zhang2024opti, author = {Zhang, Hanwei and Torres, Felipe and Sicre, Ronan and Avrithis, Yannis and Ayache, Stephane},
    title = {Opti-CAM: Optimizing saliency maps for interpretability}, journal = {Computer Vision and Image Understanding},
    volume = {248}, pages = {104101}, year = {2024}, eprint = {2301.07002}}`,
  formula: String.raw`\max\left(0, \frac{P(c \mid M \circ I) - P(c \mid I)}{1 - P(c \mid I)}\right)`,
  where: 'the map $M$ goes from 0 at its lowest value to 1 at its highest',
  sentence: 'multiplies the photo by the map and takes the gain of the probability as a share of what there is to gain',
  caution: `${maskCaution}; where the network is nearly sure, the share is of next to nothing`,
  needs: [],
  cost: 'a forward pass a map',
  schema: maskSchema,
  measure: (measured, maps, { fill }, run) =>
    throughMaps(measured, maps, { name: 'average-gain', fill, run }, (photo, masked) => {
      if (photo === 1) return { value: null, notes: ['the photo’s probability is 1'] };
      return { value: Math.max(0, masked - photo) / (1 - photo) };
    }),
});
