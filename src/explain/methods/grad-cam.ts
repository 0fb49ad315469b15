import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { type LayerOptions, layerMap, overPlaces, positive, weightedSum } from './layer-map';

/**
 * Grad-CAM: relu(Σ_k w_k A_k) with w_k the mean of ∂y/∂A_k over the places (Selvaraju et al. 2017,
 * arXiv:1610.02391). Not signed; in logits per place. On a network with a pooled linear head it is relu(CAM)/HW.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export function gradCam(network: Network, photo: ImageSample, options: LayerOptions = {}): Promise<Attribution> {
  return layerMap(network, photo, options, {
    method: 'grad-cam',
    signed: false,
    combine: ({ activation, gradient }) => {
      const places = activation.height * activation.width;
      const weights = overPlaces(activation, (i) => gradient.values[i]! / places);
      return positive(weightedSum(activation, weights));
    },
  });
}
