import { defineMeasure } from './define-measure';
import {
  relativeChange,
  relativeStability,
  relativeStabilityBibtex,
  relativeStabilityOptions,
} from './relative-stability';

export const relativeInputStabilityMeasure = defineMeasure({
  name: 'relative-input-stability',
  title: 'Relative input stability',
  question: 'stable',
  unit: 'common logarithm of a ratio',
  better: 'lower',
  bibtex: relativeStabilityBibtex,
  formula: String.raw`\log_{10} \max_{x'} \frac{\lVert (M_x - M_{x'}) / M_x \rVert_2}{\lVert (x - x') / x \rVert_2}`,
  where: `the $x'$ are inputs near $x$ with the same best class, and the division is pixel by pixel`,
  sentence: 'compares how much the map changes with how much the input does, each relative to itself, pixel by pixel',
  caution:
    'is ruled by the pixels where the map is nearly zero: maps with many zeros (Grad-CAM) look unstable and smooth ones stable, whatever they say of the network',
  needs: ['remake'],
  cost: 'one more map and one forward pass for each of 10 draws',
  schema: relativeStabilityOptions,
  measure: (measured, maps, options, run) => {
    const cause: Parameters<typeof relativeStability>[3]['cause'] = (clean, near) =>
      relativeChange(clean.input.values, near.input.values);
    return relativeStability('relative-input-stability', measured, maps, { ...options, cause }, run);
  },
});
