import { channelSum } from './channel-reduction';
import { defineMethod } from './define-method';
import { gradientLayerMethod, positive } from './layer-map';

export const layerCamMethod = defineMethod({
  name: 'layer-cam',
  title: 'LayerCAM',
  unit: 'evidence',
  bibtex: `@article{jiang2021layercam, author = {Jiang, Peng-Tao and Zhang, Chang-Bin and Hou, Qibin and Cheng, Ming-Ming and Wei, Yunchao},
    title = {LayerCAM: Exploring Hierarchical Class Activation Maps for Localization}, journal = {IEEE Transactions on Image Processing}, year = {2021}}`,
  formula: String.raw`L_c(x,y) = \max\Bigl(0, \sum_k \max\Bigl(0, \frac{\partial S_c}{\partial f_k(x,y)}\Bigr) f_k(x,y)\Bigr)`,
  sentence: 'weights each place of each channel by its own positive gradient',
  use: 'for early layers too, whose maps are fine',
  avoid: 'for evidence against a class: it keeps only what is positive',
  ...gradientLayerMethod({
    signed: false,
    combine: ({ activation, gradient }) =>
      positive(
        channelSum(
          activation.values.map((value, i) => value * Math.max(0, gradient.values[i]!)),
          activation.channels,
        ),
      ),
  }),
});

/**
 * LayerCAM: relu(Σ_k relu(G_k) ∘ A_k), G = ∂y/∂A (Jiang et al. 2021, doi:10.1109/TIP.2021.3089943). Not signed; made
 * for early layers, too, whose maps are fine.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const layerCam: typeof layerCamMethod.run = layerCamMethod.run;
