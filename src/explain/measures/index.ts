import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { averageDropMeasure } from './average-drop';
import { averageGainMeasure } from './average-gain';
import { boxIouMeasure } from './box-iou';
import { complexityMeasure } from './complexity';
import type { Measure } from './define-measure';
import { deletionMeasure } from './deletion';
import { effectiveSizeMeasure } from './effective-size';
import { efficientRandomisationMeasure } from './efficient-randomisation';
import { faithfulnessCorrelationMeasure } from './faithfulness-correlation';
import { increaseInConfidenceMeasure } from './increase-in-confidence';
import { infidelityMeasure } from './infidelity';
import { insertionMeasure } from './insertion';
import { irofMeasure } from './irof';
import { localisationAucMeasure } from './localisation-auc';
import { maxSensitivityMeasure } from './max-sensitivity';
import { muFidelityMeasure } from './mu-fidelity';
import { passesMeasure } from './passes';
import { pointingGameMeasure } from './pointing-game';
import { randomClassMeasure } from './random-class';
import { randomLabelsMeasure } from './random-labels';
import { randomisationMeasure } from './randomisation';
import { redrawnOrderMeasure } from './redrawn-order';
import { redrawnShareMeasure } from './redrawn-share';
import { redrawnSignMeasure } from './redrawn-sign';
import { regionDeletionMeasure } from './region-deletion';
import { relativeInputStabilityMeasure } from './relative-input-stability';
import { relativeOutputStabilityMeasure } from './relative-output-stability';
import { relevanceMassMeasure } from './relevance-mass';
import { relevanceRankMeasure } from './relevance-rank';
import { roundingMeasure } from './rounding';
import { secondsMeasure } from './seconds';
import { seedErrorMeasure } from './seed-error';
import { sensitivityNMeasure } from './sensitivity-n';
import { smoothRandomisationMeasure } from './smooth-randomisation';
import { sparsenessMeasure } from './sparseness';
import { symmetricRelevanceGainMeasure } from './symmetric-relevance-gain';
import { topKIntersectionMeasure } from './top-k-intersection';

const list: Measure[] = [
  deletionMeasure,
  insertionMeasure,
  symmetricRelevanceGainMeasure,
  regionDeletionMeasure,
  irofMeasure,
  averageDropMeasure,
  increaseInConfidenceMeasure,
  averageGainMeasure,
  faithfulnessCorrelationMeasure,
  sensitivityNMeasure,
  muFidelityMeasure,
  infidelityMeasure,
  roundingMeasure,
  maxSensitivityMeasure,
  relativeInputStabilityMeasure,
  relativeOutputStabilityMeasure,
  seedErrorMeasure,
  randomisationMeasure,
  smoothRandomisationMeasure,
  efficientRandomisationMeasure,
  randomLabelsMeasure,
  randomClassMeasure,
  relevanceMassMeasure,
  relevanceRankMeasure,
  topKIntersectionMeasure,
  localisationAucMeasure,
  pointingGameMeasure,
  boxIouMeasure,
  redrawnOrderMeasure,
  redrawnSignMeasure,
  redrawnShareMeasure,
  sparsenessMeasure,
  complexityMeasure,
  effectiveSizeMeasure,
  passesMeasure,
  secondsMeasure,
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
