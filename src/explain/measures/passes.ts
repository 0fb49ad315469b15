import { z } from 'zod';
import { costBibtex, costOutcomes } from './cost';
import { defineMeasure } from './define-measure';

/** The passes of the network that a map took: a forward pass counts one, a backward pass two. */
export const passesMeasure = defineMeasure({
  name: 'passes',
  title: 'Passes',
  question: 'cost',
  unit: 'forward passes',
  better: 'lower',
  bibtex: costBibtex,
  formula: 'F + 2B',
  where: '$F$ and $B$ are the numbers of forward and backward passes',
  sentence: 'counts the passes of the network that the map took, a backward pass as two',
  caution: 'rewards methods that ask the network little, and counts no work outside it',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) => costOutcomes(maps, ({ passes }) => passes),
});
