import type { Estimate } from '../../explain/statistics/estimate';
import { decimal, interval, percentage } from '../numbers';
import type { Prose } from '../prose/blocks';
import type { Verdict } from '../prose/grammar';
import { list, prose } from '../prose/make';

/** `85.0 % [80.1, 89.9]`. */
export const share = (estimate: Estimate): string => `${percentage(estimate.value)} ${interval(estimate, 1, 100)}`;

/** `0.93 [0.91, 0.95]`. */
export const correlationWords = (estimate: Estimate): string => `${decimal(estimate.value)} ${interval(estimate)}`;

/** The size of a difference: `19.3 percentage points`. */
export const points = ({ value }: Estimate): string => `${decimal(100 * Math.abs(value), 1)} percentage points`;

/** The interval of a difference's size, in the direction of its words: `[15.0, 23.6]`. */
const sizes = ({ value, low, high, ...rest }: Estimate): string =>
  interval(value < 0 ? { ...rest, value: -value, low: -high, high: -low } : { ...rest, value, low, high }, 1, 100);

/** `rises by 19.3 percentage points [15.0, 23.6]`. */
export const change = (estimate: Estimate, up: string, down: string): string =>
  `${estimate.value < 0 ? down : up} by ${points(estimate)} ${sizes(estimate)}`;

/** `19.3 percentage points more [15.0, 23.6]`. */
export const comparison = (estimate: Estimate, more: string, less: string): string =>
  `${points(estimate)} ${estimate.value < 0 ? less : more} ${sizes(estimate)}`;

/** One point of a figure for those who cannot see it. */
export const spoken = (name: string, estimate: Estimate, scale = 100, digits = 1): string =>
  `${name} ${decimal(scale * estimate.value, digits)}, 95 % interval ${interval(estimate, digits, scale)}`;

/** What the abstract adds to a difference without its interval. */
export const unsettled = (answer: Verdict): string => (answer === 'open' ? ', which settles no difference' : '');

/** For which classes a change goes up and for which down, interval and all: `By the target’s class the interval lies above zero for dog and wolf …`. */
export function bySign(
  classes: readonly { readonly label: string; readonly estimate: Estimate }[],
  by = 'By the target’s class the interval',
): Prose {
  const parts = [
    { where: 'above zero', those: classes.filter(({ estimate }) => estimate.low > 0) },
    { where: 'below zero', those: classes.filter(({ estimate }) => estimate.high < 0) },
    { where: 'on both sides of zero', those: classes.filter(({ estimate: { low, high } }) => low <= 0 && high >= 0) },
  ].filter(({ those }) => those.length > 0);
  if (parts.length === 0) return [];
  return prose`${by} lies ${list(
    parts.map(({ where, those }) => prose`${where} for ${list(those.map(({ label }) => label))}`),
  )}.`;
}
