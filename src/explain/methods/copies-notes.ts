import type { ResolvedTarget } from '../target';

/** How many standard deviations of the copies' scores, and how much (probability, or logits), make the photo's score far from their mean. */
const FAR = { deviations: 2, least: 0.1 };

/**
 * A note where masked copies score so differently from the photo that a map made of them is about other pictures: the
 * photo's score lies more than two standard deviations of the copies' scores from their mean, and more than 0.1. In the scale
 * that the method explains: probability; the target's score where it has none.
 * @param scores of the copies.
 */
export function farCopies(
  scores: ArrayLike<number>,
  { probability, logit }: Pick<ResolvedTarget, 'probability' | 'logit'>,
): string[] {
  const { mean, deviation } = spread(scores);
  const photo = probability ?? logit;
  const gap = Math.abs(photo - mean);
  if (gap <= FAR.deviations * deviation || gap <= FAR.least) return [];
  const [own, copies, width] = [photo, mean, deviation].map((value) => value.toFixed(2).replace('-', '−'));
  const what = probability === null ? 'score' : 'probability';
  return [
    `the masked copies have a mean ${what} of ${copies} (standard deviation ${width}), the photo has ${own}: the map tells what matters to such copies, which are far from the photo`,
  ];
}

/**
 * How exactly random copies give a map: the root mean square over pixels of its standard error, as a share of its range.
 * @param errors one a pixel, in the map's unit.
 */
export function standardErrorNote(values: Float32Array, errors: ArrayLike<number>, copies: string): string[] {
  let [lowest, highest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  values.forEach((value, at) => {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    sum += errors[at]! ** 2;
  });
  const share = Math.sqrt(sum / values.length) / (highest - lowest);
  if (!Number.isFinite(share)) return [];
  return [`${copies} leave a pixel a standard error of ${percent(100 * share)} % of the map’s range`];
}

const percent = (value: number) => (value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2));

function spread(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number } {
  let [mean, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const away = values[i]! - mean;
    mean += away / (i + 1);
    sum += away * (values[i]! - mean);
  }
  return { mean, deviation: values.length > 1 ? Math.sqrt(sum / (values.length - 1)) : 0 };
}
