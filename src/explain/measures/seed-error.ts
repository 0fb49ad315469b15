import { z } from 'zod';
import { seededRandom } from '../random';
import { rankCorrelation } from '../statistics/rank-correlation';
import { defineMeasure, type MeasureOutcome } from './define-measure';
import { remakeEach } from './remake-each';
import { spanOf } from './span';

const schema = z.strictObject({
  seeds: z.int().min(2).default(5).meta({ description: 'seeds that the map is made with' }),
});

export const seedErrorMeasure = defineMeasure({
  name: 'seed-error',
  title: 'Error by the seed',
  question: 'stable',
  unit: 'share of the map’s range',
  better: 'lower',
  bounds: [0, Number.POSITIVE_INFINITY],
  bibtex: `@article{visani2022statistical, author = {Visani, Giorgio and Bagli, Enrico and Chesani, Federico and Poluzzi, Alessandro and Capuzzo, Davide},
    title = {Statistical Stability Indices for LIME: Obtaining Reliable Explanations for Machine Learning Models},
    journal = {Journal of the Operational Research Society}, volume = {73}, number = {1}, pages = {91--101}, year = {2022}, eprint = {2001.11757}}`,
  formula: String.raw`\frac{1}{\max \bar M - \min \bar M} \sqrt{\frac{1}{P} \sum_p \frac{1}{k-1} \sum_{i=1}^{k} \bigl(M_i(p) - \bar M(p)\bigr)^2}`,
  where: String.raw`$M_1, \dots, M_k$ are the maps of $k$ seeds, $\bar M$ is their mean, and $P$ is the number of pixels`,
  sentence: 'makes the map with several seeds and takes the standard error that one seed leaves at a pixel',
  caution:
    'falls with more masks or copies and says nothing of what they converge to: an even bias is no error by the seed',
  needs: ['remake'],
  cost: 'one more map for each of 5 seeds',
  schema,
  measure: async ({ seed }, maps, { seeds }, run) => {
    const random = seededRandom(seed);
    const changes = Array.from({ length: seeds }, () => ({ seed: Math.floor(random() * 2 ** 31) }));
    const drawing = maps.filter(({ seeded }) => seeded);
    const others = await remakeEach('seed-error', drawing, changes, run);
    return maps.map((map) =>
      map.seeded
        ? seedError(others[drawing.indexOf(map)]!)
        : { value: null, notes: [`${map.name} draws nothing by chance: each run gives the same map`] },
    );
  },
});

function seedError(maps: readonly Float32Array[]): MeasureOutcome {
  const k = maps.length;
  const mean = Float64Array.from(maps[0]!, (_, at) => maps.reduce((sum, map) => sum + map[at]!, 0) / k);
  const span = spanOf(mean);
  if (span === 0) return { value: null, notes: ['the mean map is even: an error is no share of its range'] };
  const variances = mean.map((middle, at) => maps.reduce((sum, map) => sum + (map[at]! - middle) ** 2, 0) / (k - 1));
  const error = Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / mean.length) / span;
  const largest = Math.sqrt(variances.reduce((most, value) => Math.max(most, value), 0)) / span;
  const correlations = maps.flatMap((a, i) => maps.slice(0, i).map((b) => rankCorrelation(a, b)));
  return {
    value: error,
    parts: {
      'largest at a pixel': largest,
      'of the mean of all seeds': error / Math.sqrt(k),
      'rank correlation between seeds': correlations.reduce((sum, value) => sum + value, 0) / correlations.length,
    },
  };
}
