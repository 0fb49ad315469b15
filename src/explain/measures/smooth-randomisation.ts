import { z } from 'zod';
import { gaussian } from '../random';
import { defineMeasure } from './define-measure';
import { nearbyInputs } from './nearby-inputs';
import { redrawnNetworks, redrawOption, redrawOrderOption } from './redraw';
import { remakeEach } from './remake-each';
import { similarityOptions } from './similarity/map-similarity';
import { similaritySteps } from './similarity-steps';
import { spanOf } from './span';

const schema = z.strictObject({
  ...similarityOptions,
  order: redrawOrderOption('bottom-up'),
  redraw: redrawOption,
  samples: z.int().min(1).default(20).meta({ description: 'noisy inputs that each map is averaged over' }),
  noise: z
    .number()
    .gt(0)
    .default(0.1)
    .meta({ description: 'standard deviation of the noise', unit: 'share of the input’s range (max − min)' }),
});

export const smoothRandomisationMeasure = defineMeasure({
  name: 'smooth-randomisation',
  title: 'Smooth parameter randomisation',
  question: 'about',
  unit: 'correlation',
  better: 'lower',
  bounds: [-1, 1],
  bibtex: `@misc{hedstrom2024fresh, author = {Hedström, Anna and Weber, Leander and Lapuschkin, Sebastian and Höhne, Marina},
    title = {A Fresh Look at Sanity Checks for Saliency Maps}, year = {2024}, eprint = {2405.02383}}`,
  formula: String.raw`\frac{1}{L} \sum_{l=1}^{L} \rho\bigl( \bar M_f, \bar M_{f_l} \bigr), \quad \bar M_f = \Bigl\lvert \frac{1}{n} \sum_{i=1}^{n} M_f(x + \varepsilon_i) \Bigr\rvert`,
  where: String.raw`$f_l$ is the network $f$ with $l$ of its $L$ blocks of parameters drawn anew, $\varepsilon_i$ is Gaussian noise, the same for every $f_l$, and $\rho$ is Spearman’s rank correlation`,
  sentence:
    'draws the network’s parameters anew, block by block, and averages how alike the maps stay, each itself a mean over noisy inputs',
  caution:
    'judges the mean over noisy inputs and not the map that is shown; averaging takes the grain away that hides how alike two maps are, so that values are higher than without it; from the input up guided backpropagation looks no worse than the gradient',
  needs: ['remake'],
  cost: 'twenty more maps for each block of layers and for the network itself',
  schema,
  measure: async (measured, maps, { similarity, order, redraw, samples, noise }, run) => {
    const { input, network } = measured.look;
    const { height, width } = input;
    const sigma = noise * spanOf(input.values);
    const inputs = nearbyInputs(measured, samples, normal(sigma));
    const networks = [network, ...redrawnNetworks(network, { order, redraw, seed: measured.seed })];
    const changes = networks.flatMap((other) => inputs.map((values) => ({ network: other, input: values })));
    const others = await remakeEach('smooth-randomisation', maps, changes, run);
    return others.map((all) => {
      const [original, ...steps] = networks.map((_, i) => meanMap(all.slice(i * samples, (i + 1) * samples)));
      return similaritySteps(original!, steps, { height, width, similarity });
    });
  },
});

/** Gaussian moves: one pair of normal numbers from each pair of a draw's uniform ones. */
function normal(sigma: number): (random: () => number) => number {
  let [stream, draw] = [null as (() => number) | null, () => 0];
  return (random) => {
    if (random !== stream) [stream, draw] = [random, gaussian(random)];
    return sigma * draw();
  };
}

const meanMap = (maps: readonly Float32Array[]): Float32Array =>
  maps[0]!.map((_, at) => maps.reduce((sum, map) => sum + map[at]!, 0) / maps.length);
