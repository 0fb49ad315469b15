import { z } from 'zod';
import { yieldToEvents } from '../progress';
import { defineMeasure, type MeasureOutcome } from './define-measure';
import { nearbyInputs } from './nearby-inputs';
import { remakeEach } from './remake-each';
import { spanOf } from './span';

const schema = z.strictObject({
  draws: z.int().min(1).default(5).meta({ description: 'inputs moved' }),
  step: z
    .number()
    .gt(0)
    .default(1e-6)
    .meta({ description: 'how far each value is moved, up or down by chance', unit: 'share of the input’s range' }),
  beyond: z
    .number()
    .gt(0)
    .default(0.001)
    .meta({ description: 'from which change on a pixel is counted', unit: 'share of the map’s range' }),
});

export const roundingMeasure = defineMeasure({
  name: 'rounding',
  title: 'Change by rounding',
  question: 'stable',
  unit: 'share of the map’s range',
  better: 'lower',
  bounds: [0, Number.POSITIVE_INFINITY],
  bibtex: `@inproceedings{ghorbani2019fragile, author = {Ghorbani, Amirata and Abid, Abubakar and Zou, James},
    title = {Interpretation of Neural Networks Is Fragile}, booktitle = {AAAI}, year = {2019}, eprint = {1710.10547}}`,
  formula: String.raw`\max_i \frac{\max_p \lvert M_{x + \varepsilon_i}(p) - M_x(p) \rvert}{\max_p M_x(p) - \min_p M_x(p)}, \quad \varepsilon_i \in \{-s, s\}^n`,
  where: String.raw`$s$ is $10^{-6}$ of the range of the input $x$, and the signs of each $\varepsilon_i$ are drawn`,
  sentence:
    'moves the input by about what rounding moves it, and takes the largest change of any pixel of the map; of maps of one gradient it also says how far they are from the same map in double precision, on networks of plain convolutions',
  caution:
    'asks for nothing but repeatability: a map that never changes has 0 and may be wrong; what is above 0 is how exactly two correct programs can agree on this map, and one pixel at the kink of a ReLU is enough for 0.01 to 0.07',
  needs: ['remake'],
  cost: 'one more map for each of 5 draws',
  schema,
  measure: async (measured, maps, { draws, step, beyond }, run) => {
    const size = step * spanOf(measured.look.input.values);
    const inputs = nearbyInputs(measured, draws, (random) => (random() < 0.5 ? -size : size));
    const changes = inputs.map((input) => ({ input }));
    const others = await remakeEach('rounding', maps, changes, run);
    const results: MeasureOutcome[] = [];
    for (const [i, { values, exact }] of maps.entries()) {
      await yieldToEvents(run.signal);
      results.push(largestChange(values, others[i]!, { beyond, exact: (await exact?.()) ?? null }));
    }
    return results;
  },
});

function largestChange(
  values: Float32Array,
  others: readonly Float32Array[],
  { beyond, exact }: { readonly beyond: number; readonly exact: Float32Array | null },
): MeasureOutcome {
  const span = spanOf(values);
  if (span === 0) return { value: null, notes: ['the map is even: a change is no share of its range'] };
  const sharesTo = (other: Float32Array) => other.map((value, at) => Math.abs(value - values[at]!) / span);
  const most = (share: Float32Array) => share.reduce((largest, value) => Math.max(largest, value), 0);
  const shares = others.map(sharesTo);
  const largest = shares.map(most);
  const counts = shares.map((share) => share.filter((value) => value > beyond).length / values.length);
  return {
    value: Math.max(...largest),
    parts: {
      'mean over draws': largest.reduce((sum, value) => sum + value, 0) / largest.length,
      'share of pixels beyond': Math.max(...counts),
      ...(exact !== null && { 'difference to float64': most(sharesTo(exact)) }),
    },
  };
}
