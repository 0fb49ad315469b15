import { WhylightError } from '../explain/errors';
import { type OcclusionFill, occlusionFills } from '../explain/methods/occluder-fill';
import type { WhyRules } from './why-numbers';

interface Wishes {
  /** The first in every check. Default: black, the photo's mean colour, a blur. */
  readonly fills?: readonly OcclusionFill[];
  /** Default 0. */
  readonly seed?: number;
  /** Default false. */
  readonly quick?: boolean;
}

/** The rules of one explanation. At 24 other places a map passes where it does better than all: p is 1/25. */
export function whyRules({
  fills = ['black', 'mean', 'blur'],
  seed = 0,
  quick = false,
}: Wishes): Omit<WhyRules, 'choice'> {
  const unknown = fills.find((fill) => !occlusionFills.includes(fill));
  if (unknown !== undefined || fills.length === 0) {
    throw new WhylightError(`fills: ${unknown ?? 'none'} (allowed: ${occlusionFills.join(', ')}; one at least)`);
  }
  return {
    seed,
    fills: quick ? fills.slice(0, 1) : [...new Set(fills)],
    shares: quick ? [0.1, 0.2] : [0.05, 0.1, 0.2],
    draws: quick ? 1 : 2,
    pieces: !quick,
    level: 0.05,
    alike: 0.5,
  };
}
