import { createHash } from 'node:crypto';
import { type DecisionMargin, decisionMargin } from './decision-margin';
import { WhylightError } from './errors';
import { jointJournal } from './journal';
import { forward } from './network/executors/forward';
import type { Network } from './network/network';
import { perturb } from './perturbation';
import { type RunOptions, withAmbient } from './progress';
import { resolveTarget, type Target } from './target';

/** An input, its regions, and what each of its pixels becomes when its region is changed. */
export interface RegionChanges {
  /** The prepared input, H×W×C, normalised. */
  readonly input: Float32Array;
  /** H×W: for each pixel the number of its region, from 0; −1 where nothing is ever changed. */
  readonly regions: Int32Array;
  /** H×W×C, normalised: what takes a changed pixel's place. */
  readonly replacement: Float32Array;
}

/** Whose decision is to turn. */
export interface DecisionFlipOptions extends RunOptions {
  /** The decision: a class, which turns when another is the best; a difference or score of one's own, which turns below 0. Default: the best class. */
  readonly target?: Target;
}

/** A step of the search: the region that was changed beside the earlier ones, and the margin then. */
export interface FlipStep {
  readonly region: number;
  /** In logits, as `decisionMargin`. */
  readonly margin: number;
}

/** A set of regions whose change turns a decision, or comes nearest to it. */
export interface DecisionFlip {
  /** Whether the change turns the decision: its margin is below 0. */
  readonly turned: boolean;
  /**
   * The regions that are changed, in the order in which the search took them. Where the decision turned it stands again
   * when any one of them is left as it was (1-minimal); that no other set is smaller is not said. Where it did not turn:
   * the set of the least margin on the search's way.
   */
  readonly regions: readonly number[];
  /** Share of the input's pixels that lie in these regions. */
  readonly area: number;
  /** Raw outputs and margin of the input as it is, of the changed one, and with every region changed. */
  readonly before: FlipOutputs;
  readonly after: FlipOutputs;
  readonly whole: FlipOutputs;
  /** The greedy way, before regions that are not needed were taken back. */
  readonly steps: readonly FlipStep[];
  /** Copies that the network was asked about. */
  readonly passes: number;
}

/** What a network gives for one input. */
export interface FlipOutputs {
  readonly raw: Float32Array;
  /** In logits; below 0 the decision has turned. */
  readonly margin: number;
}

/** A set of changed regions with what the network gives for it. */
interface Trial extends FlipOutputs {
  readonly regions: readonly number[];
}

/**
 * A small set of regions whose change turns a network's decision. Greedy: of all regions the one is changed, beside the
 * earlier ones, that leaves the decision's margin least (of equal ones the first), until the margin is below 0. Then
 * pruned: as long as any region can be put back and the decision stays turned, the largest such one is. The result is
 * 1-minimal: none of its regions can be left out. It need not be the smallest set of all, which only a search through all
 * subsets would show. Every number comes from a forward pass of a changed copy; nothing is drawn by lot.
 *
 * @returns the set; where no step of the search turns the decision, the set that came nearest, `turned` false.
 * @throws WhylightError where sizes disagree, no region is there to change, or the target's margin is not above 0 to
 *   begin with; AbortedError within one batch of the signal. With a journal an interrupted search goes on where it was.
 */
export async function decisionFlip(
  network: Network,
  changes: RegionChanges,
  { target, ...options }: DecisionFlipOptions = {},
): Promise<DecisionFlip> {
  const run = withAmbient(options);
  const sizes = regionSizes(network, changes);
  const raw = forward(network, changes.input);
  const margin = decisionMargin(network, raw, target);
  const before = { raw, margin: margin(raw) };
  if (!(before.margin > 0)) {
    const { label } = resolveTarget(network, raw, target);
    throw new WhylightError(
      `${network.name} does not decide for ${label}: its margin is ${before.margin.toFixed(4)} (needed: above 0)`,
    );
  }
  const joint = run.journal ? jointJournal(run.journal) : null;
  const search = openSearch(network, changes, margin, { ...run, journal: joint }, raw);
  const all = [...sizes.keys()].sort((a, b) => a - b);
  const [whole] = await search.evaluate([all]);
  const { steps, last } = await greedy(search, all, before);
  const turned = last.margin < 0;
  const final = turned ? await prune(search, last, sizes) : last;
  joint?.close();
  const area = final.regions.reduce((sum, region) => sum + sizes.get(region)!, 0) / changes.regions.length;
  const outputs = ({ raw, margin }: FlipOutputs): FlipOutputs => ({ raw, margin });
  return {
    turned,
    regions: final.regions,
    area,
    before,
    after: outputs(final),
    whole: outputs(whole!),
    steps,
    passes: search.passes() + 1,
  };
}

