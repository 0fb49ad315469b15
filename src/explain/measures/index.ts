import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import type { Measure } from './define-measure';
import { deletionMeasure } from './deletion';
import { insertionMeasure } from './insertion';
import { symmetricRelevanceGainMeasure } from './symmetric-relevance-gain';
import { irofMeasure } from './irof';
import { averageDropMeasure } from './average-drop';
import { increaseInConfidenceMeasure } from './increase-in-confidence';
import { averageGainMeasure } from './average-gain';
import { faithfulnessCorrelationMeasure } from './faithfulness-correlation';
import { sensitivityNMeasure } from './sensitivity-n';
import { muFidelityMeasure } from './mu-fidelity';
import { infidelityMeasure } from './infidelity';
import { roundingMeasure } from './rounding';
import { maxSensitivityMeasure } from './max-sensitivity';
import { relativeInputStabilityMeasure } from './relative-input-stability';
import { relativeOutputStabilityMeasure } from './relative-output-stability';
import { seedErrorMeasure } from './seed-error';
import { randomisationMeasure } from './randomisation';
import { smoothRandomisationMeasure } from './smooth-randomisation';
import { efficientRandomisationMeasure } from './efficient-randomisation';
import { randomClassMeasure } from './random-class';
import { relevanceMassMeasure } from './relevance-mass';
import { relevanceRankMeasure } from './relevance-rank';
import { topKIntersectionMeasure } from './top-k-intersection';
import { localisationAucMeasure } from './localisation-auc';
import { pointingGameMeasure } from './pointing-game';
import { boxIouMeasure } from './box-iou';
import { redrawnOrderMeasure } from './redrawn-order';
import { redrawnSignMeasure } from './redrawn-sign';
import { redrawnShareMeasure } from './redrawn-share';
import { sparsenessMeasure } from './sparseness';
import { complexityMeasure } from './complexity';
import { effectiveSizeMeasure } from './effective-size';
import { passesMeasure } from './passes';
import { secondsMeasure } from './seconds';
import { regionDeletionMeasure } from './region-deletion';

const list: Measure[] = [
  deletionMeasure,
  insertionMeasure,
  symmetricRelevanceGainMeasure,
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
  regionDeletionMeasure,
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
