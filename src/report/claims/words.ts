import type { Estimate } from '../../explain/statistics/estimate';
import { decimal, interval, percentage } from '../numbers';

/** `85.0 % [80.1, 89.9]`. */
export const share = (estimate: Estimate): string => `${percentage(estimate.value)} ${interval(estimate, 1, 100)}`;

/** `0.93 [0.91, 0.95]`. */
export const correlationWords = (estimate: Estimate): string => `${decimal(estimate.value)} ${interval(estimate)}`;

/** The size of a difference: `19.3 percentage points`. */
export const points = ({ value }: Estimate): string => `${decimal(100 * Math.abs(value), 1)} percentage points`;

/** `rises by 19.3 percentage points [15.0, 23.6]`: what a number does, by its sign; the interval keeps the sign. */
export const change = (estimate: Estimate, up: string, down: string): string =>
  `${estimate.value < 0 ? down : up} by ${points(estimate)} ${interval(estimate, 1, 100)}`;

/** `19.3 percentage points more [15.0, 23.6]`. */
export const comparison = (estimate: Estimate, more: string, less: string): string =>
  `${points(estimate)} ${estimate.value < 0 ? less : more} ${interval(estimate, 1, 100)}`;

/** One point of a figure for those who cannot see it. */
export const spoken = (name: string, estimate: Estimate, scale = 100, digits = 1): string =>
  `${name} ${decimal(scale * estimate.value, digits)}, 95 % interval ${interval(estimate, digits, scale)}`;
