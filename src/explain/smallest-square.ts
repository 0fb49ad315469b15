import { type Box, type Cells, divide } from './cells';
import type { DecisionMargin } from './decision-margin';
import { openIncremental } from './network/executors/incremental';
import type { Network } from './network/network';
import type { RunOptions } from './progress';
import { perturbRectangles } from './rectangle-perturbation';
import type { ResolvedTarget } from './target';

/** What is covered with what, and which decision is to turn. */
export interface SquareCovering {
  /** Prepared, H×W×C. */
  readonly input: Float32Array;
  /** H×W×C: what a covered pixel shows. */
  readonly filling: Float32Array;
  /** Below 0 the decision has turned. */
  readonly margin: DecisionMargin;
  /** Names the run in a journal. */
  readonly target: ResolvedTarget;
  readonly cells?: Cells;
}

/** Squares of one size. */
interface SquareSize {
  /** Px. */
  readonly side: number;
  /** Places at which it was put. */
  readonly places: number;
  /** Those of them at which the decision turned. */
  readonly turning: number;
}

/** A square with what the network gives when it is covered. */
interface CoveredSquare extends Box {
  readonly margin: number;
  readonly raw: Float32Array;
}

/** All squares that were tried, and what came of it. */
export interface SquareSearch {
  /** In the order in which they were tried. */
  readonly sizes: readonly SquareSize[];
  /** Whether the last size turned the decision: no smaller one did. */
  readonly turned: boolean;
  /** Of the last size that of the least margin where the decision turned; else that of the least margin of all. */
  readonly square: CoveredSquare;
  /** Squares of the last size that turn the decision and share no pixel with this one. */
  readonly apart: number;
}

/** Sides in cells: none is left out, so that no smaller one is passed over. */
const sides = Array.from({ length: 15 }, (_, i) => i + 1);

/**
 * The smallest square whose covering turns a decision: squares of growing size, each at every place of a grid of cells,
 * until one turns it. Exact for these sizes and places: every number comes from a pass of the covered copy, of which only
 * what the square changes is computed.
 *
 * @throws AbortedError within one batch of the signal.
 */
export async function smallestSquare(
  network: Network,
  { input, filling, margin, target, cells = divide(network.inputShape[0], network.inputShape[1]) }: SquareCovering,
  run: RunOptions,
): Promise<SquareSearch> {
  const { side, rows, columns, height, width } = cells;
  const most = Math.max(rows, columns);
  const sizes: SquareSize[] = [];
  let least: CoveredSquare | null = null;
  for (const count of sides.filter((one) => one < most || one === 1)) {
    const px = count * side;
    const starts = (all: number) => Array.from({ length: Math.max(1, all - count + 1) }, (_, i) => i * side);
    const [tops, lefts] = [starts(rows), starts(columns)];
    const squares = await cover(network, { input, filling, target }, { tops, lefts, side: px }, run);
    const margins = squares.map(margin);
    const best = margins.reduce((at, value, i) => (value < margins[at]! ? i : at), 0);
    const turned = margins[best]! < 0;
    if (least === null || turned || margins[best]! < least.margin) {
      const [top, left] = [tops[Math.floor(best / lefts.length)]!, lefts[best % lefts.length]!];
      least = {
        top,
        left,
        height: Math.min(px, height - top),
        width: Math.min(px, width - left),
        margin: margins[best]!,
        raw: squares[best]!,
      };
    }
    const turning = [...margins.keys()].filter((i) => margins[i]! < 0);
    sizes.push({ side: px, places: squares.length, turning: turning.length });
    if (!turned) continue;
    const rowOf = (i: number) => Math.floor(i / lefts.length);
    const columnOf = (i: number) => i % lefts.length;
    const isApart = (i: number) =>
      Math.abs(rowOf(i) - rowOf(best)) >= count || Math.abs(columnOf(i) - columnOf(best)) >= count;
    return { sizes, turned, square: least, apart: turning.filter(isApart).length };
  }
  return { sizes, turned: false, square: least!, apart: 0 };
}

/** Raw outputs with a square at each place, row by row. */
async function cover(
  network: Network,
  { input, filling, target }: Pick<SquareCovering, 'input' | 'filling' | 'target'>,
  { tops, lefts, side }: { readonly tops: readonly number[]; readonly lefts: readonly number[]; readonly side: number },
  run: RunOptions,
): Promise<Float32Array[]> {
  const [height, width] = network.inputShape;
  const size = [Math.min(side, height), Math.min(side, width)] as const;
  const count = tops.length * lefts.length;
  const session = openIncremental(network, input, { size, filling, copies: count });
  try {
    const { outputs } = session;
    const scores = await perturbRectangles(network, input, {
      ...run,
      // A fill is no part of a journal's key.
      journal: null,
      tops,
      lefts,
      size,
      session,
      targets: [target],
      width: outputs,
      score: (raw, into) => into.set(raw),
      label: `squares of ${side} px`,
      key: side,
    });
    return Array.from({ length: count }, (_, i) => scores.slice(i * outputs, (i + 1) * outputs));
  } finally {
    session.close();
  }
}
