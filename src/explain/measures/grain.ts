import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';

/**
 * How grainy a map is: the mean absolute difference of two pixels that are `apart` px from one another, along rows and
 * columns, in units of the mean absolute value. 0 for an even map, about 1 for absolute values drawn pixel by pixel from
 * an exponential distribution. Pixels farther apart differ more in a smooth map; in one with a lattice of its own, those
 * that are a period apart differ less than neighbours.
 *
 * @returns at least 0; 0 for a map that is 0 everywhere
 * @throws WhylightError for a distance that is no whole number from 1 to below the map's sides.
 */
export function mapGrain(
  { values, width, height }: Pick<Attribution, 'values' | 'width' | 'height'>,
  apart = 1,
): number {
  const most = Math.min(width, height) - 1;
  if (!(Number.isInteger(apart) && apart >= 1 && apart <= most)) {
    throw new WhylightError(
      `apart: ${apart} (allowed: whole numbers from 1 to ${most}, for a map of ${width}×${height} px)`,
    );
  }
  let [differences, pairs, size] = [0, 0, 0];
  const compare = (one: number, other: number) => {
    differences += Math.abs(one - other);
    pairs++;
  };
  values.forEach((value, i) => {
    size += Math.abs(value);
    if ((i % width) + apart < width) compare(value, values[i + apart]!);
    if (i + apart * width < values.length) compare(value, values[i + apart * width]!);
  });
  return size === 0 ? 0 : differences / pairs / (size / values.length);
}
