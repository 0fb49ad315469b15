import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { targetLogit } from '../target';
import { type ActivationMethod, activationMap, type LayerOptions, positive, weightedSum } from './layer-map';

/** Options of Ablation-CAM. */
export interface AblationCamOptions extends LayerOptions, RunOptions {}

/**
 * Ablation-CAM: relu(Σ_k w_k A_k) with w_k = (y − y_k)/|y|, y_k the score with channel k of the layer set to 0
 * (Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360; the absolute value keeps the sign of the drop where
 * the score is negative). Needs no gradient; the part of the network above the layer runs once a channel. What a shortcut
 * takes past the layer stays as it was. Not signed. pytorch-grad-cam sets a channel to −1e7 instead where activations may be
 * negative: behind a ReLU that is the same, elsewhere it is another definition.
 *
 * @throws WhylightError for an unknown target or layer; AbortedError when interrupted.
 */
export function ablationCam(
  network: Network,
  photo: ImageSample,
  options: AblationCamOptions = {},
): Promise<Attribution> {
  const { target, layer, ...run } = options;
  const combine: ActivationMethod['combine'] = async (name, map, resolved, input) => {
    const { channels, values } = map;
    const scores = await perturb(network, values, {
      ...run,
      at: { node: name, whole: input.values },
      label: 'ablation-cam',
      target: resolved,
      key: null,
      count: channels,
      write: (k, into) => {
        for (let i = k; i < into.length; i += channels) into[i] = 0;
      },
      width: 1,
      score: (raw, into) => {
        into[0] = targetLogit(resolved, raw);
      },
    });
    const weights = Float64Array.from(scores, (score) => (resolved.logit - score) / (Math.abs(resolved.logit) || 1));
    return positive(weightedSum(map, weights));
  };
  return activationMap(network, photo, { target, layer }, { method: 'ablation-cam', signed: false, combine });
}
