import { WhylightError } from '../errors';
import { seededRandom, shuffled } from '../random';
import { type Estimate, estimateShare } from './estimate';
import { logisticScores } from './logistic';

/** How well a class is told from features that ought to say nothing of it. */
export interface ProbeAccuracy {
  /** L2-penalised logistic regression, one class against the rest. */
  readonly logistic: Estimate;
  /** k nearest neighbours. */
  readonly neighbours: Estimate;
  /** Share of the largest class: right answers of one who always says it. */
  readonly chance: number;
  /** Features that differ at all. */
  readonly features: number;
}

const FOLDS = 5;
const INNER_FOLDS = 3;
/** Costs of an error, for features whose mean square length is 1: the smaller, the stronger the penalty. */
const strengths = [0.1, 1, 10, 100];
const neighbourhoods = [5, 15];

/**
 * Right answers of two probes in five-fold cross-validation, with Wilson's 95 % intervals. Features are standardised by the
 * training folds; penalty and number of neighbours are chosen inside them. Deterministic. Folds share training rows, so
 * answers are not quite independent: of noise about one interval in twenty lies above chance.
 *
 * @param rows one a scene, so that no scene is in training and test folds; all of the same length.
 * @param labels class of each row, 0, 1, …
 * @throws WhylightError for rows of different lengths, other numbers of labels, and for a class of fewer than ten rows.
 */
export function probeAccuracy(rows: readonly ArrayLike<number>[], labels: readonly number[]): ProbeAccuracy {
  const count = rows.length;
  const width = rows[0]?.length ?? 0;
  if (labels.length !== count) throw new WhylightError(`${labels.length} labels do not go with ${count} rows`);
  const odd = rows.find((row) => row.length !== width);
  if (odd) throw new WhylightError(`a row of ${odd.length} features (allowed: ${width}, as the first has)`);
  const sizes = [...new Set(labels)].map((label) => labels.filter((one) => one === label).length);
  if (sizes.length < 2 || Math.min(...sizes) < 10)
    throw new WhylightError(
      `rows of the classes: ${sizes.join(', ') || 'none'} (allowed: two classes or more, from 10 rows each)`,
    );
  const folds = foldsOf(labels, FOLDS, 1);
  const right = { logistic: 0, neighbours: 0 };
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = indicesWhere(folds, (one) => one !== fold);
    const test = indicesWhere(folds, (one) => one === fold);
    const features = shortened(standardised(rows, train));
    const { classes, scores } = logisticProbe(features, labels, train, test);
    const k = bestNeighbourhood(features, labels, train);
    for (const [j, i] of test.entries()) {
      if (classes[largest(scores.map((score) => score[j]!))] === labels[i]) right.logistic++;
      if (mostFrequent(nearestRows(features, train, i, k), labels, k) === labels[i]) right.neighbours++;
    }
  }
  return {
    logistic: estimateShare(right.logistic, count),
    neighbours: estimateShare(right.neighbours, count),
    chance: Math.max(...sizes) / count,
    features: Array.from({ length: width }, (_, j) => j).filter((j) => rows.some((row) => row[j] !== rows[0]![j]))
      .length,
  };
}

/** The fold of each row, classes evenly over the folds. */
function foldsOf(labels: readonly number[], folds: number, seed: number): readonly number[] {
  const result = new Array<number>(labels.length);
  const random = seededRandom(seed);
  let next = 0;
  for (const label of [...new Set(labels)].sort((a, b) => a - b))
    for (const i of shuffled(
      indicesWhere(labels, (one) => one === label),
      random,
    ))
      result[i] = next++ % folds;
  return result;
}

/** Features with mean 0 and variance 1 over the training rows, divided by the root of their number; constants become 0. */
function standardised(rows: readonly ArrayLike<number>[], train: readonly number[]): Float64Array[] {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (const i of train) for (let j = 0; j < width; j++) mean[j]! += rows[i]![j]! / train.length;
  for (const i of train) for (let j = 0; j < width; j++) scale[j]! += (rows[i]![j]! - mean[j]!) ** 2 / train.length;
  // What rounding makes of a constant is no feature.
  const used = scale.reduce((sum, variance, j) => sum + Number(variance > 1e-18 * (1 + mean[j]! ** 2)), 0);
  for (let j = 0; j < width; j++)
    scale[j] = scale[j]! > 1e-18 * (1 + mean[j]! ** 2) ? 1 / Math.sqrt(scale[j]! * used) : 0;
  return rows.map((row) => Float64Array.from(mean, (middle, j) => (row[j]! - middle) * scale[j]!));
}

