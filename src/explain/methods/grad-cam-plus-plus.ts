import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { type LayerOptions, layerMap, overPlaces, positive, weightedSum } from './layer-map';

/**
 * Grad-CAM++: relu(Σ_k w_k A_k) with w_k = Σ α relu(G), α = G²/(2G² + (ΣA_k)·G³ + 1e-6) and 0 where G is 0, G = ∂y/∂A
 * (Chattopadhay et al. 2018, arXiv:1710.11063, with gradients of the logit as the field's implementations do). Not
 * signed. Weighs several objects of a class more evenly than Grad-CAM. Meant for layers after a ReLU: where activations
 * may be negative, α's denominator can come near 0, and rounding decides the map.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export function gradCamPlusPlus(
  network: Network,
  photo: ImageSample,
  options: LayerOptions = {},
): Promise<Attribution> {
  return layerMap(network, photo, options, {
    method: 'grad-cam-plus-plus',
    signed: false,
    combine: ({ activation, gradient }) => {
      const sums = overPlaces(activation, (i) => activation.values[i]!);
      const weights = overPlaces(activation, (i, k) => {
        const g = gradient.values[i]!;
        if (g === 0) return 0;
        const alpha = (g * g) / (2 * g * g + sums[k]! * g * g * g + 1e-6);
        return alpha * Math.max(0, g);
      });
      return positive(weightedSum(activation, weights));
    },
  });
}
