import type { Estimate } from '../explain/statistics/estimate';

/** A number with a true minus sign and a fixed number of decimals, so that columns align on the point. */
export function decimal(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

/** Share as percent with one decimal: `12.3 %`. */
export function percentage(share: number, digits = 1): string {
  return `${decimal(100 * share, digits)} %`;
}

/** Share as whole percent; nothing is called 0 % or 100 % that is not. */
export function wholePercentage(share: number): string {
  if (share > 0 && share < 0.005) return 'less than 1 %';
  return share < 1 && share >= 0.995 ? 'more than 99 %' : percentage(share, 0);
}

/** `[0.91, 0.97]`. */
export function interval({ low, high }: Estimate, digits = 2, scale = 1): string {
  return `[${decimal(scale * low, digits)}, ${decimal(scale * high, digits)}]`;
}

/** A number as a table shows it: what stands behind its digits, unseen, so that the points of its column align. */
export interface Aligned {
  readonly text: string;
  readonly pad: string;
}

/** Fills numbers up to the decimals of the longest. */
export function alignOnPoint(texts: readonly string[]): Aligned[] {
  const decimals = texts.map((text) => (text.includes('.') ? text.slice(text.indexOf('.')) : '').length);
  const most = Math.max(0, ...decimals);
  return texts.map((text, i) => {
    const missing = most - decimals[i]!;
    return { text, pad: decimals[i] === 0 && missing > 0 ? `.${'0'.repeat(missing - 1)}` : '0'.repeat(missing) };
  });
}
