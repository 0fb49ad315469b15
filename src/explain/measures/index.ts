import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { boxIouMeasure } from './box-iou';
import type { Measure } from './define-measure';
import { efficientRandomisationMeasure } from './efficient-randomisation';
import { localisationAucMeasure } from './localisation-auc';
import { maxSensitivityMeasure } from './max-sensitivity';
import { pointingGameMeasure } from './pointing-game';
import { randomClassMeasure } from './random-class';
import { randomisationMeasure } from './randomisation';
import { relativeInputStabilityMeasure } from './relative-input-stability';
import { relativeOutputStabilityMeasure } from './relative-output-stability';
import { relevanceMassMeasure } from './relevance-mass';
import { relevanceRankMeasure } from './relevance-rank';
import { roundingMeasure } from './rounding';
import { seedErrorMeasure } from './seed-error';
import { smoothRandomisationMeasure } from './smooth-randomisation';
import { topKIntersectionMeasure } from './top-k-intersection';

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
  relevanceRankMeasure,
  topKIntersectionMeasure,
  localisationAucMeasure,
  pointingGameMeasure,
  boxIouMeasure,
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
