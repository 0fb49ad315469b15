import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import type { Network } from '../network/network';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { seededRandom } from '../random';
import { resolveTarget, type Target, targetLogit, targetProbability } from '../target';
import { upsampleBilinear } from '../upsample';
import { attribution } from './result';

/** Options of RISE. */
export interface RiseOptions extends RunOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /** Random masks. Default 4000. */
  readonly masks?: number;
  /** Cells of a mask along each axis. Default 8. */
  readonly cells?: number;
  /** Share of cells that stay visible, in (0, 1). Default 0.5. */
  readonly visible?: number;
  /** Of the masks. Default 0. */
  readonly seed?: number;
}

/** A source of masks of one size, each from its own place in the seed's stream. */
export function riseMasks(
  height: number,
  width: number,
  { cells, visible, seed }: { readonly cells: number; readonly visible: number; readonly seed: number },
): (index: number) => Float32Array {
  const [cellHeight, cellWidth] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const [wideHeight, wideWidth] = [(cells + 1) * cellHeight, (cells + 1) * cellWidth];
  return (index) => {
    const random = seededRandom((Math.imul(index + 1, 0x9e3779b1) ^ seed) >>> 0);
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

/**
 * RISE: Σ_i p(x ∘ M_i) M_i / (N p₁) over random masks M_i (Petsiuk, Das and Saenko 2018, arXiv:1806.07421): how
 * probable the target is where a pixel is visible. Masks are s×s grids of Bernoulli(p₁) cells, upsampled bilinearly
 * (edges repeated) to s+1 cells and cropped at a random place; the normalised input is multiplied, so that what is
 * hidden has the training data's mean colour. Not signed: what counts is where it is higher. In probability; in the score of
 * a target that is not one class.
 * One forward pass a mask.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export async function rise(network: Network, photo: ImageSample, options: RiseOptions = {}): Promise<Attribution> {
  const started = performance.now();
  const { target, masks = 4000, cells = 8, visible = 0.5, seed = 0, ...run } = options;
  if (!Number.isInteger(masks) || masks < 1) throw new WhylightError(`masks: ${masks} (allowed: whole numbers from 1)`);
  if (!Number.isInteger(cells) || cells < 2) throw new WhylightError(`cells: ${cells} (allowed: whole numbers from 2)`);
  if (!(visible > 0 && visible < 1)) throw new WhylightError(`visible: ${visible} (allowed: between 0 and 1)`);
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const mask = riseMasks(input.height, input.width, { cells, visible, seed });
  const scores = await perturb(network, input.values, {
    ...run,
    label: 'rise',
    target: resolved,
    key: [masks, cells, visible, seed],
    count: masks,
    write: (index, into) => {
      const made = mask(index);
      for (let i = 0; i < into.length; i++) into[i]! *= made[Math.floor(i / 3)]!;
    },
    width: 1,
    score: (raw, into) => {
      into[0] = targetProbability(network, resolved, raw) ?? targetLogit(resolved, raw);
    },
  });
  // Masks are made again rather than kept: after an interruption most were never made.
  const sums = new Float64Array(input.height * input.width);
  scores.forEach((score, index) => {
    const made = mask(index);
    for (let at = 0; at < sums.length; at++) sums[at]! += score * made[at]!;
  });
  return attribution(network, photo, input, resolved, {
    method: 'rise',
    values: Float32Array.from(sums, (sum) => sum / (masks * visible)),
    signed: false,
    seed,
    options: { masks, cells, visible },
    elapsedMs: performance.now() - started,
  });
}
