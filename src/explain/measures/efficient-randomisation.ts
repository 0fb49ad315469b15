import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { redrawnNetworks, redrawOption } from './redraw';
import { remakeEach } from './remake-each';
import { spanOf } from './span';

const schema = z.strictObject({
  redraw: redrawOption,
  bins: z
    .int()
    .min(2)
    .default(100)
    .meta({ description: 'of the histogram, equal ones from the least to the largest value' }),
});

export const efficientRandomisationMeasure = defineMeasure({
  name: 'efficient-randomisation',
  title: 'Efficient parameter randomisation',
  question: 'about',
  unit: 'share of the map’s entropy',
  better: 'higher',
  bibtex: `@misc{hedstrom2024fresh, author = {Hedström, Anna and Weber, Leander and Lapuschkin, Sebastian and Höhne, Marina},
    title = {A Fresh Look at Sanity Checks for Saliency Maps}, year = {2024}, eprint = {2405.02383}}`,
  formula: String.raw`\frac{H(M_{f_L}) - H(M_f)}{H(M_f)}, \quad H(M) = -\sum_{b=1}^{B} h_b(M) \ln h_b(M)`,
  where: `$f_L$ is the network $f$ with all parameters drawn anew, and $h_b$ is the share of pixels in the $b$-th of $B$ equal bins`,
  sentence: 'compares the entropy of the map’s values with that of the map of a wholly random network',
  caution:
    'never looks at where anything is: two maps with the same histogram count as one; and it rewards methods whose maps of noise are even, which CAMs of few cells cannot have',
  needs: ['remake'],
  cost: 'one more map',
  schema,
  measure: async ({ look: { network }, seed }, maps, { redraw, bins }, run) => {
    const whole = redrawnNetworks(network, { order: 'bottom-up', redraw, seed }).at(-1)!;
    const others = await remakeEach('efficient-randomisation', maps, [{ network: whole }], run);
    return maps.map(({ values }, i) => {
      const [before, after] = [histogramEntropy(values, bins), histogramEntropy(others[i]![0]!, bins)];
      if (before === 0) return { value: null, notes: ['the map is even: its entropy is 0, and a rise no share of it'] };
      return { value: (after - before) / before, parts: { entropy: before, 'entropy, all drawn anew': after } };
    });
  },
});

/** Entropy (nats) of a map's histogram over equal bins from its least to its largest value, which is in the last; 0 of an even one. */
export function histogramEntropy(values: Float32Array, bins: number): number {
  const span = spanOf(values);
  if (span === 0) return 0;
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - lowest) / span) * bins))]!++;
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / values.length) * Math.log(count / values.length)),
    0,
  );
}
