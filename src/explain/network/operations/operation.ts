import type { tf } from '../../engine';
import type { Reach } from '../kernels/sliding';

/** `[H, W, C]` of a map, `[C]` of a vector: the batch is left out. */
export type Shape = readonly number[];

export const numbersIn = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** A weight array in PyTorch's order: conv2d `out × in/groups × kh × kw`, dense `out × in`, others one axis. */
export interface Parameter {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/**
 * What a ReLU passes backwards: its gradient g·1[x>0]; relu(g) (deconvolution, Zeiler and Fergus 2014);
 * or relu(g)·1[x>0] (guided backpropagation, Springenberg et al. 2015).
 */
export type ReluRule = 'gradient' | 'deconvolution' | 'guided';

/** An operation without parameters. */
export interface Plain<Kind extends string> {
  readonly kind: Kind;
}

/** One weight array that an operation reads. */
export interface Weight {
  /** In PyTorch's order. */
  readonly shape: Shape;
  /** In which order the engine has these axes. Default: the same. */
  readonly axes?: readonly number[];
  /** Before any training: uniform in ±√(6 / fan-in), or one number. */
  readonly start: 'uniform' | 0 | 1;
  /** False for statistics of the training data. */
  readonly learned: boolean;
}

/** Gives an operation's weight by its name there (`bias`), in the engine's order of axes. */
export type WeightSource = (part: string) => tf.Tensor;

/** What a forward pass gives an operation. */
export interface ForwardContext {
  /** Values read, batch first. */
  readonly inputs: readonly tf.Tensor[];
  readonly weight: WeightSource;
  readonly reluRule: ReluRule;
  /** Not under a tape: operations without a gradient may be taken. */
  readonly free: boolean;
  /** What is known of the run, and the weight as `LongRun` prepares it for a way. Default: no long run. */
  readonly longRun?: (RunPlan & { readonly prepared: (way: string) => tf.Tensor }) | undefined;
  /** The batch's own statistics, for training; undefined where the running ones are used. */
  readonly moments: (x: tf.Tensor) => { readonly mean: tf.Tensor; readonly variance: tf.Tensor } | undefined;
}

/** What a backward pass gives an operation. */
export interface BackwardContext {
  /** Of the values read, without the batch. */
  readonly shapes: readonly Shape[];
  /** A value read, and the operation's own: those alone that `reads` names. */
  readonly input: (index: number) => tf.Tensor;
  readonly output: () => tf.Tensor;
  readonly weight: WeightSource;
  readonly reluRule: ReluRule;
  /** The slopes by the engine's own differentiation, from all values read. */
  readonly differentiate: () => tf.Tensor[];
}

/** The slope at an operation's inputs from that at its output. */
export interface Backward<O> {
  /** Values of the forward pass that it needs. */
  readonly reads: (operation: O, rule: ReluRule) => readonly ('inputs' | 'output')[];
  /** One tensor of its own for each input. */
  readonly slopes: (operation: O, dy: tf.Tensor, context: BackwardContext) => tf.Tensor[];
}

/** Cells of a clean map made into others, once: a constant function, by which the result is found again. */
export type CleanForm = (cells: tf.Tensor2D) => tf.Tensor2D;

/** What incremental inference gives an operation. */
export interface WindowContext<O> {
  /** How many values it reads. */
  readonly count: number;
  /** An input's change on those cells that the window's outputs read, zeros around it. */
  readonly change: (input: number) => tf.Tensor4D;
  /** The same, with the zeros still to be put around it: `[top, bottom, left, right]`. */
  readonly unpadded: (input: number) => {
    readonly inner: tf.Tensor4D;
    readonly padding: readonly [number, number, number, number];
  };
  /** Clean values of an input on those cells, or what a form makes of them; `LOWEST` outside the map. */
  readonly before: (input: number, form?: CleanForm) => tf.Tensor4D;
  /** The clean value of an input that counts as constant, 1×1×1×C; null where the input's change is followed. */
  readonly constant: (input: number) => tf.Tensor4D | null;
  /** Clean values of the operation itself on its window. */
  readonly clean: () => tf.Tensor4D;
  readonly weight: WeightSource;
  /** A forward pass of the operation, or of one like it. */
  readonly forward: (operation: O, inputs: readonly tf.Tensor[]) => tf.Tensor4D;
}

/** How a change of the input goes through an operation. */
export interface Window<O> {
  /** Null where each cell of the output reads the same cell of every input. */
  readonly reach: Reach | null;
  /**
   * Whether inputs that are vectors, which a change reaches whole, can count as constant, at their clean values: an approximation, made
   * where gates are frozen. Default: not.
   */
  readonly constantVectors?: boolean;
  /** The change of the output from those of the inputs; copies × rows × columns × C. */
  readonly change: (context: WindowContext<O>) => tf.Tensor4D;
  /**
   * What `change` gives where a window sticks out of the map. `zero`: 0 whatever the inputs hold there. `kept`: 0 where they
   * do. `some`: numbers that may stay where all that read them give zero. `huge`: numbers, infinite or none, that must not.
   */
  readonly outside: 'zero' | 'kept' | 'some' | 'huge';
  /** How often each number of the window is read and written, and engine operations: crops of clean maps count. */
  readonly passes: number;
  readonly steps: number;
}

/** What a value takes that is neither cropped nor compared. */
export const PLAIN_STEPS = { passes: 2, steps: 2 } as const;

/** In which numbers convolutions multiply: float32, or bfloat16, whose products are added in float32. */
export type Precision = 'float32' | 'bfloat16';

/** What is known of a run before its first batch. */
export interface RunPlan {
  /** Images that will be run in all, about. */
  readonly copies: number;
  /** What operations that gain by it may multiply in. Default: float32. */
  readonly precision?: Precision | undefined;
}

/** Other ways to the same numbers (but for rounding), which pay in a run of many images once the weights are prepared. */
export interface LongRun<O> {
  /** The way that is gone, by a name of the operation's own; null: the usual one. `input` has the batch. */
  readonly way: (operation: O, input: Shape, plan: RunPlan) => string | null;
  /** Its multiply-adds, as a share of the usual way's. */
  readonly share: (operation: O, input: Shape, plan: RunPlan) => number;
  /** Bytes an image that it holds at once beside its input and output. */
  readonly bytes: (operation: O, input: Shape, way: string) => number;
  /** The operation's `weight` as the way reads it. */
  readonly prepare: (operation: O, weight: tf.Tensor, way: string) => tf.Tensor;
}

/** scale · (x − centre) + shift, each a number a channel. */
export interface Affine {
  readonly scale: ArrayLike<number>;
  readonly centre: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}

/** A value of one image in double precision: H×W×C, or C. */
export interface Doubles {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** A weight of the operation by its name there, in PyTorch's order. */
type FloatWeights = (part: string) => Float32Array;

/** What an operation does, and its slope, in double precision: plain loops, one image. */
export interface DoublePass<O> {
  /** `shape` is the output's. */
  readonly forward: (operation: O, inputs: readonly Doubles[], weight: FloatWeights, shape: Shape) => Float64Array;
  /** The slope at each input from that at the output. */
  readonly backward: (
    operation: O,
    at: {
      readonly inputs: readonly Doubles[];
      readonly dy: Doubles;
      readonly weight: FloatWeights;
      readonly rule: ReluRule;
    },
  ) => readonly Float64Array[];
}

/** All that anyone asks of an operation; `O` is what a node holds of it. Maps are NHWC. */
export interface OperationDescription<O extends { readonly kind: string }> {
  readonly kind: O['kind'];
  /** For people: `3×3 convolution, stride 2`. */
  readonly title: (operation: O) => string;
  /** How many values it reads, at least and at most. */
  readonly arity: readonly [least: number, most: number];
  readonly reads: 'maps' | 'vectors' | 'either';
  /** Of the output; `[picture]` stands for the inputs of a node that reads none. Lengths below 1: the input is too small. */
  readonly shape: (operation: O, inputs: readonly Shape[], name: string) => Shape;
  /** By the name's last part: `weight` of node `conv1` is the parameter `conv1.weight`. */
  readonly weights: (operation: O, input: Shape) => Readonly<Record<string, Weight>>;
  /** A tensor of its own, also where nothing changes: values are freed one by one. Differentiable unless `free`. */
  readonly forward: (operation: O, context: ForwardContext) => tf.Tensor;
  readonly backward: Backward<O>;
  /** Null where a change of one cell reaches the whole output, or cannot be followed. */
  readonly window: (operation: O) => Window<O> | null;
  /**
   * What methods look for: the last convolution, and the linear head on a global mean, which class activation maps read; of
   * a transformer where cells become tokens, and the last attention among them all.
   */
  readonly role: 'convolution' | 'global mean' | 'linear' | 'cells as tokens' | 'attention' | null;
  /**
   * Of an activation: what the rules of deconvolution and guided backpropagation are to it. `rectifier`: they are made for
   * it. `gated`: it lets pass what is above 0, so that `rule=gate` takes it for a ReLU. `other`: it keeps its own slope.
   */
  readonly activation: 'rectifier' | 'gated' | 'other' | null;
  /** Whether what it gives at a place belongs to that place of its inputs. */
  readonly inPlace: boolean;
  /** Multiplications with a weight for each number of the output; padding counts. */
  readonly multiplyAdds: (operation: O, input: Shape) => number;
  readonly longRun: LongRun<O> | null;
  /** Of an operation that has a long run and is linear but for its bias: itself without it. */
  readonly linear: ((operation: O) => O) | null;
  /** Where it is an affine function of each channel, with fixed numbers. */
  readonly affine: ((operation: O, weight: (part: string) => Float32Array) => Affine) | null;
  /** The operation that gives what an affine function after this one does, and all its parameters. */
  readonly absorb:
    | ((
        operation: O,
        weight: (part: string) => Parameter,
        affine: Affine,
      ) => { readonly operation: O; readonly parameters: Readonly<Record<string, Parameter>> })
    | null;
  /** Default: it is not computed in double precision. */
  readonly double?: DoublePass<O>;
}
