/** State of the Adam optimiser for one parameter array. */
export interface AdamState {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Settings of one Adam step. */
export interface AdamStep {
  readonly learningRate: number;
  /** Decoupled weight decay, applied where `decay` says so. */
  readonly weightDecay: number;
  /** Counts from 1. */
  readonly step: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A fresh state for `length` parameters. */
export function adamState(length: number): AdamState {
  return { first: new Float32Array(length), second: new Float32Array(length) };
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019), in place on typed arrays,
 * so that a checkpoint is the arrays themselves and the same steps give the same bytes.
 */
export function adamUpdate(
  values: Float32Array,
  gradient: Float32Array,
  { first, second }: AdamState,
  { learningRate, weightDecay, step }: AdamStep,
): void {
  const correction1 = 1 - BETA1 ** step;
  const correction2 = 1 - BETA2 ** step;
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const m = BETA1 * first[i]! + (1 - BETA1) * g;
    const v = BETA2 * second[i]! + (1 - BETA2) * g * g;
    first[i] = m;
    second[i] = v;
    const update = m / correction1 / (Math.sqrt(v / correction2) + EPSILON);
    values[i]! -= learningRate * (update + weightDecay * values[i]!);
  }
}