/** The input with some of its regions changed, H×W×C. */
export function changeRegions(
  { input, regions, replacement }: RegionChanges,
  changed: readonly number[],
): Float32Array {
  const result = input.slice();
  writeChange({ input, regions, replacement }, new Set(changed), result);
  return result;
}

function writeChange(
  { input, regions, replacement }: RegionChanges,
  changed: ReadonlySet<number>,
  into: Float32Array,
): void {
  const channels = input.length / regions.length;
  for (let at = 0; at < regions.length; at++) {
    if (!changed.has(regions[at]!)) continue;
    for (let c = at * channels; c < (at + 1) * channels; c++) into[c] = replacement[c]!;
  }
}

/** Pixels in each region. */
function regionSizes(
  { name, inputShape }: Network,
  { input, regions, replacement }: RegionChanges,
): ReadonlyMap<number, number> {
  const [height, width, channels] = inputShape;
  for (const [what, length, count] of [
    ['input', input.length, height * width * channels],
    ['replacement', replacement.length, height * width * channels],
    ['regions', regions.length, height * width],
  ] as const) {
    if (length !== count) {
      throw new WhylightError(`${what} of ${length} numbers for ${name} (needed: ${count}, ${height}×${width} px)`);
    }
  }
  const bad = replacement.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new WhylightError(`replacement has a value ${replacement[bad]} (allowed: finite numbers)`);
  const sizes = new Map<number, number>();
  for (const region of regions) {
    if (region < -1) throw new WhylightError(`a region's number: ${region} (allowed: from 0, and −1 for none)`);
    if (region >= 0) sizes.set(region, (sizes.get(region) ?? 0) + 1);
  }
  if (sizes.size === 0) throw new WhylightError('no region to change: every pixel is −1 (needed: one region at least)');
  return sizes;
}

interface Search {
  /** Trials of these sets, in their order. */
  readonly evaluate: (sets: readonly (readonly number[])[]) => Promise<readonly Trial[]>;
  readonly passes: () => number;
}

function openSearch(
  network: Network,
  changes: RegionChanges,
  margin: DecisionMargin,
  run: RunOptions,
  raw: Float32Array,
): Search {
  // Raw outputs are what is kept: they serve every target, and the best class stands for the weights.
  const targets = [resolveTarget(network, raw)];
  const content = contentHash(changes);
  let passes = 0;
  return {
    passes: () => passes,
    evaluate: async (sets) => {
      const members = sets.map((set) => new Set(set));
      const scores = await perturb(network, changes.input, {
        ...run,
        count: sets.length,
        write: (index, into) => writeChange(changes, members[index]!, into),
        width: raw.length,
        score: (outputs, into) => into.set(outputs),
        label: 'decision flip',
        targets,
        key: [content, sets],
      });
      passes += sets.length;
      return sets.map((regions, i) => {
        const outputs = scores.slice(i * raw.length, (i + 1) * raw.length);
        return { regions, raw: outputs, margin: margin(outputs) };
      });
    },
  };
}

/** sha256 (hex) of what changed copies are made from, for the journal. */
function contentHash({ regions, replacement }: RegionChanges): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [regions, replacement]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

/** Of trials the one of the least margin, of equal ones the first. */
const least = (trials: readonly Trial[]) => trials.reduce((best, trial) => (trial.margin < best.margin ? trial : best));

/** Changes region after region until the decision turns, or all are changed; `last` is the turn, or the least margin. */
async function greedy(search: Search, all: readonly number[], before: FlipOutputs) {
  const steps: FlipStep[] = [];
  let current: Trial = { ...before, regions: [] };
  let last = current;
  while (current.margin >= 0 && current.regions.length < all.length) {
    const open = all.filter((region) => !current.regions.includes(region));
    current = least(await search.evaluate(open.map((region) => [...current.regions, region])));
    steps.push({ region: current.regions.at(-1)!, margin: current.margin });
    last = least([last, current]);
  }
  return { steps, last };
}

/** Puts regions back as long as the decision stays turned without one: the largest first. */
async function prune(search: Search, start: Trial, sizes: ReadonlyMap<number, number>): Promise<Trial> {
  let current = start;
  for (;;) {
    if (current.regions.length < 2) return current;
    const trials = await search.evaluate(current.regions.map((_, i) => current.regions.filter((__, k) => k !== i)));
    const size = (i: number) => sizes.get(current.regions[i]!)!;
    const spare = [...trials.keys()].filter((i) => trials[i]!.margin < 0);
    if (spare.length === 0) return current;
    current = trials[spare.reduce((best, i) => (size(i) > size(best) ? i : best))]!;
  }
}
