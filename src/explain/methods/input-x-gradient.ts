import { channelSum } from './channel-reduction';
import { defineMethod, type MethodOptions } from './define-method';
import { inputGradientMethod, type noOptions } from './input-gradient-map';

/** Options of input × gradient. */
export type InputXGradientOptions = MethodOptions<typeof noOptions>;

export const inputXGradientMethod = defineMethod({
  name: 'input-x-gradient',
  title: 'Input × gradient',
  unit: 'input × gradient, logit',
  bibtex: `@misc{shrikumar2016not, author = {Shrikumar, Avanti and Greenside, Peyton and Shcherbina, Anna and Kundaje, Anshul},
    title = {Not Just a Black Box: Learning Important Features Through Propagating Activation Differences}, year = {2016}, eprint = {1605.01713}}`,
  formula: String.raw`M_c(x,y) = \sum_k I_k(x,y)\, \frac{\partial S_c}{\partial I_k(x,y)}`,
  where: '$I_k$ is a colour channel of the normalised image',
  sentence: 'multiplies the slope of the score by the normalised pixel and adds up the colour channels',
  use: 'for a signed map in one pass',
  avoid: 'where the training data’s mean colour matters: such a pixel gets nothing, whatever it means',
  ...inputGradientMethod({
    combine: (slope, input) =>
      channelSum(
        slope.values.map((value, i) => value * input.values[i]!),
        slope.channels,
      ),
  }),
});

/**
 * Input × gradient: Σ_k x_k · ∂y/∂x_k over the channels of the normalised input (Shrikumar et al. 2016,
 * arXiv:1605.01713). Signed, in logits, H×W of the input. For a network that is linear but for its biases it divides
 * the score among the pixels. A pixel of the training data's mean colour gets nothing, whatever it means.
 *
 * @throws WhylightError for an unknown target.
 */
export const inputXGradient: typeof inputXGradientMethod.run = inputXGradientMethod.run;
