import { seededRandom, shuffled } from '../random';

/** Passes over the training rows at most, and the change of a weight (as a share of its bound) at which they end. */
const PASSES = 60;
const LEAST_CHANGE = 1e-3;

/**
 * Scores of logistic regression with an L2 penalty, ½|w|² + cost · Σ log(1 + exp(−target · score)), intercept in w, solved
 * in its dual, row by row (Yu, Huang and Lin 2011, doi:10.1007/s10994-010-5221-8).
 *
 * @param rows to learn from, `targets` of 1 or −1 for each.
 * @returns a score for each of the other rows: above 0 for target 1.
 */
export function logisticScores(
  rows: readonly Float64Array[],
  targets: readonly number[],
  others: readonly Float64Array[],
  cost: number,
): Float64Array {
  const width = rows[0]!.length;
  // The last coefficient is the intercept: that of a feature that is 1.
  const coefficients = new Float64Array(width + 1);
  const scoreOf = (row: Float64Array) => {
    let sum = coefficients[width]!;
    for (let k = 0; k < width; k++) sum += coefficients[k]! * row[k]!;
    return sum;
  };
  const add = (row: Float64Array, change: number) => {
    for (let k = 0; k < width; k++) coefficients[k]! += change * row[k]!;
    coefficients[width]! += change;
  };
  // A row's dual weight is cost · sigmoid(logit); it starts small, as that of a row answered right.
  const logits = new Float64Array(rows.length).fill(-7);
  const weights = logits.map((logit) => cost * sigmoid(logit));
  const lengths = rows.map((row) => row.reduce((sum, value) => sum + value * value, 1));
  for (const [i, row] of rows.entries()) add(row, targets[i]! * weights[i]!);
  const random = seededRandom(3);
  const order = rows.map((_, i) => i);
  for (let pass = 0; pass < PASSES; pass++) {
    let change = 0;
    for (const i of shuffled(order, random)) {
      const margin = targets[i]! * scoreOf(rows[i]!);
      logits[i] = stationary(lengths[i]!, margin - lengths[i]! * weights[i]!, cost, logits[i]!);
      const difference = cost * sigmoid(logits[i]!) - weights[i]!;
      add(rows[i]!, targets[i]! * difference);
      change = Math.max(change, Math.abs(difference) / cost);
      weights[i]! += difference;
    }
    if (change < LEAST_CHANGE) break;
  }
  return Float64Array.from(others, scoreOf);
}

/** The logit t at which t + rest + self · cost · sigmoid(t) is 0: Newton's steps, kept in the bounds of the root. */
function stationary(self: number, rest: number, cost: number, start: number): number {
  let [low, high] = [-rest - self * cost, -rest];
  let t = Math.min(high, Math.max(low, start));
  for (let step = 0; step < 30; step++) {
    const share = sigmoid(t);
    const value = t + rest + self * cost * share;
    if (Math.abs(value) < 1e-6) break;
    if (value > 0) high = t;
    else low = t;
    const next = t - value / (1 + self * cost * share * (1 - share));
    t = next > low && next < high ? next : (low + high) / 2;
  }
  return t;
}

const sigmoid = (t: number) => 1 / (1 + Math.exp(-t));
