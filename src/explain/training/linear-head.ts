/** A linear layer on pooled features: raw output = weight · features + bias. */
export interface LinearHead {
  /** Raw outputs × features, row by row. One row for two classes (sigmoid), else one a class (softmax). */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly outputs: number;
}

/** Features of photos, row by row, and their classes. */
export interface LabelledFeatures {
  /** Photos × width. */
  readonly features: Float32Array;
  readonly labels: readonly number[];
  readonly width: number;
}

/** Loss and accuracy after one step of the training. */
export interface CurvePoint {
  readonly step: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** The chosen head and how it was chosen. */
export interface HeadTraining {
  readonly head: LinearHead;
  /** The L2 strength chosen on the validation part. */
  readonly l2: number;
  /** Lowest validation loss of every strength tried. */
  readonly trials: readonly { readonly l2: number; readonly validationLoss: number; readonly steps: number }[];
  /** The chosen strength's curve; training stopped early after its lowest validation loss. */
  readonly curve: readonly CurvePoint[];
}

const HISTORY = 8;
const PATIENCE = 12;

/** Probabilities (photos × classes) from raw outputs (photos × outputs). */
export function headProbabilities(raw: Float64Array | Float32Array, outputs: number): Float32Array {
  const count = raw.length / outputs;
  const classes = outputs === 1 ? 2 : outputs;
  const result = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) {
    if (outputs === 1) {
      const positive = 1 / (1 + Math.exp(-raw[i]!));
      result[2 * i] = 1 - positive;
      result[2 * i + 1] = positive;
      continue;
    }
    const row = raw.subarray(i * outputs, (i + 1) * outputs);
    const top = Math.max(...row);
    let sum = 0;
    for (const value of row) sum += Math.exp(value - top);
    for (let c = 0; c < outputs; c++) result[i * classes + c] = Math.exp(row[c]! - top) / sum;
  }
  return result;
}

/** Raw outputs of a head, photos × outputs. */
export function applyHead(head: LinearHead, features: Float32Array, width: number): Float64Array {
  const count = features.length / width;
  const raw = new Float64Array(count * head.outputs);
  for (let i = 0; i < count; i++) {
    for (let o = 0; o < head.outputs; o++) {
      let sum = head.bias[o]!;
      for (let k = 0; k < width; k++) sum += head.weight[o * width + k]! * features[i * width + k]!;
      raw[i * head.outputs + o] = sum;
    }
  }
  return raw;
}

/**
 * Trains a linear head on frozen features: logistic (two classes) or softmax regression with L2 on the weights,
 * by L-BFGS on the whole training part, so that the same data give the same head. For every L2 strength the
 * step with the lowest validation loss is kept; the strength with the lowest of these wins.
 *
 * @param l2 strengths to try, on standardised features. Default 1e-5 … 1.
 */
export function trainLinearHead(
  training: LabelledFeatures,
  validation: LabelledFeatures,
  classes: number,
  { l2 = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1], steps = 300 }: { l2?: readonly number[]; steps?: number } = {},
): HeadTraining {
  const scale = standardisation(training);
  const outputs = classes === 2 ? 1 : classes;
  const train = standardise(training, scale);
  const valid = standardise(validation, scale);
  const runs = l2.map((strength) => ({ strength, ...minimise(train, valid, outputs, strength, steps) }));
  const best = runs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  return {
    head: unstandardise(best.solution, scale, outputs),
    l2: best.strength,
    trials: runs.map(({ strength, validationLoss, curve }) => ({ l2: strength, validationLoss, steps: curve.length })),
    curve: best.curve,
  };
}

interface Scale {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

function standardisation({ features, width }: LabelledFeatures): Scale {
  const count = features.length / width;
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let i = 0; i < features.length; i++) mean[i % width]! += features[i]! / count;
  for (let i = 0; i < features.length; i++) spread[i % width]! += (features[i]! - mean[i % width]!) ** 2 / count;
  // A feature that never changes carries nothing: it keeps its scale instead of being divided by zero.
  return { mean, spread: spread.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1)) };
}

function standardise({ features, labels, width }: LabelledFeatures, { mean, spread }: Scale): LabelledFeatures {
  return { features: features.map((value, i) => (value - mean[i % width]!) / spread[i % width]!), labels, width };
}

