import { WhylightError } from '../explain/errors';
import { findMeasure } from '../explain/measures';
import type { Measure } from '../explain/measures/define-measure';
import { crossedMean } from '../explain/statistics/crossed-mean';
import { type Estimate, estimateMean } from '../explain/statistics/estimate';
import { holm } from '../explain/statistics/holm';
import { type RankChance, rankChances } from '../explain/statistics/rank-chances';
import { rankCorrelation } from '../explain/statistics/rank-correlation';
import { signFlip } from '../explain/statistics/sign-flip';
import type { Evaluation, EvaluationCase } from './evaluate';
import type { EvaluatedMap } from './evaluation-maps';

/** Which cases a summary is of. */
export type CaseChoice = 'all' | 'right' | 'wrong';

/** A method against a map that knows nothing of the network, or nothing of the photo. */
export interface Comparison {
  /** The best of the baselines by this measure. */
  readonly baseline: string;
  /** Mean paired difference, positive where the method is better. */
  readonly advantage: number;
  /** One-sided by the signs of the photos' differences, corrected for all methods of the table (Holm). */
  readonly better: number;
  /** The same for being worse. */
  readonly worse: number;
}

/** One measure of one map over all cases. */
export interface EvaluationCell {
  readonly map: string;
  readonly measure: string;
  /** Null where the measure says nothing of it. */
  readonly estimate: Estimate | null;
  /** Cases of which the measure says nothing. */
  readonly missing: number;
  /** Among methods and baselines, on the cases that all have a value of; null for a measure without a better end, for copies and the ceiling. */
  readonly rank: RankChance | null;
  /** Of a method where there are baselines. */
  readonly comparison: Comparison | null;
}

/** A table of maps × measures. */
export interface EvaluationSummary {
  readonly choice: CaseChoice;
  readonly networks: readonly string[];
  /** Photos that the cases are of. */
  readonly photos: number;
  readonly maps: readonly EvaluatedMap[];
  readonly measures: readonly string[];
  readonly cells: readonly EvaluationCell[];
  /** Spearman's correlation of the methods' order by two measures, better ends together; null below four methods with both, and of one that gives all the same. */
  readonly agreement: readonly (readonly (number | null)[])[];
}

/**
 * Means with intervals, ranks with their uncertainty, comparisons with the best baseline, and how far measures agree.
 * Intervals: of one network Student's over photos, of several over networks and photos, crossed (`crossedMean`).
 *
 * @param choice cases whose answer is right, or wrong; then photos of which the networks disagree are left out.
 * @throws WhylightError where no case is left.
 */
export function summarise(
  evaluation: Evaluation,
  choice: CaseChoice = 'all',
  networks: readonly string[] = evaluation.networks.map(({ name }) => name),
): EvaluationSummary {
  const photos = photosOf(evaluation.cases, networks, choice);
  if (photos.length === 0) throw new WhylightError(`no photo whose answer is ${choice} (allowed: at least one)`);
  const table = tableOf(evaluation, networks, photos);
  const cells = evaluation.measures.flatMap((name) => cellsOf(evaluation, findMeasure(name), table, networks, photos));
  const methods = evaluation.maps.filter(({ kind }) => kind === 'method' || kind === 'file');
  return {
    choice,
    networks,
    photos: photos.length,
    maps: evaluation.maps,
    measures: evaluation.measures,
    cells,
    agreement: agreementOf(
      evaluation.measures,
      methods.map(({ name }) => name),
      cells,
    ),
  };
}

/** Photos that every network was asked about, with the answers that are wanted. */
function photosOf(cases: readonly EvaluationCase[], networks: readonly string[], choice: CaseChoice): string[] {
  const fits = ({ right }: EvaluationCase) => choice === 'all' || right === (choice === 'right');
  const names = [...new Set(cases.map(({ photo }) => photo))];
  return names.filter((photo) =>
    networks.every((network) => cases.some((one) => one.photo === photo && one.network === network && fits(one))),
  );
}

type Table = ReadonlyMap<string, number | null>;
const key = (map: string, measure: string, network: string, photo: string) =>
  JSON.stringify([map, measure, network, photo]);

function tableOf({ rows }: Evaluation, networks: readonly string[], photos: readonly string[]): Table {
  const [inNetworks, inPhotos] = [new Set(networks), new Set(photos)];
  return new Map(
    rows
      .filter(({ network, photo }) => inNetworks.has(network) && inPhotos.has(photo))
      .map((row) => [key(row.map, row.measure, row.network, row.photo), row.value]),
  );
}

