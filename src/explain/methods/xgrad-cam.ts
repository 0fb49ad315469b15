import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { type LayerOptions, layerMap, overPlaces, positive, weightedSum } from './layer-map';

/**
 * XGrad-CAM: relu(Σ_k w_k A_k) with w_k = Σ(G_k ∘ A_k)/(ΣA_k + 1e-7), G = ∂y/∂A (Fu et al. 2020, arXiv:2008.02312). Not
 * signed.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export function xgradCam(network: Network, photo: ImageSample, options: LayerOptions = {}): Promise<Attribution> {
  return layerMap(network, photo, options, {
    method: 'xgrad-cam',
    signed: false,
    combine: ({ activation, gradient }) => {
      const sums = overPlaces(activation, (i) => activation.values[i]!);
      const products = overPlaces(activation, (i) => activation.values[i]! * gradient.values[i]!);
      return positive(
        weightedSum(
          activation,
          products.map((value, k) => value / (sums[k]! + 1e-7)),
        ),
      );
    },
  });
}
