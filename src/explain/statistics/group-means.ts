/** The mean of each group's values, in the order in which the groups appear: what several cases of one scene count for. */
export function groupMeans<T>(cases: readonly T[], group: (one: T) => string, value: (one: T) => number): number[] {
  const groups = new Map<string, number[]>();
  for (const one of cases) groups.set(group(one), [...(groups.get(group(one)) ?? []), value(one)]);
  return [...groups.values()].map((values) => values.reduce((sum, one) => sum + one, 0) / values.length);
}
