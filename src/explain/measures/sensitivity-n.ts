import { z } from 'zod';
import { defineMeasure, type MeasureOutcome } from './define-measure';
import { correlationOutcome, drawSize, piecesIn, removeSubsets, subsetOptions } from './random-subsets';

/** Shares evenly spaced in their logarithm, both ends among them. */
const spaced = (least: number, most: number, count: number) =>
  Array.from({ length: count }, (_, i) => (count === 1 ? most : least * (most / least) ** (i / (count - 1))));

/**
 * Sensitivity-n (Ancona, Ceolini, Öztireli and Gross 2018, arXiv:1711.06104): for each of several sizes n, Pearson's
 * correlation between the sum of the map over a random subset of n pixels and the drop of the score without it; the
 * value is the mean over n, `curve` has each, by n as a share of the pixels. The paper goes from n = 1 to 80 % of the
 * pixels; here from 1 %, since in float32 a photo's score hardly moves without one pixel. Quantus 0.6.0 measures
 * something else under this name: it removes the pixels by falling value, sums the map over the last step alone while
 * the drop is that of all steps so far, and correlates over photos, so that of one photo it says nothing; the golden
 * numbers are therefore the paper's definition in NumPy (test/golden/measures_subsets.py).
 */
export const sensitivityNMeasure = defineMeasure({
  name: 'sensitivity-n',
  title: 'Sensitivity-n',
  question: 'follows',
  unit: 'correlation',
  better: 'higher',
  bounds: [-1, 1],
  bibtex: `@inproceedings{ancona2018towards, author = {Ancona, Marco and Ceolini, Enea and Öztireli, Cengiz and Gross, Markus},
    title = {Towards Better Understanding of Gradient-based Attribution Methods for Deep Neural Networks}, booktitle = {ICLR}, year = {2018}, eprint = {1711.06104}}`,
  formula: String.raw`\frac{1}{|N|} \sum_{n \in N} \operatorname{corr}_{|S| = n}\Bigl(\sum_{p \in S} M(p),\; y(I) - y(I_{S \leftarrow b})\Bigr)`,
  where: String.raw`$S$ is a random subset of $n$ pixels, $I_{S \leftarrow b}$ the image in which they have the fill's values, and $N$ the sizes`,
  sentence:
    'removes random subsets of several sizes and averages over the sizes the correlation (Pearson) of the map’s sum over a subset with what the score loses without it',
  caution:
    'rewards maps that add up to the score as for a linear network, and those made with the same fill; with few pixels the drop is small, with most of them gone the photo is none that a network was trained on, and the mean hides which',
  needs: [],
  cost: 'no pass: 100 subsets of each of 6 sizes are run once for all maps of a photo',
  schema: z.strictObject({
    ...subsetOptions(100, 'pixels'),
    sizes: z.int().min(1).default(6).meta({ description: 'sizes of subsets, evenly spaced in their logarithm' }),
    least: z.number().gt(0).lt(1).default(0.01).meta({ description: 'the smallest size', unit: 'share of the pieces' }),
    most: z.number().gt(0).lt(1).default(0.8).meta({ description: 'the largest size', unit: 'share of the pieces' }),
  }),
  measure: async (measured, maps, options, run) => {
    const { subsets, sizes, least, most } = options;
    const shares = spaced(least, most, sizes);
    const draw = (index: number, random: () => number, pieces: number) =>
      drawSize(random, pieces, piecesIn(shares[Math.floor(index / subsets)]!, pieces));
    const removal = await removeSubsets(measured, maps, 'sensitivity-n', sizes * subsets, draw, options, run);
    return removal.sums.map((sums): MeasureOutcome => {
      const [x, y]: [number[], number[]] = [[], []];
      const notes = new Set<string>();
      for (const [i, share] of shares.entries()) {
        const [from, to] = [i * subsets, (i + 1) * subsets];
        const drops = { ...removal, drops: removal.drops.subarray(from, to) };
        const outcome = correlationOutcome(sums.subarray(from, to), drops);
        if (outcome.value === null) {
          notes.add(outcome.notes[0]);
          continue;
        }
        x.push(share);
        y.push(outcome.value);
      }
      if (x.length === 0) return { value: null, notes: [...notes] };
      return {
        value: y.reduce((sum, one) => sum + one, 0) / y.length,
        curve: { x, y },
        ...(notes.size > 0 && {
          notes: [`${sizes - x.length} of ${sizes} sizes are left out: ${[...notes].join('; ')}`],
        }),
      };
    });
  },
});
