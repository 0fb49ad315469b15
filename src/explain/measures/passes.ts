import { z } from 'zod';
import { defineMeasure } from './define-measure';

/** The passes of the network that a map took: a forward pass counts one, a backward pass two. */
export const passesMeasure = defineMeasure({
  name: 'passes',
  title: 'Passes',
  question: 'cost',
  unit: 'forward passes',
  better: 'lower',
  bibtex: `@incollection{robnik2018perturbation, author = {Robnik-Šikonja, Marko and Bohanec, Marko},
    title = {Perturbation-Based Explanations of Prediction Models}, booktitle = {Human and Machine Learning}, pages = {159--175},
    year = {2018}, doi = {10.1007/978-3-319-90403-0_9}}`,
  formula: 'F + 2B',
  where: '$F$ and $B$ are the numbers of forward and backward passes',
  sentence: 'counts the passes of the network that the map took, a backward pass as two',
  caution: 'rewards methods that ask the network little, and counts no work outside it',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) =>
    maps.map(({ cost, name }) =>
      cost === null
        ? { value: null, notes: [`what ${name} took is not known: no method here made it`] }
        : { value: cost.passes },
    ),
});
