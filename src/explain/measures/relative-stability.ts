import { z } from 'zod';
import type { Look } from '../look';
import { look } from '../look';
import type { Network } from '../network/network';
import type { RunOptions } from '../progress';
import { rankClasses } from '../target';
import type { MeasureCase, MeasuredMap, MeasureOutcome } from './define-measure';
import { ballOptions, inBall, nearbyInputs } from './nearby-inputs';
import { remakeEach } from './remake-each';

/** What the relative stabilities have in common (Agarwal et al. 2022, arXiv:2203.06877). */
export const relativeStabilityOptions = z.strictObject({
  ...ballOptions,
});

export const relativeStabilityBibtex = `@misc{agarwal2022rethinking, author = {Agarwal, Chirag and Johnson, Nari and Pawelczyk, Martin and Krishna, Satyapriya and Saxena, Eshika and Zitnik, Marinka and Lakkaraju, Himabindu},
    title = {Rethinking Stability for Attribution-based Explanations}, year = {2022}, eprint = {2203.06877}}`;

/** Least share of the largest absolute value that a value counts as when a change is divided by it. */
const FLOOR = 1e-6;

/**
 * ‖(a − b) / a‖₂, value by value. The paper divides by 0 where `a` is 0, and Quantus by 1e-6 there; here no value divides by
 * less than 1e-6 of the largest, so that the number does not depend on the map's unit.
 */
export function relativeChange(a: Float32Array, b: Float32Array): number {
  const least = FLOOR * a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let sum = 0;
  a.forEach((value, i) => {
    const change = value - b[i]!;
    if (change !== 0) sum += (change / Math.max(Math.abs(value), least)) ** 2;
  });
  return Math.sqrt(sum);
}

/** What is divided by: how much a draw changed the input or the answer. */
type Cause = (clean: Look, near: Look) => number;

/**
 * The common logarithm of the largest relative change of each map over that of its cause, over the draws that keep the
 * best class: the paper's condition. (Quantus 0.6.0 gives NaN for the whole where one draw does not.)
 */
export async function relativeStability(
  label: string,
  measured: MeasureCase,
  maps: readonly MeasuredMap[],
  { draws, radius, cause }: z.output<typeof relativeStabilityOptions> & { readonly cause: Cause },
  run: RunOptions,
): Promise<MeasureOutcome[]> {
  const { look: clean } = measured;
  const best = bestClass(clean.network, clean.outputs);
  const usable = nearbyInputs(measured, draws, inBall(radius)).flatMap((input) => {
    const near = look(clean.network, clean.photo, { ...clean.input, values: input });
    try {
      if (bestClass(clean.network, near.outputs) !== best) return [];
      return [{ input, change: Math.max(cause(clean, near), FLOOR) }];
    } finally {
      near.close();
    }
  });
  if (usable.length === 0) {
    return maps.map(() => ({ value: null, notes: [`each of ${draws} draws changes the best class`] }));
  }
  const others = await remakeEach(
    label,
    maps,
    usable.map(({ input }) => ({ input })),
    run,
  );
  return maps.map(({ values }, i) =>
    outcome(usable.map(({ change }, at) => relativeChange(values, others[i]![at]!) / change)),
  );
}

const bestClass = (network: Network, raw: Float32Array): number | null =>
  network.output === 'linear' ? null : rankClasses(network, raw)[0]!;

function outcome(ratios: readonly number[]): MeasureOutcome {
  const largest = Math.max(...ratios);
  const parts = {
    'largest ratio': largest,
    'mean ratio': ratios.reduce((sum, value) => sum + value, 0) / ratios.length,
    'draws that keep the class': ratios.length,
  };
  if (largest > 0 && Number.isFinite(largest)) return { value: Math.log10(largest), parts };
  if (largest === 0) return { value: null, parts, notes: ['no draw changes the map: 0 has no logarithm'] };
  return { value: null, notes: ['the map is zero everywhere, and a draw changes it: the ratio has no bound'] };
}
