import { defineMethod } from './define-method';
import { gradientLayerMethod, overPlaces, positive, weightedSum } from './layer-map';

export const xgradCamMethod = defineMethod({
  name: 'xgrad-cam',
  title: 'XGrad-CAM',
  unit: 'evidence',
  bibtex: `@inproceedings{fu2020axiom, author = {Fu, Ruigang and Hu, Qingyong and Dong, Xiaohu and Guo, Yulan and Gao, Yinghui and Li, Biao},
    title = {Axiom-Based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs}, booktitle = {BMVC}, year = {2020}, eprint = {2008.02312}}`,
  formula: String.raw`w_k^c = \frac{1}{\sum_{x,y} f_k} \sum_{x,y} \frac{\partial S_c}{\partial f_k(x,y)}\, f_k(x,y)`,
  sentence: 'weights the gradients of each channel by its values',
  use: 'in place of Grad-CAM where a channel’s gradient varies over the map',
  avoid: 'for evidence against a class: it keeps only what is positive',
  ...gradientLayerMethod({
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
  }),
});

/**
 * XGrad-CAM: relu(Σ_k w_k A_k) with w_k = Σ(G_k ∘ A_k)/(ΣA_k + 1e-7), G = ∂y/∂A (Fu et al. 2020, arXiv:2008.02312). Not
 * signed.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const xgradCam: typeof xgradCamMethod.run = xgradCamMethod.run;
