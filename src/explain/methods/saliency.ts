import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import { gradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { resolveTarget, type Target } from '../target';
import { channelMaximum } from './channel-reduction';
import { attribution } from './result';

/** Options of the saliency map. */
export interface SaliencyOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/**
 * Saliency map: max over channels of |∂y/∂x|, where y is the target's logit and x the normalised input
 * (Simonyan, Vedaldi and Zisserman 2014, arXiv:1312.6034). H×W of the input, in logits per unit of normalised input.
 * The absolute value hides which class a pixel speaks for: do not use it to compare classes.
 *
 * @throws WhylightError for an unknown target.
 */
export async function saliency(
  network: Network,
  photo: ImageSample,
  { target }: SaliencyOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const slope = gradient(network, input.values, resolved.weights).gradient;
  return attribution(network, photo, input, resolved, {
    method: 'saliency',
    values: channelMaximum(slope.values, slope.channels),
    signed: false,
    options: {},
    elapsedMs: performance.now() - started,
  });
}
