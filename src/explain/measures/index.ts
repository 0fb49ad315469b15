import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { complexityMeasure } from './complexity';
import type { Measure } from './define-measure';
import { effectiveSizeMeasure } from './effective-size';
import { faithfulnessCorrelationMeasure } from './faithfulness-correlation';
import { infidelityMeasure } from './infidelity';
import { muFidelityMeasure } from './mu-fidelity';
import { passesMeasure } from './passes';
import { redrawnOrderMeasure } from './redrawn-order';
import { redrawnShareMeasure } from './redrawn-share';
import { redrawnSignMeasure } from './redrawn-sign';
import { relevanceMassMeasure } from './relevance-mass';
import { secondsMeasure } from './seconds';
import { sensitivityNMeasure } from './sensitivity-n';
import { sparsenessMeasure } from './sparseness';

const list: Measure[] = [
  faithfulnessCorrelationMeasure,
  sensitivityNMeasure,
  muFidelityMeasure,
  infidelityMeasure,
  relevanceMassMeasure,
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
