import { WhylightError } from '../errors';
import { seededRandom } from '../random';

/**
 * One-sided p-value of paired differences being larger than 0: the share of sign patterns whose sum is at least as large
 * (Fisher 1935). Up to 14 differences every pattern is tried; of more, `draws` random ones beside the pattern that was seen. Needs differences
 * that would lie evenly about 0 if nothing were the matter, and no other shape.
 *
 * @throws WhylightError for no differences.
 */
export function signFlip(
  differences: readonly number[],
  { draws = 9999, seed = 0 }: { readonly draws?: number; readonly seed?: number } = {},
): number {
  const count = differences.length;
  if (count === 0) throw new WhylightError('no differences to test');
  const sum = differences.reduce((all, one) => all + one, 0);
  const slack = 1e-12 * differences.reduce((all, one) => all + Math.abs(one), 0);
  const reaches = (negative: (i: number) => boolean) =>
    differences.reduce((all, one, i) => all + (negative(i) ? -one : one), 0) >= sum - slack;
  if (count <= 14) {
    let least = 0;
    for (let pattern = 0; pattern < 2 ** count; pattern++) least += Number(reaches((i) => (pattern & (1 << i)) !== 0));
    return least / 2 ** count;
  }
  const random = seededRandom(seed);
  let least = 1;
  for (let draw = 0; draw < draws; draw++) least += Number(reaches(() => random() < 0.5));
  return least / (draws + 1);
}