function cellsOf(
  { maps }: Evaluation,
  measure: Measure,
  table: Table,
  networks: readonly string[],
  photos: readonly string[],
): EvaluationCell[] {
  const valuesOf = (map: string) =>
    networks.map((network) => photos.map((photo) => table.get(key(map, measure.name, network, photo)) ?? null));
  const all = maps.map((map) => ({ ...map, values: valuesOf(map.name) }));
  const spoken = all.filter(({ values }) => values.some((row) => row.some((value) => value !== null)));
  const ranked = measure.better === 'neither' ? [] : spoken.filter(({ kind }) => kind !== 'ceiling' && kind !== 'copy');
  // What is compared is compared on the same photos.
  const common = photos
    .map((_, p) => p)
    .filter((p) => ranked.every(({ values }) => values.every((row) => row[p] !== null)));
  const shared = ranked.map(({ values }) => values.map((row) => common.map((p) => row[p]!)));
  const ranks =
    common.length < 2 || ranked.length < 2 || measure.better === 'neither'
      ? []
      : rankChances(shared, { better: measure.better });
  const comparisons = compare(
    ranked.map(({ name, kind }, i) => ({ name, kind, values: shared[i]! })),
    measure.better,
  );
  return all.map(({ name, values }): EvaluationCell => {
    const at = ranked.findIndex((one) => one.name === name);
    return {
      map: name,
      measure: measure.name,
      estimate: estimateOf(values, measure.bounds),
      missing: values.flat().filter((value) => value === null).length,
      rank: ranks[at] ?? null,
      comparison: comparisons.get(name) ?? null,
    };
  });
}

/** Of one network over photos; of several over both, on the photos that have a value under each. */
function estimateOf(
  values: readonly (readonly (number | null)[])[],
  bounds: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Estimate | null {
  const whole = values[0]!.map((_, p) => p).filter((p) => values.every((row) => row[p] !== null));
  if (whole.length === 0) return null;
  const rows = values.map((row) => whole.map((p) => row[p]!));
  if (rows.length === 1) return estimateMean(rows[0]!, bounds);
  if (whole.length > 1) return crossedMean(rows, bounds);
  return null;
}

interface Competitor {
  readonly name: string;
  readonly kind: EvaluatedMap['kind'];
  /** By network and photo. */
  readonly values: readonly (readonly number[])[];
}

/** Every method against the best of the baselines, photo by photo, in the mean over networks. */
function compare(
  competitors: readonly Competitor[],
  better: 'higher' | 'lower' | 'neither',
): ReadonlyMap<string, Comparison> {
  const sign = better === 'lower' ? -1 : 1;
  const byPhoto = ({ values }: Competitor) =>
    (values[0] ?? []).map((_, p) => (sign * values.reduce((sum, row) => sum + row[p]!, 0)) / values.length);
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const baselines = competitors.filter(({ kind }) => kind === 'baseline');
  const methods = competitors.filter(({ kind }) => kind !== 'baseline');
  if (better === 'neither' || baselines.length === 0 || methods.length === 0 || byPhoto(methods[0]!).length === 0) {
    return new Map();
  }
  const best = baselines.reduce((most, one) => (mean(byPhoto(one)) > mean(byPhoto(most)) ? one : most));
  const level = byPhoto(best);
  const differences = methods.map((method) => byPhoto(method).map((value, p) => value - level[p]!));
  const corrected = holm(differences.map((list) => signFlip(list)));
  const reversed = holm(differences.map((list) => signFlip(list.map((one) => -one))));
  return new Map(
    methods.map(({ name }, i) => [
      name,
      { baseline: best.name, advantage: mean(differences[i]!), better: corrected[i]!, worse: reversed[i]! },
    ]),
  );
}

function agreementOf(measures: readonly string[], methods: readonly string[], cells: readonly EvaluationCell[]) {
  const means = measures.map((name) => {
    const { better } = findMeasure(name);
    if (better === 'neither') return null;
    return methods.map((map) => {
      const value = cells.find((cell) => cell.map === map && cell.measure === name)?.estimate?.value ?? null;
      return value === null ? null : better === 'lower' ? -value : value;
    });
  });
  return means.map((a) =>
    means.map((b) => {
      if (a === null || b === null) return null;
      const both = methods.map((_, i) => i).filter((i) => a[i] !== null && b[i] !== null);
      // A measure that says the same of all puts them in no order.
      const isOrder = (list: typeof a) => new Set(both.map((i) => list[i])).size > 1;
      if (both.length < 4 || !isOrder(a) || !isOrder(b)) return null;
      return rankCorrelation(
        both.map((i) => a[i]!),
        both.map((i) => b[i]!),
      );
    }),
  );
}
