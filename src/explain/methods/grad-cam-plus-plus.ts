import { defineMethod } from './define-method';
import { gradientLayerMethod, overPlaces, positive, weightedSum } from './layer-map';

export const gradCamPlusPlusMethod = defineMethod({
  name: 'grad-cam-plus-plus',
  title: 'Grad-CAM++',
  unit: 'evidence',
  bibtex: `@inproceedings{chattopadhay2018gradcam, author = {Chattopadhay, Aditya and Sarkar, Anirban and Howlader, Prantik and Balasubramanian, Vineeth N.},
    title = {Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks}, booktitle = {WACV}, year = {2018}, eprint = {1710.11063}}`,
  formula: String.raw`w_k^c = \sum_{x,y} \alpha \max(0, g), \quad \alpha = \frac{g^2}{2 g^2 + g^3 \sum_{x,y} f_k}, \quad g = \frac{\partial S_c}{\partial f_k(x,y)}`,
  sentence: 'weights the gradients by their own powers, so that several objects of a class count more evenly',
  use: 'where several objects of the class are in the photo',
  avoid: 'on layers without a ReLU: α’s denominator can come near 0, and rounding decides the map',
  ...gradientLayerMethod({
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
  }),
});

/**
 * Grad-CAM++: relu(Σ_k w_k A_k) with w_k = Σ α relu(G), α = G²/(2G² + (ΣA_k)·G³ + 1e-6) and 0 where G is 0, G = ∂y/∂A
 * (Chattopadhay et al. 2018, arXiv:1710.11063, with gradients of the logit as the field's implementations do). Not
 * signed. Weighs several objects of a class more evenly than Grad-CAM. Meant for layers after a ReLU: where activations
 * may be negative, α's denominator can come near 0, and rounding decides the map.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const gradCamPlusPlus: typeof gradCamPlusPlusMethod.run = gradCamPlusPlusMethod.run;
