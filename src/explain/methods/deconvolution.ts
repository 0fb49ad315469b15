import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import type { Target } from '../target';
import { inputGradientMap } from './input-gradient-map';

/** Options of the deconvolution. */
export interface DeconvolutionOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/**
 * Deconvolution (Zeiler and Fergus 2014, arXiv:1311.2901): the score goes back through the transposed network, and
 * each ReLU passes relu(g), whatever its input was; as in the saliency map the largest absolute value over the
 * channels, H×W of the input. Sharp edges of the photo come from the pooling, not from the class: do not read it as
 * evidence for one.
 *
 * @throws WhylightError for an unknown target.
 */
export function deconvolution(
  network: Network,
  photo: ImageSample,
  { target }: DeconvolutionOptions = {},
): Promise<Attribution> {
  return inputGradientMap(network, photo, target, { method: 'deconvolution', reluRule: 'deconvolution' });
}
