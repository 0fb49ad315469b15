import type { MeasuredMap, MeasureOutcome } from './define-measure';

/** What measures of cost cite: that what an explanation costs belongs to its measures. */
export const costBibtex = `@incollection{robnik2018perturbation, author = {Robnik-Šikonja, Marko and Bohanec, Marko},
    title = {Perturbation-Based Explanations of Prediction Models}, booktitle = {Human and Machine Learning}, pages = {159--175},
    year = {2018}, doi = {10.1007/978-3-319-90403-0_9}}`;

/** Of each map's cost a number; null with a note for maps that no method here made. */
export const costOutcomes = (
  maps: readonly MeasuredMap[],
  number: (cost: NonNullable<MeasuredMap['cost']>) => number,
): MeasureOutcome[] =>
  maps.map(({ cost, name }) =>
    cost === null
      ? { value: null, notes: [`what ${name} took is not known: no method here made it`] }
      : { value: number(cost) },
  );
