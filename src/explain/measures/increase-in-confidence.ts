import { chattopadhay2018 } from './average-drop';
import { defineMeasure } from './define-measure';
import { maskCaution, maskSchema, throughMaps } from './map-as-mask';

/**
 * 1 where the probability rises on the photo times the map (as in `average-drop`), 0 elsewhere (Chattopadhay et al. 2018,
 * arXiv:1710.11063): the mean over photos is the share of those where it rises.
 */
export const increaseInConfidenceMeasure = defineMeasure({
  name: 'increase-in-confidence',
  title: 'Increase in confidence',
  question: 'follows',
  unit: 'share of photos',
  better: 'higher',
  bounds: [0, 1],
  bibtex: chattopadhay2018,
  formula: String.raw`\mathbf{1}\bigl[P(c \mid M \circ I) > P(c \mid I)\bigr]`,
  where: 'the map $M$ goes from 0 at its lowest value to 1 at its highest',
  sentence: 'multiplies the photo by the map and counts the photos whose probability rises',
  caution: `${maskCaution}; of a photo that the network is sure of nothing can rise`,
  needs: [],
  cost: 'a forward pass a map',
  schema: maskSchema,
  measure: (measured, maps, { fill }, run) =>
    throughMaps(measured, maps, { name: 'increase-in-confidence', fill, run }, (photo, masked) => ({
      value: Number(masked > photo),
    })),
});
