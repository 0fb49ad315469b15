import { defineMethod } from './define-method';
import { gradientLayerMethod, overPlaces, positive, weightedSum } from './layer-map';

const formula = String.raw`G_c(x,y) = \max\Bigl(0, \sum_k \alpha_k^c f_k(x,y)\Bigr), \quad \alpha_k^c = \frac{1}{N} \sum_{x,y} \frac{\partial S_c}{\partial f_k(x,y)}`;

export const gradCamMethod = defineMethod({
  name: 'grad-cam',
  title: 'Grad-CAM',
  unit: 'evidence',
  bibtex: `@inproceedings{selvaraju2017gradcam, author = {Selvaraju, Ramprasaath R. and Cogswell, Michael and Das, Abhishek and Vedantam, Ramakrishna and Parikh, Devi and Batra, Dhruv},
    title = {Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization}, booktitle = {ICCV}, year = {2017}, eprint = {1610.02391}}`,
  formula,
  where: '$N$ is the number of places',
  text: [
    'Grad-CAM [@selvaraju2017gradcam] takes the mean gradient of the score at each channel for its weight, and so needs no pooled head:',
    { formula },
  ],
  sentence: 'weights each channel of a layer by the mean gradient of the score there, and so needs no pooled head',
  use: 'for any convolutional network, where a class activation map cannot be had',
  avoid: 'for evidence against a class: it keeps only what is positive',
  ...gradientLayerMethod({
    signed: false,
    combine: ({ activation, gradient }) => {
      const places = activation.height * activation.width;
      const weights = overPlaces(activation, (i) => gradient.values[i]! / places);
      return positive(weightedSum(activation, weights));
    },
  }),
});

/**
 * Grad-CAM: relu(Σ_k w_k A_k) with w_k the mean of ∂y/∂A_k over the places (Selvaraju et al. 2017,
 * arXiv:1610.02391). Not signed; in logits per place. On a network with a pooled linear head it is relu(CAM)/HW.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const gradCam: typeof gradCamMethod.run = gradCamMethod.run;
