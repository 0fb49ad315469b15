import { perturbAt } from '../rounded-copies';
import { logitsOf } from '../scored-copies';
import type { ResolvedTarget } from '../target';
import { type CopyLayerOptions, copyLayerMaps, copyLayerSchema } from './copy-layer-maps';
import { defineMethod } from './define-method';
import { channelsOf, positive, weightedSum } from './layer-map';

/** Options of Ablation-CAM. */
export type AblationCamOptions = CopyLayerOptions;

export const ablationCamMethod = defineMethod({
  name: 'ablation-cam',
  title: 'Ablation-CAM',
  unit: 'evidence',
  bibtex: `@inproceedings{desai2020ablation, author = {Desai, Saurabh and Ramaswamy, Harish G.},
    title = {Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-Free Localization}, booktitle = {WACV}, year = {2020}}`,
  formula: String.raw`w_k^c = \frac{S_c - S_c^{(k)}}{\lvert S_c \rvert}, \quad S_c^{(k)} \text{ the score with channel } k \text{ set to } 0`,
  sentence: 'weights each channel by what the score loses without it',
  use: 'where gradients cannot be had or are not to be trusted',
  avoid: 'where many channels say the same: none is missed, as the others stay',
  cost: 'the layers above the chosen one, for each of its channels',
  passes: ({ layer }, network) => channelsOf(network, layer),
  needs: [],
  perTarget: 'nothing',
  schema: copyLayerSchema,
  explain: async (look, targets, { layer, quality }, run) =>
    copyLayerMaps(look, targets, layer, async (name, map, { channels, values }) => {
      const rounded = await perturbAt(quality, look.network, values, {
        ...run,
        ...logitsOf(targets),
        at: { node: name, whole: look.input.values },
        count: channels,
        write: (k, into) => {
          for (let i = k; i < into.length; i += channels) into[i] = 0;
        },
      });
      const mapOf = ({ logit }: ResolvedTarget, left: Float32Array) => {
        const weights = Float64Array.from(left, (score) => (logit - score) / (Math.abs(logit) || 1));
        return positive(weightedSum(map, weights));
      };
      return { rounded, mapOf };
    }),
});

/**
 * Ablation-CAM: relu(Σ_k w_k A_k) with w_k = (y − y_k)/|y|, y_k the score with channel k of the layer set to 0
 * (Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360; the absolute value keeps the sign of the drop where
 * the score is negative). Needs no gradient; the part of the network above the layer runs once a channel. What a shortcut
 * takes past the layer stays as it was. Not signed. pytorch-grad-cam sets a channel to −1e7 instead where activations may be
 * negative: behind a ReLU that is the same, elsewhere it is another definition.
 *
 * @throws WhylightError for an unknown target or layer; AbortedError when interrupted.
 */
export const ablationCam: typeof ablationCamMethod.run = ablationCamMethod.run;
