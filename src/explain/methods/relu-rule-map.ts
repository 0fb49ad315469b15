import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import { gradient } from '../network/executors/gradient';
import type { ReluRule } from '../network/executors/relu';
import type { Network } from '../network/network';
import { resolveTarget, type Target } from '../target';
import { channelMaximum } from './channel-reduction';
import { attribution } from './result';

/** The saliency map with another backward rule at the ReLUs: all that sets these methods apart. */
export async function reluRuleMap(
  network: Network,
  photo: ImageSample,
  target: Target | undefined,
  method: string,
  reluRule: ReluRule,
): Promise<Attribution> {
  const started = performance.now();
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const slope = gradient(network, input.values, resolved.weights, { reluRule }).gradient;
  return attribution(network, photo, input, resolved, {
    method,
    values: channelMaximum(slope.values, slope.channels),
    signed: false,
    options: {},
    elapsedMs: performance.now() - started,
  });
}
