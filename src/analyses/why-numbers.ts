import type { Attribution, TargetScore } from '../explain/attribution';
import { type Cells, cellMeans, divide } from '../explain/cells';
import type { ClassScore } from '../explain/classify';
import { decisionMargin } from '../explain/decision-margin';
import type { MethodCall } from '../explain/explain-all';
import type { CropBox } from '../explain/image/sample';
import type { Look } from '../explain/look';
import { localPeaks } from '../explain/measures/peaks';
import { targetQuestion } from '../explain/measures/remake';
import type { OcclusionFill } from '../explain/methods/occluder-fill';
import { isExclusive } from '../explain/network/output-kind';
import type { RunOptions } from '../explain/progress';
import type { ResolvedTarget } from '../explain/target';
import { placeWords } from '../plots/describe-map';
import { alikeness, type Deletion, deletions, type PlaceAgreement, placeAgreement, redrawnMaps } from './why-checks';
import type { WhyChoice } from './why-methods';
import { filledInput, type Regions, turningRegions } from './why-regions';

/** How much is tried, by which bounds maps are judged, and by what their methods were chosen. */
export interface WhyRules {
  readonly choice: WhyChoice;
  readonly seed: number;
  /** What covers, the first in every check. */
  readonly fills: readonly OcclusionFill[];
  /** Shares of the input that a deletion covers, about. */
  readonly shares: readonly number[];
  /** Untrained networks. */
  readonly draws: number;
  /** Whether pieces of like colour are searched beside squares. */
  readonly pieces: boolean;
  /** Up to this p of its deletion a map passes, and up to this p of their correlation two maps are said to agree. */
  readonly level: number;
  /** Maps with at least this rank correlation are called alike. */
  readonly alike: number;
}

/** What the checks on this photo say of one map. */
export interface MapChecks {
  readonly method: string;
  readonly title: string;
  /** What its method covers with; null for one that covers nothing. */
  readonly fill: string | null;
  /** Where its highest cell lies: `at the left`; null where it is the same everywhere. */
  readonly place: string | null;
  readonly deletion: Deletion;
  /** Rank correlations with the same method's maps of untrained networks. */
  readonly untrained: {
    /** Networks that gave a map with a form. */
    readonly networks: number;
    readonly mean: number | null;
  };
  /** Rank correlation with the map of the best other class; null where there is none, or one map is the same everywhere. */
  readonly rival: number | null;
  /** Why nothing is concluded from it: it is the same everywhere, covering its places takes no more than covering others, or it does not need the network's training. */
  readonly fails: 'flat' | 'place' | 'network' | null;
}

/** All numbers of an answer's explanation, as plain JSON. */
export interface WhyNumbers {
  readonly photo: Attribution['photo'];
  readonly network: Attribution['network'];
  readonly input: { readonly height: number; readonly width: number; readonly crop: CropBox; readonly cell: number };
  readonly answer: ClassScore;
  /** Null for values, and where there is one class. */
  readonly runnerUp: ClassScore | null;
  /** Of the answer over the best other class in logits, or of a label over one half; null where nothing is decided. */
  readonly margin: number | null;
  readonly target: TargetScore;
  /** What a deletion measures: the class's logit less the best other one, the class's own, or the target as it is. */
  readonly score: 'lead' | 'logit' | 'own';
  /** Whether the maps are of the answer. */
  readonly isAnswer: boolean;
  /** The class whose maps are set beside the target's; null where there is none. */
  readonly rival: ClassScore | null;
  readonly rules: WhyRules;
  readonly maps: readonly MapChecks[];
  /** Maps that pass every check. */
  readonly passing: number;
  /** Of every two maps that pass, by their places in `maps`; the least alike first. */
  readonly agreements: readonly (PlaceAgreement & { readonly of: readonly [number, number] })[];
  /** Null where nothing is decided. */
  readonly regions: Regions | null;
}

function scoreKind({ network }: Look, { index }: ResolvedTarget): WhyNumbers['score'] {
  if (index === null || network.output === 'linear') return 'own';
  return isExclusive(network.output) && network.classes.length > 1 ? 'lead' : 'logit';
}

/** The best class that is not explained. */
function rivalOf({ network, classification }: Look, target: ResolvedTarget): ClassScore | null {
  if (target.index === null || network.output === 'linear') return null;
  return classification.classes.find(({ index }) => index !== target.index) ?? null;
}

