import { WhylightError } from '../errors';
import { wilsonInterval } from './classification';
import type { Estimate } from './estimate';
import { normalQuantile } from './normal';

/** Yes-or-no answers of one group of independent cases. */
export interface ShareGroup {
  readonly hits: number;
  readonly count: number;
}

/** The group with the smallest share, and that share. */
export interface LeastShare {
  /** Place of the group in the list; of equal ones the first. */
  readonly group: number;
  /** `count` is that group's; the interval is one for the least of all groups. */
  readonly estimate: Estimate;
}

/**
 * The smallest of several groups' shares. Which group is the worst is itself read off the answers, so its own 95 % interval
 * would be too narrow: every group gets Wilson's interval at 1 − 0.05 / groups (Bonferroni), which hold together in 95 %
 * of samples, and the least share lies between the smallest lower and the smallest upper end.
 * @throws WhylightError for no groups, and for one without cases.
 */
export function estimateLeastShare(groups: readonly ShareGroup[]): LeastShare {
  if (groups.length === 0 || groups.some(({ count }) => count < 1))
    throw new WhylightError('the least share of no cases has no value');
  const z = normalQuantile(1 - 0.025 / groups.length);
  const ends = groups.map(({ hits, count }) => wilsonInterval(hits, count, z));
  const values = groups.map(({ hits, count }) => hits / count);
  const group = values.indexOf(Math.min(...values));
  return {
    group,
    estimate: {
      value: values[group]!,
      low: Math.min(...ends.map(([low]) => low)),
      high: Math.min(...ends.map(([, high]) => high)),
      count: groups[group]!.count,
    },
  };
}
