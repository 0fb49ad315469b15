import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { activations } from '../network/executors/activations';
import type { Network } from '../network/network';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { resolveTarget, targetLogit } from '../target';
import { averaged, chooseLayers, type LayerOptions, positive, weightedSum } from './layer-map';
import { attribution } from './result';

/** Options of Ablation-CAM. */
export interface AblationCamOptions extends LayerOptions, RunOptions {}

/**
 * Ablation-CAM: relu(Σ_k w_k A_k) with w_k = (y − y_k)/|y|, y_k the score with channel k of the layer set to 0
 * (Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360; the absolute value keeps the sign of the drop where
 * the score is negative). Needs no gradient; the part of the network above the layer runs once a channel. Not signed.
 *
 * @throws WhylightError for an unknown target or layer, and a layer that a shortcut bypasses; AbortedError when
 *   interrupted.
 */
export async function ablationCam(
  network: Network,
  photo: ImageSample,
  options: AblationCamOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const { target, layer, ...run } = options;
  const { layers, chosen } = chooseLayers(network, layer);
  const input = prepareInput(photo, network.preprocessing);
  const { output, maps } = activations(network, input.values, layers);
  const resolved = resolveTarget(network, output, target);
  const coarse = [];
  for (const name of layers) {
    const map = maps.get(name)!;
    const { height, width, channels, values } = map;
    const weights = new Float64Array(channels);
    await perturb(
      network,
      values,
      {
        ...run,
        at: name,
        label: 'ablation-cam',
        count: channels,
        write: (k, into) => {
          for (let i = k; i < into.length; i += channels) into[i] = 0;
        },
      },
      (k, raw) => {
        weights[k] = (resolved.logit - targetLogit(resolved, raw)) / (Math.abs(resolved.logit) || 1);
      },
    );
    coarse.push({ values: positive(weightedSum(map, weights)), height, width });
  }
  return attribution(network, photo, input, resolved, {
    method: 'ablation-cam',
    values: averaged(coarse, input.height, input.width),
    coarse: coarse.length === 1 ? coarse[0]! : null,
    signed: false,
    layer: layers.join(' + '),
    options: { chosen },
    elapsedMs: performance.now() - started,
  });
}
