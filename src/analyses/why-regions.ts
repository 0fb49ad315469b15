import { type Box, type Cells, coverBox } from '../explain/cells';
import { changeRegions, decisionFlip } from '../explain/decision-flip';
import { decisionMargin } from '../explain/decision-margin';
import type { NetworkInput } from '../explain/image/preprocessing';
import type { Look } from '../explain/look';
import { fillPicture } from '../explain/measures/fill-removed';
import type { OcclusionFill } from '../explain/methods/occluder-fill';
import { superpixels } from '../explain/methods/superpixels';
import { forward } from '../explain/network/executors/forward';
import type { Network } from '../explain/network/network';
import { isExclusive } from '../explain/network/output-kind';
import type { RunOptions } from '../explain/progress';
import { smallestSquare } from '../explain/smallest-square';
import { classScores, type ResolvedTarget, rankClasses } from '../explain/target';

/** What a network answers to a changed photo: its best class, or of labels apart from one another what the photo's own has. */
export interface ChangedAnswer {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  /** Of the photo's own answer over the best other class, in logits; below 0 the answer has turned. */
  readonly margin: number;
}

/** Squares covered with one fill, of growing size, at every place of the grid. */
export interface FillSearch {
  readonly fill: OcclusionFill;
  /** The answer where all is covered. */
  readonly whole: ChangedAnswer;
  /** Whether a square turns the answer. */
  readonly turned: boolean;
  /** Squares that were tried, of all sizes; of the last size alone, its side in px, and those of it that turn the answer. */
  readonly squares: number;
  readonly side: number;
  readonly places: number;
  readonly turning: number;
  /** Of these those that share no pixel with the square below. */
  readonly apart: number;
  /** The smallest that turns the answer, of its size the one that turns it furthest; where none does, that of the least margin. */
  readonly square: Box & { readonly area: number; readonly with: ChangedAnswer };
  /** The answer with this square alone left, and whether it is the photo's. */
  readonly alone: ChangedAnswer;
  readonly enough: boolean;
}

/** Pieces of like colour that must be covered together. */
export interface PieceSearch {
  readonly fill: OcclusionFill;
  /** Pieces that the input was divided into. */
  readonly pieces: number;
  readonly turned: boolean;
  /** Numbers of those covered: none of them can be left as it was. */
  readonly covered: readonly number[];
  readonly area: number;
  readonly with: ChangedAnswer;
}

/** What turns an answer. */
export interface Regions {
  /** When an answer turns: where another class is the best, or where its label falls below one half. */
  readonly turns: 'best' | 'half';
  /** Of the first fill alone where its squares turn the answer, else of each. */
  readonly fills: readonly FillSearch[];
  /** The first fill's square covered in each of the others; none where it does not turn the answer. */
  readonly same: readonly { readonly fill: OcclusionFill; readonly with: ChangedAnswer }[];
  /** Null where they were not asked for. */
  readonly pieces: PieceSearch | null;
}

const PIECES = 36;

/** The input as a fill shows it. */
export const filledInput = ({ network, input }: Pick<Look, 'network' | 'input'>, fill: OcclusionFill, seed: number) =>
  fillPicture(input, network.preprocessing, fill, seed);

/** The pieces of like colour of what a network sees. */
export const piecesOf = ({ image }: Pick<NetworkInput, 'image'>) => superpixels(image, { count: PIECES });

/**
 * The smallest square whose covering turns the network's answer, with the first of several fills, what the same square does
 * with the others, and the fewest pieces of like colour that a greedy search finds.
 *
 * @param answer the network's, with a margin above 0.
 */
export async function turningRegions(
  look: Look,
  answer: ResolvedTarget,
  { fills, cells, pieces, seed }: { fills: readonly OcclusionFill[]; cells: Cells; pieces: boolean; seed: number },
  run: RunOptions,
): Promise<Regions> {
  const { network, input, outputs } = look;
  const margin = decisionMargin(network, outputs, answer.index!);
  const changed = (raw: Float32Array) => changedAnswer(network, raw, answer, margin);
  const searchWith = async (fill: OcclusionFill): Promise<FillSearch> => {
    const filling = filledInput(look, fill, seed);
    const search = await smallestSquare(network, { input: input.values, filling, margin, target: answer, cells }, run);
    const { top, left, height, width, raw } = search.square;
    const box = { top, left, height, width };
    // All but the square: the fill, covered in the input there.
    const alone = changed(forward(network, covered({ ...input, values: filling }, input.values, box)));
    const last = search.sizes.at(-1)!;
    return {
      fill,
      whole: changed(forward(network, filling)),
      turned: search.turned,
      squares: search.sizes.reduce((sum, { places }) => sum + places, 0),
      side: last.side,
      places: last.places,
      turning: last.turning,
      apart: search.apart,
      square: { ...box, area: (height * width) / (input.height * input.width), with: changed(raw) },
      alone,
      enough: alone.margin > 0,
    };
  };
  const [first, ...others] = fills as [OcclusionFill, ...OcclusionFill[]];
  const searches = [await searchWith(first)];
  const { turned, square } = searches[0]!;
  if (!turned) for (const fill of others) searches.push(await searchWith(fill));
  const same = turned ? others : [];
  return {
    turns: isExclusive(network.output) ? 'best' : 'half',
    fills: searches,
    same: same.map((fill) => ({
      fill,
      with: changed(forward(network, covered(input, filledInput(look, fill, seed), square))),
    })),
    pieces: pieces ? await turningPieces(look, answer, first, seed, run) : null,
  };
}

/** An input with another picture's values in a rectangle. */
export function covered(
  { values, height, width }: Pick<NetworkInput, 'values' | 'height' | 'width'>,
  filling: Float32Array,
  box: Box,
): Float32Array {
  const result = values.slice();
  coverBox(result, filling, box, width, values.length / (height * width));
  return result;
}

function changedAnswer(
  network: Network,
  raw: Float32Array,
  answer: ResolvedTarget,
  margin: (raw: Float32Array) => number,
): ChangedAnswer {
  const index = isExclusive(network.output) ? rankClasses(network, raw)[0]! : answer.index!;
  const { probabilities } = classScores(network, raw);
  return { index, label: network.classes[index]!, probability: probabilities![index]!, margin: margin(raw) };
}

async function turningPieces(
  look: Look,
  answer: ResolvedTarget,
  fill: OcclusionFill,
  seed: number,
  run: RunOptions,
): Promise<PieceSearch> {
  const { network, input, outputs } = look;
  const { labels, count } = piecesOf(input);
  const changes = { input: input.values, regions: labels, replacement: filledInput(look, fill, seed) };
  const { turned, regions, area } = await decisionFlip(network, changes, {
    ...run,
    journal: null,
    target: answer.index!,
  });
  const margin = decisionMargin(network, outputs, answer.index!);
  const raw = forward(network, changeRegions(changes, regions));
  return { fill, pieces: count, turned, covered: regions, area, with: changedAnswer(network, raw, answer, margin) };
}
