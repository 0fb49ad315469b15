import { defineMethod, type MethodOptions } from './define-method';
import { reluRuleMethod } from './input-gradient-map';
import { zeiler2014 } from './occlusion';
import type { reluRuleOptions } from './relu-rules';

/** Options of the deconvolution. */
export type DeconvolutionOptions = MethodOptions<typeof reluRuleOptions>;

export const deconvolutionMethod = defineMethod({
  name: 'deconvolution',
  title: 'Deconvolution',
  unit: '|backward signal|',
  bibtex: zeiler2014,
  formula: String.raw`R_{l}^{\text{deconv}} = W_l^{\top} \max(0, R_{l+1})`,
  where: '$R_l$ is the signal that comes back to layer $l$, whose weights are $W_l$',
  text: [
    'The score goes back through the transposed network, layer by layer, and each ReLU passes what is positive in the signal $R$ that comes back, whatever its own input $z$ was [@zeiler2014visualizing]. The gradient differs in this one step, and passes the signal where that input was positive:',
    { formula: String.raw`R_{l}^{\text{deconv}} = W_l^{\top} \max(0, R_{l+1})` },
    { formula: String.raw`R_{l}^{\text{grad}} = W_l^{\top} \bigl([z_{l+1} > 0] \circ R_{l+1}\bigr)` },
  ],
  sentence:
    'sends the score back through the transposed network, each ReLU passing what is positive in the signal that comes back',
  use: 'to see which edges and textures a strong unit goes back to',
  avoid: 'as evidence for a class: sharp edges come from the pooling, not from the class',
  ...reluRuleMethod('deconvolution'),
});

/**
 * Deconvolution (Zeiler and Fergus 2014, arXiv:1311.2901): the score goes back through the transposed network, and
 * each ReLU passes relu(g), whatever its input was; as in the saliency map the largest absolute value over the
 * channels, H×W of the input. Sharp edges of the photo come from the pooling, not from the class: do not read it as
 * evidence for one.
 * The rule is made for ReLU and ReLU6; `rule: 'gate'` takes other activations for them.
 *
 * @throws WhylightError for an unknown target, and for a network of other activations without that option.
 */
export const deconvolution: typeof deconvolutionMethod.run = deconvolutionMethod.run;