/** The answer as a decision: null where there is none to turn. */
function decided(look: Look, answer: ResolvedTarget): number | null {
  const { network, outputs } = look;
  if (network.output === 'linear' || network.classes.length < 2) return null;
  const margin = decisionMargin(network, outputs, answer.index!)(outputs);
  return margin > 0 ? margin : null;
}

/** Makes the maps of a target and of its rival, checks them, and searches what turns the answer. */
export async function whyNumbers(
  look: Look,
  target: ResolvedTarget,
  calls: readonly MethodCall[],
  rules: WhyRules,
  run: RunOptions,
): Promise<{ readonly numbers: WhyNumbers; readonly maps: readonly Attribution[] }> {
  const { network, input, classification } = look;
  const cells = divide(input.height, input.width);
  const answer = look.target();
  const rival = rivalOf(look, target);
  const targets = [targetQuestion(target), ...(rival === null ? [] : [rival.index])];
  const maps: Attribution[] = [];
  const rivals: (Attribution | undefined)[] = [];
  for (const { method, options } of calls) {
    const [map, other] = await method.explain(look, targets, { ...options, ...run });
    maps.push(map!);
    rivals.push(other);
  }
  const filling = filledInput(look, rules.fills[0]!, rules.seed);
  const deleted = await deletions(look, target, maps, { ...rules, cells, filling }, run);
  const untrained = await redrawnMaps(look, target, calls, { draws: rules.draws, seed: rules.seed }, run);
  const checks = maps.map((map, i): MapChecks => {
    const alike = untrained[i]!.flatMap((other) => (other === null ? [] : (alikeness(map.values, other, cells) ?? [])));
    const mean = alike.length === 0 ? null : alike.reduce((sum, one) => sum + one, 0) / alike.length;
    const place = peakPlace(map, cells);
    const deletion = deleted[i]!;
    const other = rivals[i];
    return {
      method: map.method,
      title: map.title,
      fill: typeof map.options.fill === 'string' ? map.options.fill : null,
      place,
      deletion,
      untrained: { networks: alike.length, mean },
      rival: other === undefined ? null : alikeness(map.values, other.values, cells),
      fails: failure(place, deletion.p, mean, rules),
    };
  });
  const passing = checks.flatMap(({ fails }, i) => (fails === null ? [i] : []));
  const margin = decided(look, answer);
  const { weights: _, score: __, ...targetScore } = target;
  const numbers: WhyNumbers = {
    photo: classification.photo,
    network: classification.network,
    input: { height: input.height, width: input.width, crop: input.crop, cell: cells.side },
    answer: classification.classes[0]!,
    runnerUp: network.output === 'linear' ? null : (classification.classes[1] ?? null),
    margin,
    target: targetScore,
    score: scoreKind(look, target),
    isAnswer: target.index === answer.index,
    rival,
    rules,
    maps: checks,
    passing: passing.length,
    agreements: passing
      .flatMap((a, i) => passing.slice(i + 1).map((b) => [a, b] as const))
      .map((of) => ({ of, ...placeAgreement(maps[of[0]]!.values, maps[of[1]]!.values, cells) }))
      .sort((a, b) => (a.correlation ?? 0) - (b.correlation ?? 0)),
    regions: margin === null ? null : await turningRegions(look, answer, { ...rules, cells }, run),
  };
  return { numbers, maps };
}

/** Where a map's highest cell lies, of several neighbours their middle; null where all cells are equal. */
function peakPlace(map: Attribution, cells: Cells): string | null {
  const means = Float32Array.from(cellMeans(map.values, cells));
  const least = means.reduce((a, b) => Math.min(a, b));
  if (means.every((value) => value === least)) return null;
  // Above the least, so that a map without a positive value has a highest cell, too.
  const [peak] = localPeaks({ values: means.map((value) => value - least), width: cells.columns, height: cells.rows });
  return placeWords((peak!.x + 0.5) / cells.columns, (peak!.y + 0.5) / cells.rows);
}

/** The first check that a map does not pass. */
function failure(
  place: string | null,
  p: number,
  untrained: number | null,
  { level, alike }: WhyRules,
): MapChecks['fails'] {
  if (place === null) return 'flat';
  if (untrained !== null && untrained >= alike) return 'network';
  return p <= level ? null : 'place';
}
