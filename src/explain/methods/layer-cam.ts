import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { channelSum } from './channel-reduction';
import { type LayerOptions, layerMap, positive } from './layer-map';

/**
 * LayerCAM: relu(Σ_k relu(G_k) ∘ A_k), G = ∂y/∂A (Jiang et al. 2021, doi:10.1109/TIP.2021.3089943). Not signed; made
 * for early layers, too, whose maps are fine.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export function layerCam(network: Network, photo: ImageSample, options: LayerOptions = {}): Promise<Attribution> {
  return layerMap(network, photo, options, {
    method: 'layer-cam',
    signed: false,
    combine: ({ activation, gradient }) => {
      return positive(
        channelSum(
          activation.values.map((value, i) => value * Math.max(0, gradient.values[i]!)),
          activation.channels,
        ),
      );
    },
  });
}
