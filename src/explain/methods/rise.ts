import { z } from 'zod';
import { qualityOption } from '../quality';
import { streamOf } from '../random';
import { otherScores, perturbAt, roundingNotes } from '../rounded-copies';
import { columnOf, probabilitiesOf } from '../scored-copies';
import { upsampleBilinear } from '../upsample';
import { farCopies, standardErrorNote } from './copies-notes';
import { defineMethod, type MethodOptions } from './define-method';
import { coverages, openRiseSums } from './rise-sums';

const schema = z.strictObject({
  masks: z.int().min(1).default(4000).meta({ description: 'random masks' }),
  cells: z.int().min(2).default(8).meta({ description: 'cells of a mask along each axis' }),
  visible: z.number().gt(0).lt(1).default(0.5).meta({ description: 'share of cells that stay visible' }),
  coverage: z.enum(coverages).default('expected').meta({
    description:
      'what the sums are divided by. expected: N·p, the paper’s; measured: how far the masks left each pixel visible, so that few masks leave no pattern of their own',
  }),
  quality: qualityOption('the same here'),
  seed: z.int().default(0).meta({ description: 'of the masks' }),
});

/** Options of RISE. */
export type RiseOptions = MethodOptions<typeof schema>;

/** A source of masks of one size, each from its own place in the seed's stream. */
export function riseMasks(
  height: number,
  width: number,
  { cells, visible, seed }: { readonly cells: number; readonly visible: number; readonly seed: number },
): (index: number) => Float32Array {
  const [cellHeight, cellWidth] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const [wideHeight, wideWidth] = [(cells + 1) * cellHeight, (cells + 1) * cellWidth];
  return (index) => {
    const random = streamOf(seed, index);
    const grid = Float32Array.from({ length: cells * cells }, () => (random() < visible ? 1 : 0));
    const [top, left] = [Math.floor(random() * cellHeight), Math.floor(random() * cellWidth)];
    const wide = upsampleBilinear(grid, cells, cells, wideHeight, wideWidth);
    const mask = new Float32Array(height * width);
    for (let y = 0; y < height; y++) {
      const from = (y + top) * wideWidth + left;
      mask.set(wide.subarray(from, from + width), y * width);
    }
    return mask;
  };
}

export const riseMethod = defineMethod({
  name: 'rise',
  title: 'RISE',
  unit: 'probability where visible',
  bibtex: `@inproceedings{petsiuk2018rise, author = {Petsiuk, Vitali and Das, Abir and Saenko, Kate},
    title = {RISE: Randomized Input Sampling for Explanation of Black-Box Models}, booktitle = {BMVC}, year = {2018}, eprint = {1806.07421}}`,
  formula: String.raw`R_c(x,y) = \frac{1}{N p} \sum_{i=1}^{N} P\bigl(c \mid I \circ M_i\bigr)\, M_i(x,y)`,
  where: '$M_i$ are $N$ random masks that leave a share $p$ visible',
  sentence: 'averages random masks, each weighted by the probability that the image behind it keeps',
  use: 'where nothing but the outputs of a network can be had',
  avoid: 'with few masks, whose pattern then shows in the map',
  cost: 'one forward pass for each of 4,000 masks',
  passes: ({ masks }) => masks,
  standardErrors: ({ masks }) => masks > 1,
  needs: [],
  perTarget: 'nothing',
  schema,
  explain: async ({ network, input }, targets, { masks, cells, visible, coverage, quality, seed }, run) => {
    const channels = network.inputShape[2];
    const mask = riseMasks(input.height, input.width, { cells, visible, seed });
    const perturbations = {
      ...run,
      ...probabilitiesOf(network, targets),
      count: masks,
      write: (index: number, into: Float32Array) => {
        const values = mask(index);
        for (let i = 0; i < into.length; i++) into[i]! *= values[Math.floor(i / channels)]!;
      },
    };
    const rounded = await perturbAt(quality, network, input.values, perturbations, seed);
    const { scores } = rounded;
    const tables = [scores, ...otherScores(rounded)];
    const open = () => targets.map(() => openRiseSums(input.height * input.width, coverage, visible));
    const [sums, ...others] = tables.map(open) as [ReturnType<typeof open>, ...ReturnType<typeof open>[]];
    for (let index = 0; index < masks; index++) {
      // Made again rather than kept: after an interruption most were never made.
      const values = mask(index);
      [sums, ...others].forEach((each, table) => {
        each.forEach((sum, i) => {
          sum.add(tables[table]![index * targets.length + i]!, values);
        });
      });
    }
    return sums.map((sum, i) => {
      const values = sum.values();
      const errors = sum.errors();
      const notes = [
        ...farCopies(columnOf(scores, targets.length, i), targets[i]!),
        ...roundingNotes(
          rounded,
          i,
          values,
          others.map((each) => each[i]!.values()),
        ),
        ...(errors === null ? [] : standardErrorNote(values, errors, `${masks} masks`)),
      ];
      return {
        values,
        signed: false,
        options: { precision: rounded.precision },
        notes,
        ...(errors !== null && { errors: Float32Array.from(errors) }),
      };
    });
  },
});

/**
 * RISE: Σ_i p(x ∘ M_i) M_i / (N p₁) over random masks M_i (Petsiuk, Das and Saenko 2018, arXiv:1806.07421): how
 * probable the target is where a pixel is visible. Masks are s×s grids of Bernoulli(p₁) cells, upsampled bilinearly
 * (edges repeated) to s+1 cells and cropped at a random place; the normalised input is multiplied, so that what is
 * hidden has the training data's mean colour. Not signed: what counts is where it is higher. In probability; in the score of
 * a target that is not one class. Notes say how exact so many masks are, and where the masked copies score far from the photo.
 * One forward pass a mask.
 *
 * With few masks some pixels are visible more often than others, and the map shows that pattern even of a random network.
 * `coverage: 'measured'` divides by Σ_i M_i instead of N p₁, so that a network whose score never changes has an even map.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export const rise: typeof riseMethod.run = riseMethod.run;
