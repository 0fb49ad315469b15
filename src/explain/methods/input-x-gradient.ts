import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import type { Target } from '../target';
import { channelSum } from './channel-reduction';
import { inputGradientMap } from './input-gradient-map';

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
  return inputGradientMap(network, photo, target, {
    method: 'input-x-gradient',
    combine: (slope, input) =>
      channelSum(
        slope.values.map((value, i) => value * input.values[i]!),
        slope.channels,
      ),
  });
}
