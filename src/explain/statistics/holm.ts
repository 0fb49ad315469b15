import { WhylightError } from '../errors';

/**
 * p-values corrected for being several (Holm 1979, Scandinavian Journal of Statistics 6, 65–70): where each below 0.05 is
 * called real, the chance that any of them is called so wrongly is at most 5 %, however they go together.
 *
 * @throws WhylightError for a value that is no probability.
 */
export function holm(values: readonly number[]): number[] {
  const wrong = values.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new WhylightError(`a p-value of ${wrong} (allowed: 0 to 1)`);
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length);
  let most = 0;
  order.forEach((at, i) => {
    most = Math.max(most, Math.min(1, (values.length - i) * values[at]!));
    result[at] = most;
  });
  return result;
}
