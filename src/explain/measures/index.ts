import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { averageDropMeasure } from './average-drop';
import { averageGainMeasure } from './average-gain';
import type { Measure } from './define-measure';
import { deletionMeasure } from './deletion';
import { increaseInConfidenceMeasure } from './increase-in-confidence';
import { insertionMeasure } from './insertion';
import { irofMeasure } from './irof';
import { regionDeletionMeasure } from './region-deletion';
import { relevanceMassMeasure } from './relevance-mass';
import { symmetricRelevanceGainMeasure } from './symmetric-relevance-gain';

const list: Measure[] = [
  deletionMeasure,
  insertionMeasure,
  symmetricRelevanceGainMeasure,
  regionDeletionMeasure,
  irofMeasure,
  averageDropMeasure,
  increaseInConfidenceMeasure,
  averageGainMeasure,
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
