import { bootstrapEstimate } from '../explain/statistics/bootstrap';
import type { Estimate } from '../explain/statistics/estimate';

/** What a scene's score changes by, in logits: with the animal's markings, and with the background. */
export interface SceneEffects {
  readonly animal: number;
  readonly background: number;
}

/**
 * How much of a decision the background makes: |mean background| / (|mean animal| + |mean background|), 0 where only the
 * animal decides and 1 where only the background does; 0 where neither does anything.
 *
 * Its interval over scenes is the BCa one of the pair's place on the way once around |animal| + |background| = 1, and holds
 * all shares that are met between its ends. The bootstrap of the share itself would not do: a mean near 0 is resampled to
 * either side, no resample's share lies below the least, and the interval shrinks to nothing where least is known.
 *
 * @throws WhylightError for fewer than two scenes.
 */
export function backgroundShare(effects: readonly SceneEffects[]): Estimate {
  const middle = placeOf(effects) ?? 0;
  const { low, high, count } = bootstrapEstimate(effects, (cases) => nearest(placeOf(cases) ?? middle, middle));
  const ends = [low, high].map(shareAt);
  return {
    value: shareAt(middle),
    low: holdsWhole(low / 2, high / 2) ? 0 : Math.min(...ends),
    high: holdsWhole((low - 1) / 2, (high - 1) / 2) ? 1 : Math.max(...ends),
    count,
  };
}

/** 0 for an animal that speaks for its class alone, 1 for a background that does, 2 and 3 for those that speak against it; null for neither. */
function placeOf(effects: readonly SceneEffects[]): number | null {
  const mean = (key: keyof SceneEffects) => effects.reduce((sum, one) => sum + one[key], 0) / effects.length;
  const [animal, background] = [mean('animal'), mean('background')];
  const size = Math.abs(animal) + Math.abs(background);
  if (size === 0) return null;
  const along = background / size;
  return animal >= 0 ? along : 2 - along;
}

/** The same place, after as many rounds of four as bring it nearest to another. */
const nearest = (place: number, to: number): number => place + 4 * Math.round((to - place) / 4);

/** The background's share at a place: how far it is from the next one of an animal alone. */
const shareAt = (place: number): number => Math.abs(place - 2 * Math.round(place / 2));

/** Whether a whole number lies between two, or is one of them. */
const holdsWhole = (low: number, high: number): boolean => Math.floor(high) >= Math.ceil(low);
