import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import {
  type Backward,
  type ForwardContext,
  type OperationDescription,
  PLAIN_STEPS,
  type Plain,
  type Shape,
  type Weight,
  type Window,
} from './operation';
import { gatedBackward, withReluRule } from './rectifier';

/** A backward pass left to the engine, one operation at a time. */
export const byEngine: Backward<unknown> = {
  reads: () => ['inputs'],
  slopes: (_, __, { differentiate }) => differentiate(),
};

/** One number a channel. */
export const vector = (length: number, start: 0 | 1, learned = true): Weight => ({ shape: [length], start, learned });

/** A kernel or matrix with its outputs first, and a bias where there is one. */
export function outputWeights(shape: Shape, axes: readonly number[], bias: boolean): Readonly<Record<string, Weight>> {
  const weight: Weight = { shape, axes, start: 'uniform', learned: true };
  return bias ? { weight, bias: vector(shape[0]!, 0) } : { weight };
}

/** Of every operation that has no weights. */
export const weightless = {
  weights: () => ({}),
  multiplyAdds: () => 0,
  role: null,
  longRun: null,
  linear: null,
  affine: null,
  absorb: null,
  activation: null,
} as const;

/** Of one map, and of which no change is followed: where the map has changed, the whole output is computed. */
export const wholeMap = {
  ...weightless,
  arity: [1, 1],
  reads: 'maps',
  window: () => null,
  inPlace: false,
  backward: byEngine,
} as const;

/** Of one input, each cell of the output from the same cell there. */
export const cellwise = {
  ...weightless,
  arity: [1, 1],
  reads: 'either',
  inPlace: true,
  shape: (_: unknown, [input]: readonly Shape[]) => input!,
} as const;

/** A window of a function that is linear in its inputs together, cell by cell. Default: the forward pass itself is. */
export const linearWindow = <O>(
  operation: O,
  change: Window<O>['change'] = (context) =>
    context.forward(
      operation,
      Array.from({ length: context.count }, (_, i) => context.change(i)),
    ),
): Window<O> => ({ reach: null, outside: 'kept', ...PLAIN_STEPS, change });

/** Of values that fit together, put into one. */
export const joining = { ...weightless, inPlace: true, window: <O>(operation: O) => linearWindow(operation) } as const;

/** @throws WhylightError where shapes differ (`axes`: in their first ones only). */
export function checkFitting(name: string, shapes: readonly Shape[], axes?: number): void {
  if (new Set(shapes.map((shape) => shape.slice(0, axes).join())).size <= 1) return;
  throw new WhylightError(`${name} joins maps that do not fit: ${shapes.map((s) => s.join('×')).join(' and ')}`);
}

/**
 * Tokens, N×1×C: how many, and their channels.
 * @throws WhylightError for a map of more columns.
 */
export function sequenceShape(name: string, [count, columns, channels]: Shape): readonly [number, number] {
  if (columns === 1) return [count!, channels!];
  throw new WhylightError(`${name} reads a map of ${[count, columns, channels].join('×')} (allowed: tokens, N×1×C)`);
}

/** An operation that takes one of several values, number by number. */
export const selecting = <Kind extends string>(
  kind: Kind,
  choose: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): OperationDescription<Plain<Kind>> => ({
  ...joining,
  kind,
  title: () => kind,
  arity: [2, Number.POSITIVE_INFINITY],
  reads: 'either',
  shape: (_, inputs, name) => {
    checkFitting(name, inputs);
    return inputs[0]!;
  },
  forward: (_, { inputs }) => inputs.reduce(choose),
  backward: byEngine,
  window: (operation) => ({
    reach: null,
    outside: 'zero',
    passes: 8,
    steps: 20,
    change: ({ count, change, before, forward }) => {
      const each = Array.from({ length: count }, (_, i) => before(i));
      const changed = each.map((clean, i) => tf.add(clean, change(i)));
      return tf.sub(forward(operation, changed), forward(operation, each));
    },
  }),
});

/** A function of each number alone. */
export interface Elementwise<O extends { readonly kind: string }>
  extends Pick<OperationDescription<O>, 'kind' | 'title'> {
  /** A new tensor; differentiable. Finite at `LOWEST`, unless it `overflows`, and the same at every number near it. */
  readonly value: (operation: O, x: tf.Tensor, context: Pick<ForwardContext, 'reluRule'>) => tf.Tensor;
  /** Whether it is infinite at `LOWEST`. Default: not. */
  readonly overflows?: (operation: O) => boolean;
  /** How many of the engine's operations it is. Default 1. */
  readonly steps?: number;
  /** What the rules of deconvolution and guided backpropagation are to it. Default `other`. */
  readonly activation?: NonNullable<OperationDescription<O>['activation']>;
  /** Default: by the engine; where it is `gated`, by those rules too. */
  readonly backward?: Backward<O>;
}

/** An operation that takes a function of each number of one input: all that it needs is the function. */
export function elementwise<O extends { readonly kind: string }>({
  value,
  overflows = () => false,
  steps = 1,
  activation = 'other',
  backward = activation === 'gated' ? gatedBackward : byEngine,
  ...description
}: Elementwise<O>): OperationDescription<O> {
  return {
    ...cellwise,
    ...description,
    activation,
    forward: (operation, context) => {
      const apply = (x: tf.Tensor) => value(operation, x, context);
      const [x] = context.inputs;
      return activation === 'gated' ? withReluRule(x!, context.reluRule, apply) : apply(x!);
    },
    backward,
    window: (operation) => ({
      reach: null,
      outside: overflows(operation) ? 'huge' : 'zero',
      passes: 4 + 2 * steps,
      steps: 10 + 2 * steps,
      change: ({ change, before, forward }) => {
        const clean = before(0);
        return tf.sub(forward(operation, [tf.add(clean, change(0))]), forward(operation, [clean]));
      },
    }),
  };
}
