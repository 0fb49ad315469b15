import { z } from 'zod';
import { costBibtex, costOutcomes } from './cost';
import { defineMeasure } from './define-measure';

/** The time that a map took, in seconds. */
export const secondsMeasure = defineMeasure({
  name: 'seconds',
  title: 'Seconds',
  question: 'cost',
  unit: 'seconds',
  better: 'lower',
  bibtex: costBibtex,
  formula: String.raw`t_{\text{end}} - t_{\text{start}}`,
  sentence: 'takes the time in which the map was made',
  caution:
    'says as much of the machine, of what else ran on it, and of passes that an earlier map of the same photo left behind or a first one compiled',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) => costOutcomes(maps, ({ milliseconds }) => milliseconds / 1000),
});
