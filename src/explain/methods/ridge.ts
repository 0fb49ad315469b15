/** A linear model and how well it fits. */
export interface RidgeFit {
  readonly coefficients: Float64Array;
  /** Standard errors of the coefficients, as if the rows were drawn again: White's, which lets errors differ from row to row. */
  readonly errors: Float64Array;
  readonly intercept: number;
  /** Weighted R². */
  readonly explained: number;
}

/**
 * Weighted ridge regression with an unpenalised intercept: minimises Σ_i w_i (y_i − b − x_i·β)² + penalty·|β|², by
 * Cholesky's method on the centred normal equations.
 */
export function weightedRidge(
  rows: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
  penalty: number,
): RidgeFit {
  const size = rows[0]!.length;
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  const means = new Float64Array(size);
  let mean = 0;
  rows.forEach((row, i) => {
    mean += (weights[i]! / total) * targets[i]!;
    for (let j = 0; j < size; j++) means[j]! += (weights[i]! / total) * row[j]!;
  });
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  rows.forEach((row, i) => {
    const weight = weights[i]!;
    for (let j = 0; j < size; j++) {
      const left = weight * (row[j]! - means[j]!);
      if (left === 0) continue;
      right[j]! += left * (targets[i]! - mean);
      for (let k = 0; k <= j; k++) matrix[j]![k]! += left * (row[k]! - means[k]!);
    }
  });
  // A column that never varies has no say; the least penalty keeps the system solvable.
  for (let j = 0; j < size; j++) matrix[j]![j]! += Math.max(penalty, 1e-12);
  factorise(matrix);
  const coefficients = solve(matrix, right);
  const intercept = mean - coefficients.reduce((sum, value, j) => sum + value * means[j]!, 0);
  let [left, all] = [0, 0];
  const variances = new Float64Array(size);
  rows.forEach((row, i) => {
    const prediction = coefficients.reduce((sum, value, j) => sum + value * row[j]!, intercept);
    const rest = targets[i]! - prediction;
    left += weights[i]! * rest ** 2;
    all += weights[i]! * (targets[i]! - mean) ** 2;
    const centred = means.map((middle, j) => row[j]! - middle);
    solve(matrix, centred).forEach((share, j) => {
      variances[j]! += (weights[i]! * rest * share) ** 2;
    });
  });
  return { coefficients, errors: variances.map(Math.sqrt), intercept, explained: all === 0 ? 1 : 1 - left / all };
}

/** Cholesky's lower factor in place of a symmetric positive definite matrix, of which the lower triangle is given. */
function factorise(matrix: Float64Array[]): void {
  for (let j = 0; j < matrix.length; j++) {
    for (let k = 0; k < j; k++) {
      let sum = matrix[j]![k]!;
      for (let m = 0; m < k; m++) sum -= matrix[j]![m]! * matrix[k]![m]!;
      matrix[j]![k] = sum / matrix[k]![k]!;
    }
    let sum = matrix[j]![j]!;
    for (let m = 0; m < j; m++) sum -= matrix[j]![m]! ** 2;
    matrix[j]![j] = Math.sqrt(sum);
  }
}

/** Solves the system of a factor. */
function solve(factor: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const result = right.slice();
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) result[j]! -= factor[j]![k]! * result[k]!;
    result[j]! /= factor[j]![j]!;
  }
  for (let j = size - 1; j >= 0; j--) {
    for (let k = j + 1; k < size; k++) result[j]! -= factor[k]![j]! * result[k]!;
    result[j]! /= factor[j]![j]!;
  }
  return result;
}
