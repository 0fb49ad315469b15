import { defineMethod, type MethodOptions } from './define-method';
import { reluRuleMethod } from './input-gradient-map';
import type { reluRuleOptions } from './relu-rules';

/** Options of guided backpropagation. */
export type GuidedBackpropagationOptions = MethodOptions<typeof reluRuleOptions>;

export const guidedBackpropagationMethod = defineMethod({
  name: 'guided-backpropagation',
  title: 'Guided backpropagation',
  unit: '|backward signal|',
  bibtex: `@inproceedings{springenberg2015striving, author = {Springenberg, Jost Tobias and Dosovitskiy, Alexey and Brox, Thomas and Riedmiller, Martin},
    title = {Striving for Simplicity: The All Convolutional Net}, booktitle = {ICLR Workshop}, year = {2015}, eprint = {1412.6806}}`,
  formula: String.raw`R_{l}^{\text{guided}} = W_l^{\top} \bigl([z_{l+1} > 0] \circ \max(0, R_{l+1})\bigr)`,
  where: '$R_l$ is the signal that comes back to layer $l$ of weights $W_l$, and $z_{l+1}$ the ReLU’s input',
  sentence: 'passes at each ReLU what the rules of the deconvolution and of the gradient both let through',
  use: 'for a sharp picture of what the network’s lower layers answer to',
  avoid: 'to compare classes: it changes little when the upper layers are made random',
  ...reluRuleMethod('guided'),
});

/**
 * Guided backpropagation (Springenberg et al. 2015, arXiv:1412.6806): the gradient, but each ReLU passes
 * relu(g)·1[x>0]; as in the saliency map the largest absolute value over the channels, H×W of the input. It changes
 * little when the network's upper layers are made random (Adebayo et al. 2018): do not use it to compare classes.
 * The rule is made for ReLU and ReLU6; `rule: 'gate'` takes other activations for them.
 *
 * @throws WhylightError for an unknown target, and for a network of other activations without that option.
 */
export const guidedBackpropagation: typeof guidedBackpropagationMethod.run = guidedBackpropagationMethod.run;
