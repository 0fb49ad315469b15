import { z } from 'zod';
import { defineMeasure } from './define-measure';

/** The time that a map took, in seconds. */
export const secondsMeasure = defineMeasure({
  name: 'seconds',
  title: 'Seconds',
  question: 'cost',
  unit: 'seconds',
  better: 'lower',
  bibtex: `@incollection{robnik2018perturbation, author = {Robnik-Šikonja, Marko and Bohanec, Marko},
    title = {Perturbation-Based Explanations of Prediction Models}, booktitle = {Human and Machine Learning}, pages = {159--175},
    year = {2018}, doi = {10.1007/978-3-319-90403-0_9}}`,
  formula: String.raw`t_{\text{end}} - t_{\text{start}}`,
  sentence: 'takes the time in which the map was made',
  caution:
    'says as much of the machine, of what else ran on it, and of passes that an earlier map of the same photo left behind or a first one compiled',
  needs: [],
  cost: 'no pass',
  schema: z.strictObject({}),
  measure: async (_, maps) =>
    maps.map(({ cost, name }) =>
      cost === null
        ? { value: null, notes: [`what ${name} took is not known: no method here made it`] }
        : { value: cost.milliseconds / 1000 },
    ),
});
