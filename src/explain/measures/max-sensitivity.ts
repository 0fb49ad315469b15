import { z } from 'zod';
import { defineMeasure } from './define-measure';
import { ballOptions, inBall, nearbyInputs } from './nearby-inputs';
import { remakeEach } from './remake-each';

const schema = z.strictObject({
  ...ballOptions,
});

/**
 * Max-sensitivity (Yeh et al. 2019) as Captum's `sensitivity_max` has it: relative to the map's norm, which the paper's own
 * definition is not. Where that norm is 0 Captum divides by 1, and here there is no value.
 */
export const maxSensitivityMeasure = defineMeasure({
  name: 'max-sensitivity',
  title: 'Maximal sensitivity',
  question: 'stable',
  unit: 'share of the map’s norm',
  better: 'lower',
  bounds: [0, Number.POSITIVE_INFINITY],
  bibtex: `@inproceedings{yeh2019infidelity, author = {Yeh, Chih-Kuan and Hsieh, Cheng-Yu and Suggala, Arun Sai and Inouye, David I. and Ravikumar, Pradeep},
    title = {On the (In)fidelity and Sensitivity of Explanations}, booktitle = {NeurIPS}, year = {2019}, eprint = {1901.09392}}`,
  formula: String.raw`\max_{\lVert \delta \rVert_\infty \le r} \frac{\lVert M_{x+\delta} - M_x \rVert_2}{\lVert M_x \rVert_2}`,
  where: String.raw`$r = 0.02$ in normalised values; the maximum is over 10 draws of $\delta$, uniform in the ball`,
  sentence: 'takes the largest relative change of the map over random inputs near by',
  caution:
    'rewards smooth and constant maps: one that never looks at the input has 0; of a network whose slope really changes near by a true map changes too, and ten draws see less than the maximum',
  needs: ['remake'],
  cost: 'one more map for each of 10 draws',
  schema,
  measure: async (measured, maps, { draws, radius }, run) => {
    const changes = nearbyInputs(measured, draws, inBall(radius)).map((input) => ({ input }));
    const others = await remakeEach('max-sensitivity', maps, changes, run);
    return maps.map(({ values }, i) => {
      const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      if (norm === 0) return { value: null, notes: ['the map is zero everywhere: a change is no share of its norm'] };
      const shares = others[i]!.map((other) => distance(other, values) / norm);
      const mean = shares.reduce((sum, value) => sum + value, 0) / draws;
      return { value: Math.max(...shares), parts: { 'mean over draws': mean } };
    });
  },
});

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
