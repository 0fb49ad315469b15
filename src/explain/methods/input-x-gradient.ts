import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import { gradient } from '../network/executors/gradient';
import type { Network } from '../network/network';
import { resolveTarget, type Target } from '../target';
import { channelSum } from './channel-reduction';
import { attribution } from './result';

/** Options of input × gradient. */
export interface InputXGradientOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/**
 * Input × gradient: Σ_k x_k · ∂y/∂x_k over the channels of the normalised input (Shrikumar et al. 2016,
 * arXiv:1605.01713). Signed, in logits, H×W of the input. For a network that is linear but for its biases it divides
 * the score among the pixels. A pixel of the training data's mean colour gets nothing, whatever it means.
 *
 * @throws WhylightError for an unknown target.
 */
export async function inputXGradient(
  network: Network,
  photo: ImageSample,
  { target }: InputXGradientOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const slope = gradient(network, input.values, resolved.weights).gradient;
  return attribution(network, photo, input, resolved, {
    method: 'input-x-gradient',
    values: channelSum(
      slope.values.map((value, i) => value * input.values[i]!),
      slope.channels,
    ),
    signed: true,
    options: {},
    elapsedMs: performance.now() - started,
  });
}
