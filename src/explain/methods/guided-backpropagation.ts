import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import type { Target } from '../target';
import { inputGradientMap } from './input-gradient-map';

/** Options of guided backpropagation. */
export interface GuidedBackpropagationOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/**
 * Guided backpropagation (Springenberg et al. 2015, arXiv:1412.6806): the gradient, but each ReLU passes
 * relu(g)·1[x>0]; as in the saliency map the largest absolute value over the channels, H×W of the input. It changes
 * little when the network's upper layers are made random (Adebayo et al. 2018): do not use it to compare classes.
 *
 * @throws WhylightError for an unknown target.
 */
export function guidedBackpropagation(
  network: Network,
  photo: ImageSample,
  { target }: GuidedBackpropagationOptions = {},
): Promise<Attribution> {
  return inputGradientMap(network, photo, target, { method: 'guided-backpropagation', reluRule: 'guided' });
}
