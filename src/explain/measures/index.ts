import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { boxIouMeasure } from './box-iou';
import type { Measure } from './define-measure';
import { localisationAucMeasure } from './localisation-auc';
import { pointingGameMeasure } from './pointing-game';
import { relevanceMassMeasure } from './relevance-mass';
import { relevanceRankMeasure } from './relevance-rank';
import { topKIntersectionMeasure } from './top-k-intersection';

const list: Measure[] = [
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
