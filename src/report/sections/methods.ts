import { findMethod } from '../../explain/methods/index';
import type { Block, Prose } from '../prose/blocks';
import { blocks, cite, equation, heading, list, math, paragraph, prose, sentences } from '../prose/make';
import type { PaperContext, Section } from './section';
import { kindsOf, methodsOf } from './shown';

const symbols = {
  score: prose`${math('S_c(I)')} be the score (logit) of class ${math('c')} for an image ${math('I')}`,
  probability: prose`${math('P(c)')} be the probability of class ${math('c')}`,
  channel: prose`${math('f_k(x,y)')} be the value of channel ${math('k')} of a layer at place ${math('(x,y)')}`,
};

interface MethodText {
  readonly title: string;
  readonly symbols: readonly (keyof typeof symbols)[];
  readonly blocks: (context: PaperContext) => readonly Block[];
}

/** Methods that the paper explains in full. */
const explained: Readonly<Record<string, MethodText>> = {
  saliency: {
    title: 'Saliency map',
    symbols: ['score'],
    blocks: () => [
      paragraph(
        prose`Near a given image ${math('I_0')} the score is about linear, and its slope tells how much each pixel matters ${cite('simonyan2014deep')}:`,
      ),
      equation(
        'S_c(I) \\approx S_c(I_0) + w_c^{\\top} (I - I_0), \\quad w_c = \\left.\\frac{\\partial S_c}{\\partial I}\\right|_{I_0}',
      ),
      paragraph(prose`The saliency map is the largest absolute slope of a pixel’s colour channels ${math('k')}:`),
      equation('M_c(x,y) = \\max_{k} \\left| w_{c,k}(x,y) \\right|'),
      paragraph('The absolute value hides whether a pixel speaks for the class or for a competitor.'),
    ],
  },
  occlusion: {
    title: 'Occlusion sensitivity',
    symbols: ['probability'],
    blocks: ({ figures }) => {
      const difference = figures.some(({ maps }) => maps.some(({ grid, target }) => grid && target.index === null));
      return [
        paragraph(
          prose`An occluder of ${math('p \\times q')} pixels moves over the image by a stride ${math('s')} ${cite('zeiler2014visualizing')}. With ${math('m_{ij}')} one inside its window and zero elsewhere, the map is the probability of the class as a function of the position:`,
        ),
        equation('O_c(i,j) = P\\bigl(c \\mid I \\circ (1 - m_{ij})\\bigr)'),
        paragraph(
          'It falls where the evidence is covered, and rises where the evidence for a rival is. A patch overturns the decision where, with it in place, another class is the most probable one.',
          difference &&
            prose`For the difference of two classes ${math('c')} and ${math('d')} the map is that of their scores, ${math('S_c - S_d')}.`,
          'No gradient is needed.',
        ),
      ];
    },
  },
  cam: {
    title: 'Class activation map',
    symbols: ['score', 'channel'],
    blocks: () => [
      paragraph(
        prose`Where the global average ${math('F_k')} of each channel of the last map, of ${math('N')} places, feeds a linear head with weights ${math('w_k^c')} and bias ${math('b_c')}, the score is itself an average over places ${cite('zhou2016learning')}:`,
      ),
      equation('S_c = b_c + \\sum_k w_k^c F_k = b_c + \\frac{1}{N} \\sum_{x,y} K_c(x,y)'),
      equation('K_c(x,y) = \\sum_k w_k^c\\, f_k(x,y)'),
      paragraph(prose`${math('K_c')} is signed, and is shown upsampled to the image.`),
    ],
  },
  deconvolution: {
    title: 'Deconvolution',
    symbols: [],
    blocks: () => [
      paragraph(
        prose`The score goes back through the transposed network, layer by layer, and each ReLU passes what is positive in the signal ${math('R')} that comes back, whatever its own input ${math('z')} was ${cite('zeiler2014visualizing')}. The gradient differs in this one step, and passes the signal where that input was positive:`,
      ),
      equation('R_{l}^{\\text{deconv}} = W_l^{\\top} \\max(0, R_{l+1})'),
      equation('R_{l}^{\\text{grad}} = W_l^{\\top} \\bigl([z_{l+1} > 0] \\circ R_{l+1}\\bigr)'),
    ],
  },
  'grad-cam': {
    title: 'Grad-CAM',
    symbols: ['score', 'channel'],
    blocks: () => [
      paragraph(
        prose`Grad-CAM ${cite('selvaraju2017gradcam')} takes the mean gradient of the score at each channel for its weight, and so needs no pooled head:`,
      ),
      equation(
        '\\begin{gathered} G_c(x,y) = \\max\\Bigl(0, \\sum_k \\alpha_k^c f_k(x,y)\\Bigr), \\\\ \\alpha_k^c = \\frac{1}{N} \\sum_{x,y} \\frac{\\partial S_c}{\\partial f_k(x,y)} \\end{gathered}',
      ),
    ],
  },
};

/** What any other method says of itself. */
function sentenceOf(name: string): Prose {
  const { title, reference, sentence } = findMethod(name);
  return prose`${title} ${cite(reference.key)} ${sentence}.`;
}

/** What is shown and measured, each method once. */
export const methods: Section = {
  name: 'methods',
  title: 'Methods',
  blocks: (context) => {
    const names = methodsOf(context);
    const full = names.flatMap((name) => (explained[name] === undefined ? [] : [explained[name]]));
    const others = names.filter((name) => explained[name] === undefined);
    const views = kindsOf(context).flatMap(({ kind }) => (kind.text === undefined ? [] : [kind.text]));
    const used = [...full.flatMap((text) => text.symbols), ...views.flatMap((text) => text.symbols ?? [])];
    const defined = (Object.keys(symbols) as (keyof typeof symbols)[]).filter((symbol) => used.includes(symbol));
    return blocks(
      defined.length > 0 && paragraph(prose`Let ${list(defined.map((symbol) => symbols[symbol]))}.`),
      full.flatMap((text) => [heading(text.title), ...text.blocks(context)]),
      others.length > 0 && [
        heading(full.length > 0 ? 'Further methods' : 'Methods of explanation'),
        paragraph(sentences(...others.map(sentenceOf))),
      ],
      views.flatMap((text) => [heading(text.title), ...text.blocks]),
    );
  },
};
