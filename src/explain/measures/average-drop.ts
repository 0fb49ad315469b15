import { defineMeasure } from './define-measure';
import { maskCaution, maskSchema, throughMaps } from './map-as-mask';

export const chattopadhay2018 = `@inproceedings{chattopadhay2018gradcam, author = {Chattopadhay, Aditya and Sarkar, Anirban and Howlader, Prantik and Balasubramanian, Vineeth N.},
    title = {Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks}, booktitle = {WACV},
    year = {2018}, eprint = {1710.11063}}`;

/**
 * The share of the photo’s probability that is lost on the photo times the map, 0 where it rises (Chattopadhay et al. 2018,
 * arXiv:1710.11063); the mean over photos is their average drop, here a share and not per cent. The map goes from 0 at its
 * lowest to 1 at its highest and multiplies the normalised input, as the libraries have it; the paper does not say which.
 */
export const averageDropMeasure = defineMeasure({
  name: 'average-drop',
  title: 'Average drop',
  question: 'follows',
  unit: 'share of the probability',
  better: 'lower',
  bounds: [0, 1],
  bibtex: chattopadhay2018,
  formula: String.raw`\max\left(0, \frac{P(c \mid I) - P(c \mid M \circ I)}{P(c \mid I)}\right)`,
  where: 'the map $M$ goes from 0 at its lowest value to 1 at its highest',
  sentence: 'multiplies the photo by the map and takes the share of the probability that is lost',
  caution: maskCaution,
  needs: [],
  cost: 'a forward pass a map',
  schema: maskSchema,
  measure: (measured, maps, { fill }, run) =>
    throughMaps(measured, maps, { name: 'average-drop', fill, run }, (photo, masked) => {
      if (photo === 0) return { value: null, notes: ['the photo’s probability is 0'] };
      return { value: Math.max(0, photo - masked) / photo };
    }),
});