/**
 * Rows of no more features than there are rows, with the same inner products, which are all that the probes need: the
 * Cholesky factor of those.
 */
function shortened(rows: readonly Float64Array[]): readonly Float64Array[] {
  const count = rows.length;
  if (rows[0]!.length <= count) return rows;
  const factor = rows.map(() => new Float64Array(count));
  for (const [i, row] of factor.entries()) {
    for (let j = 0; j <= i; j++) {
      const rest = dot(rows[i]!, rows[j]!) - dot(row, factor[j]!, j);
      row[j] = i === j ? pivotOf(rest) : quotient(rest, factor[j]![j]!);
    }
  }
  return factor;
}

// A row that depends on those before it leaves nothing but rounding, and nothing of it in later rows.
const pivotOf = (rest: number) => (rest > 1e-9 ? Math.sqrt(rest) : 0);
const quotient = (rest: number, pivot: number) => (pivot > 0 ? rest / pivot : 0);

function dot(a: Float64Array, b: Float64Array, length = a.length): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function logisticProbe(
  features: readonly Float64Array[],
  labels: readonly number[],
  train: readonly number[],
  test: readonly number[],
): { classes: readonly number[]; scores: readonly Float64Array[] } {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const scoresFor = (from: readonly number[], to: readonly number[], cost: number) => {
    const [rows, others] = [from.map((i) => features[i]!), to.map((i) => features[i]!)];
    // Of two classes one score is the other's negative.
    const first = classes.slice(0, classes.length === 2 ? 1 : classes.length).map((one) =>
      logisticScores(
        rows,
        from.map((i) => (labels[i] === one ? 1 : -1)),
        others,
        cost,
      ),
    );
    return classes.length === 2 ? [first[0]!, first[0]!.map((score) => -score)] : first;
  };
  const inner = foldsOf(
    train.map((i) => labels[i]!),
    INNER_FOLDS,
    2,
  );
  const hits = strengths.map((cost) => {
    let right = 0;
    for (let fold = 0; fold < INNER_FOLDS; fold++) {
      const held = train.filter((_, j) => inner[j] === fold);
      const rest = train.filter((_, j) => inner[j] !== fold);
      const scores = scoresFor(rest, held, cost);
      for (const [j, i] of held.entries())
        if (classes[largest(scores.map((score) => score[j]!))] === labels[i]) right++;
    }
    return right;
  });
  return { classes, scores: scoresFor(train, test, strengths[largest(hits)]!) };
}

/** The number of neighbours with the most right answers within the training rows, each row left out of its own. */
function bestNeighbourhood(
  features: readonly Float64Array[],
  labels: readonly number[],
  train: readonly number[],
): number {
  const hits = neighbourhoods.map(() => 0);
  for (const i of train) {
    const nearest = nearestRows(features, train, i, Math.max(...neighbourhoods));
    for (const [n, k] of neighbourhoods.entries()) if (mostFrequent(nearest, labels, k) === labels[i]) hits[n]!++;
  }
  return neighbourhoods[largest(hits)]!;
}

/** The k training rows nearest to row i, nearest first, without itself. */
function nearestRows(features: readonly Float64Array[], train: readonly number[], i: number, k: number): number[] {
  const nearest: { readonly j: number; readonly distance: number }[] = [];
  for (const j of train) {
    if (j === i) continue;
    const distance = squaredDistance(features[i]!, features[j]!);
    if (nearest.length === k && distance >= nearest[k - 1]!.distance) continue;
    const at = nearest.findIndex((one) => one.distance > distance);
    nearest.splice(at < 0 ? nearest.length : at, 0, { j, distance });
    if (nearest.length > k) nearest.pop();
  }
  return nearest.map(({ j }) => j);
}

/** The class of most of the first k rows; of as many, the one that comes first. */
function mostFrequent(rows: readonly number[], labels: readonly number[], k: number): number {
  const votes = new Map<number, number>();
  for (const j of rows.slice(0, k)) votes.set(labels[j]!, (votes.get(labels[j]!) ?? 0) + 1);
  return [...votes].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return sum;
}

function indicesWhere<T>(values: readonly T[], holds: (value: T) => boolean): number[] {
  return values.flatMap((value, i) => (holds(value) ? [i] : []));
}

const largest = (values: readonly number[]) => values.indexOf(Math.max(...values));
