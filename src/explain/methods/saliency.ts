import { defineMethod, type MethodOptions } from './define-method';
import { inputGradientMethod, type noOptions } from './input-gradient-map';

/** Options of the saliency map. */
export type SaliencyOptions = MethodOptions<typeof noOptions>;

export const simonyan2014 = `@inproceedings{simonyan2014deep, author = {Simonyan, Karen and Vedaldi, Andrea and Zisserman, Andrew},
  title = {Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps}, booktitle = {ICLR Workshop}, year = {2014}, eprint = {1312.6034}}`;

export const saliencyMethod = defineMethod({
  name: 'saliency',
  title: 'Saliency map',
  unit: '|∂logit/∂input|',
  bibtex: simonyan2014,
  formula: String.raw`M_c(x,y) = \max_{k} \left| \frac{\partial S_c}{\partial I_k(x,y)} \right|`,
  term: 'saliency maps',
  text: [
    'Near a given image $I_0$ the score is about linear, and its slope tells how much each pixel matters [@simonyan2014deep]:',
    {
      formula: String.raw`S_c(I) \approx S_c(I_0) + w_c^{\top} (I - I_0), \quad w_c = \left.\frac{\partial S_c}{\partial I}\right|_{I_0}`,
    },
    'The saliency map is the largest absolute slope of a pixel’s colour channels $k$:',
    { formula: String.raw`M_c(x,y) = \max_{k} \left| w_{c,k}(x,y) \right|` },
    'The absolute value hides whether a pixel speaks for the class or for a competitor.',
  ],
  sentence: 'takes at each pixel the largest absolute slope of the score over the colour channels',
  use: 'for a first look in one pass: how much each pixel would move the score',
  avoid: 'to compare classes: the absolute value hides for which of them a pixel speaks',
  ...inputGradientMethod(),
});

/**
 * Saliency map: max over channels of |∂y/∂x|, where y is the target's logit and x the normalised input
 * (Simonyan, Vedaldi and Zisserman 2014, arXiv:1312.6034). H×W of the input, in logits per unit of normalised input.
 * The absolute value hides which class a pixel speaks for: do not use it to compare classes.
 *
 * @throws WhylightError for an unknown target.
 */
export const saliency: typeof saliencyMethod.run = saliencyMethod.run;
