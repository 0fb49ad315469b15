import { defineMeasure } from './define-measure';
import { relativeStability, relativeStabilityBibtex, relativeStabilityOptions } from './relative-stability';

export const relativeOutputStabilityMeasure = defineMeasure({
  name: 'relative-output-stability',
  title: 'Relative output stability',
  question: 'stable',
  unit: 'common logarithm of a ratio',
  better: 'lower',
  bibtex: relativeStabilityBibtex,
  formula: String.raw`\log_{10} \max_{x'} \frac{\lVert (M_x - M_{x'}) / M_x \rVert_2}{\lVert h(x) - h(x') \rVert_2}`,
  where: `the $x'$ are inputs near $x$ with the same best class, $h$ gives the raw outputs, and the division is pixel by pixel`,
  sentence:
    'compares how much the map changes, pixel by pixel and relative to itself, with how much the raw outputs do',
  caution:
    'is ruled by the pixels where the map is nearly zero, and grows where the answer happens to stay the same: compare maps of one network on the same draws, never networks',
  needs: ['remake'],
  cost: 'one more map and one forward pass for each of 10 draws',
  schema: relativeStabilityOptions,
  measure: (measured, maps, options, run) => {
    const cause: Parameters<typeof relativeStability>[3]['cause'] = (clean, near) =>
      Math.sqrt(clean.outputs.reduce((sum, value, i) => sum + (value - near.outputs[i]!) ** 2, 0));
    return relativeStability('relative-output-stability', measured, maps, { ...options, cause }, run);
  },
});
