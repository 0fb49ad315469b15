import { type Gradient, type GradientOptions, gradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { type ResolvedTarget, resolveTarget, type Target } from '../target';

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
