import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { redrawnNetworks, redrawOption, redrawOrderOption } from './redraw';
import { remakeEach } from './remake-each';
import { similarityOptions } from './similarity/map-similarity';
import { similaritySteps } from './similarity-steps';

const schema = z.strictObject({
  ...similarityOptions,
  order: redrawOrderOption('top-down'),
  redraw: redrawOption,
});

export const adebayo2018 = `@inproceedings{adebayo2018sanity, author = {Adebayo, Julius and Gilmer, Justin and Muelly, Michael and Goodfellow, Ian and Hardt, Moritz and Kim, Been},
    title = {Sanity Checks for Saliency Maps}, booktitle = {NeurIPS}, year = {2018}, eprint = {1810.03292}}`;

/**
 * Cascading randomisation of parameters (Adebayo et al. 2018), from the head down as there. Hedström et al. 2024
 * (arXiv:2405.02383) ask for the order from the input up, in which no layer that was trained passes the input's edges on; but on the
 * networks for drawn scenes that order does not tell guided backpropagation from the gradient, and this one does
 * (test/explain/measures/randomisation.test.ts). The value is the mean over all steps, not the last one's.
 */
export const randomisationMeasure = defineMeasure({
  name: 'randomisation',
  title: 'Parameter randomisation',
  question: 'about',
  unit: 'correlation',
  better: 'lower',
  bounds: [-1, 1],
  bibtex: adebayo2018,
  formula: String.raw`\frac{1}{L} \sum_{l=1}^{L} \rho\bigl( \lvert M_f \rvert, \lvert M_{f_l} \rvert \bigr)`,
  where: String.raw`$f_l$ is the network $f$ with $l$ of its $L$ blocks of parameters drawn anew, and $\rho$ is Spearman’s rank correlation of the pixels`,
  sentence:
    'draws the network’s parameters anew, block by block, and averages how alike the maps stay to the original one',
  caution:
    'says something by a high value alone: the map then shows the input and not the network; a low one is no sign of truth, since noise has 0 too. From the head down, what the first layers still pass on keeps all maps somewhat alike; from the input up it does not, but there guided backpropagation looks no worse than the gradient',
  needs: ['remake'],
  cost: 'one more map for each block of layers',
  schema,
  measure: async ({ look: { input, network }, seed }, maps, { similarity, order, redraw }, run) => {
    const { height, width } = input;
    const changes = redrawnNetworks(network, { order, redraw, seed }).map((other) => ({ network: other }));
    const steps = await remakeEach('randomisation', maps, changes, run);
    return maps.map(({ values }, i) => similaritySteps(values, steps[i]!, { height, width, similarity }));
  },
});
