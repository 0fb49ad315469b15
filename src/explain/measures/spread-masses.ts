import type { MeasuredMap } from './define-measure';

/** What is said of a map that is 0 everywhere. */
export const emptyOutcome = { value: null, notes: ['the map is 0 everywhere'] } as const;

/** |M| as shares of their sum; null where all are 0. */
export function massShares({ values }: MeasuredMap): Float64Array | null {
  let total = 0;
  for (const value of values) total += Math.abs(value);
  return total === 0 ? null : Float64Array.from(values, (value) => Math.abs(value) / total);
}

/** −Σ p ln p, in nats. */
export function entropy(shares: Float64Array): number {
  return shares.reduce((sum, share) => (share === 0 ? sum : sum - share * Math.log(share)), 0);
}
