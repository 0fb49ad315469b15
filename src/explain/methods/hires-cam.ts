import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { channelSum } from './channel-reduction';
import { type LayerOptions, layerMap } from './layer-map';

/**
 * HiResCAM: Σ_k G_k ∘ A_k, G = ∂y/∂A (Draelos and Carin 2020, arXiv:2011.08891). Signed; where the layers above are
 * linear it sums to the score, and is the class activation map over HW.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export function hiresCam(network: Network, photo: ImageSample, options: LayerOptions = {}): Promise<Attribution> {
  return layerMap(network, photo, options, {
    method: 'hires-cam',
    signed: true,
    combine: ({ activation, gradient }) => {
      return channelSum(
        activation.values.map((value, i) => value * gradient.values[i]!),
        activation.channels,
      );
    },
  });
}
