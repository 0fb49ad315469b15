import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import type { Measure } from './define-measure';
import { efficientRandomisationMeasure } from './efficient-randomisation';
import { maxSensitivityMeasure } from './max-sensitivity';
import { randomClassMeasure } from './random-class';
import { randomisationMeasure } from './randomisation';
import { relativeInputStabilityMeasure } from './relative-input-stability';
import { relativeOutputStabilityMeasure } from './relative-output-stability';
import { relevanceMassMeasure } from './relevance-mass';
import { roundingMeasure } from './rounding';
import { seedErrorMeasure } from './seed-error';
import { smoothRandomisationMeasure } from './smooth-randomisation';

const list: Measure[] = [
  roundingMeasure,
  maxSensitivityMeasure,
  relativeInputStabilityMeasure,
  relativeOutputStabilityMeasure,
  seedErrorMeasure,
  randomisationMeasure,
  smoothRandomisationMeasure,
  efficientRandomisationMeasure,
  randomClassMeasure,
  relevanceMassMeasure,
];

/** Every measure, in the order of the questions that they answer. */
export const measures: readonly Measure[] = list;

/** Finds a measure by name. Throws WhylightError listing all for an unknown one. */
export function findMeasure(name: string): Measure {
  const measure = list.find((one) => one.name === name);
  if (measure !== undefined) return measure;
  const names = list.map((one) => one.name);
  throw new WhylightError(`unknown measure: ${name} (known: ${names.join(', ')}${didYouMean(name, names)})`);
}
