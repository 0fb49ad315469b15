import { didYouMean } from '../../did-you-mean';
import { WhylightError } from '../../errors';
import { areaPriorBaseline } from './area-prior';
import { blurredBaseline } from './blurred';
import { ceilingBaseline } from './ceiling';
import { centreBaseline } from './centre';
import type { Baseline } from './define-baseline';
import { edgesBaseline } from './edges';
import { otherPhotoBaseline } from './other-photo';
import { randomBaseline } from './random';
import { randomCoarseBaseline } from './random-coarse';

/** Every baseline, from the one that knows least. */
export const baselines: readonly Baseline[] = [
  randomBaseline,
  randomCoarseBaseline,
  centreBaseline,
  areaPriorBaseline,
  edgesBaseline,
  blurredBaseline,
  otherPhotoBaseline,
  ceilingBaseline,
];

/** Finds a baseline by name. Throws WhylightError listing all for an unknown one. */
export function findBaseline(name: string): Baseline {
  const baseline = baselines.find((one) => one.name === name);
  if (baseline !== undefined) return baseline;
  const names = baselines.map((one) => one.name);
  throw new WhylightError(`unknown baseline: ${name} (known: ${names.join(', ')}${didYouMean(name, names)})`);
}
