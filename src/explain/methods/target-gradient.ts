import { type Gradient, type GradientOptions, gradient, type OutputWeights } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { type ResolvedTarget, resolveTarget, type Target, targetSlope } from '../target';

/** The gradient of a target's score on one input, and the target: one forward pass serves both. */
export function targetGradient(
  network: Network,
  values: Float32Array,
  target: Target | undefined,
  options: GradientOptions,
): { readonly found: Gradient; readonly resolved: ResolvedTarget } {
  let resolved: ResolvedTarget | undefined;
  const found = gradient(
    network,
    values,
    (raw) => {
      resolved = resolveTarget(network, raw, target);
      return resolved.weights;
    },
    options,
  );
  return { found, resolved: resolved! };
}

/**
 * How a target weighs the outputs of many inputs, and how many of at most `most` share a batch: the slope of a function
 * of one's own differs from input to input.
 */
export function slopeOfMany(
  resolved: ResolvedTarget,
  most: number,
): { readonly weights: OutputWeights; readonly batch: number } {
  if (resolved.score === null) return { weights: resolved.weights, batch: most };
  return { weights: (raw) => targetSlope(resolved, raw), batch: 1 };
}