function unstandardise(solution: Float64Array, { mean, spread }: Scale, outputs: number): LinearHead {
  const width = mean.length;
  const weight = new Float32Array(outputs * width);
  const bias = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let shift = solution[o * (width + 1) + width]!;
    for (let k = 0; k < width; k++) {
      const value = solution[o * (width + 1) + k]! / spread[k]!;
      weight[o * width + k] = value;
      shift -= value * mean[k]!;
    }
    bias[o] = shift;
  }
  return { weight, bias, outputs };
}

interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  readonly gradient: Float64Array;
}

/** Mean cross-entropy (+ L2) of parameters laid out as outputs × (width weights, one bias). */
function evaluate(data: LabelledFeatures, parameters: Float64Array, outputs: number, l2: number): Evaluation {
  const { features, labels, width } = data;
  const count = labels.length;
  const stride = width + 1;
  const gradient = new Float64Array(parameters.length);
  const raw = new Float64Array(outputs);
  let [loss, right] = [0, 0];
  for (let i = 0; i < count; i++) {
    const at = i * width;
    for (let o = 0; o < outputs; o++) {
      let sum = parameters[o * stride + width]!;
      for (let k = 0; k < width; k++) sum += parameters[o * stride + k]! * features[at + k]!;
      raw[o] = sum;
    }
    const probabilities = headProbabilities(raw, outputs);
    const label = labels[i]!;
    loss -= Math.log(Math.max(1e-30, probabilities[label]!)) / count;
    if (probabilities.indexOf(Math.max(...probabilities)) === label) right++;
    for (let o = 0; o < outputs; o++) {
      const residual = outputs === 1 ? probabilities[1]! - label : probabilities[o]! - (o === label ? 1 : 0);
      const share = residual / count;
      for (let k = 0; k < width; k++) gradient[o * stride + k]! += share * features[at + k]!;
      gradient[o * stride + width]! += share;
    }
  }
  for (let o = 0; o < outputs; o++) {
    for (let k = 0; k < width; k++) {
      const value = parameters[o * stride + k]!;
      loss += (l2 / 2) * value * value;
      gradient[o * stride + k]! += l2 * value;
    }
  }
  return { loss, accuracy: right / Math.max(1, count), gradient };
}

function minimise(
  train: LabelledFeatures,
  valid: LabelledFeatures,
  outputs: number,
  l2: number,
  steps: number,
): { solution: Float64Array; validationLoss: number; curve: CurvePoint[] } {
  let parameters: Float64Array = new Float64Array(outputs * (train.width + 1));
  let state = evaluate(train, parameters, outputs, l2);
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const curve: CurvePoint[] = [];
  let best = { solution: parameters, validationLoss: Number.POSITIVE_INFINITY, step: 0 };
  for (let step = 0; step <= steps; step++) {
    const { loss: validationLoss, accuracy: validationAccuracy } = evaluate(valid, parameters, outputs, 0);
    curve.push({ step, trainingLoss: state.loss, validationLoss, validationAccuracy });
    if (validationLoss < best.validationLoss - 1e-6) best = { solution: parameters, validationLoss, step };
    if (step - best.step >= PATIENCE || norm(state.gradient) < 1e-6) break;
    const direction = lbfgsDirection(state.gradient, history);
    const slope = dot(direction, state.gradient);
    let length = history.length === 0 ? Math.min(1, 1 / norm(state.gradient)) : 1;
    let [next, after] = [parameters, state];
    let accepted = false;
    for (let trial = 0; trial < 30 && !accepted; trial++, length /= 2) {
      next = parameters.map((value, i) => value + length * direction[i]!);
      after = evaluate(train, next, outputs, l2);
      accepted = after.loss <= state.loss + 1e-4 * length * slope;
    }
    if (!accepted) break;
    const s = next.map((value, i) => value - parameters[i]!);
    const y = after.gradient.map((value, i) => value - state.gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12) history.push({ s, y, rho: 1 / curvature });
    if (history.length > HISTORY) history.shift();
    [parameters, state] = [next, after];
  }
  return { solution: best.solution, validationLoss: best.validationLoss, curve };
}

function lbfgsDirection(
  gradient: Float64Array,
  history: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((value) => -value);
  const alphas: number[] = [];
  for (const { s, y, rho } of [...history].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const gamma = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= gamma;
  }
  alphas.reverse();
  history.forEach(({ s, y, rho }, index) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += (alphas[index]! - beta) * s[i]!;
  });
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
