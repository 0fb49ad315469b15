import { channelSum } from './channel-reduction';
import { defineMethod } from './define-method';
import { gradientLayerMethod } from './layer-map';

export const hiresCamMethod = defineMethod({
  name: 'hires-cam',
  title: 'HiResCAM',
  unit: 'evidence, logit',
  bibtex: `@misc{draelos2020hirescam, author = {Draelos, Rachel Lea and Carin, Lawrence},
    title = {Use HiResCAM Instead of Grad-CAM for Faithful Explanations of Convolutional Neural Networks}, year = {2020}, eprint = {2011.08891}}`,
  formula: String.raw`H_c(x,y) = \sum_k \frac{\partial S_c}{\partial f_k(x,y)}\, f_k(x,y)`,
  sentence: 'multiplies gradient and value at each place before it adds up the channels',
  use: 'for a signed map that sums to the score where the layers above are linear',
  avoid: 'where signs disturb: it shows evidence against the class too',
  ...gradientLayerMethod({
    signed: true,
    combine: ({ activation, gradient }) =>
      channelSum(
        activation.values.map((value, i) => value * gradient.values[i]!),
        activation.channels,
      ),
  }),
});

/**
 * HiResCAM: Σ_k G_k ∘ A_k, G = ∂y/∂A (Draelos and Carin 2020, arXiv:2011.08891). Signed; where the layers above are
 * linear it sums to the score, and is the class activation map over HW.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const hiresCam: typeof hiresCamMethod.run = hiresCamMethod.run;
