import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import type { Target } from '../target';
import { inputGradientMap } from './input-gradient-map';

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
  return inputGradientMap(network, photo, target, { method: 'saliency' });
}
