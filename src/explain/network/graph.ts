/** `[top, bottom, left, right]` in px. */
export type Padding = readonly [number, number, number, number];
/** `[vertical, horizontal]`. */
export type Pair = readonly [number, number];

/**
 * What a node computes. Maps are NHWC. Parameters are named by the node: `<node>.weight`, `<node>.bias`,
 * for batch norm also `<node>.running_mean` and `<node>.running_var`, as PyTorch names them.
 */
export type Operation =
  | { readonly kind: 'input' }
  | {
      readonly kind: 'conv2d';
      readonly filters: number;
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Padding;
      readonly dilation: Pair;
      readonly groups: number;
      readonly bias: boolean;
    }
  | { readonly kind: 'batchNorm'; readonly epsilon: number }
  | { readonly kind: 'relu' }
  | { readonly kind: 'relu6' }
  | {
      readonly kind: 'maxPool';
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Padding;
      readonly ceil: boolean;
    }
  | {
      readonly kind: 'avgPool';
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Padding;
      readonly ceil: boolean;
      readonly countPadding: boolean;
    }
  /** Zeros around the map; `channels` pads the channel axis `[before, after]`. */
  | { readonly kind: 'pad'; readonly padding: Padding; readonly channels: Pair }
  /** Every `stride`-th row and column, starting at 0 (the option A shortcut). */
  | { readonly kind: 'subsample'; readonly stride: Pair }
  | { readonly kind: 'add' }
  | { readonly kind: 'concat' }
  /** Fixed numbers a channel, not learned: scale · x + shift. */
  | { readonly kind: 'rescale'; readonly scale: readonly number[]; readonly shift: readonly number[] }
  /** Averages over `size` windows, which share rows and columns where the map does not divide (PyTorch's rule). */
  | { readonly kind: 'adaptiveAvgPool'; readonly size: Pair }
  /** H×W×C to C. */
  | { readonly kind: 'globalAvgPool' }
  | { readonly kind: 'globalMaxPool' }
  /** H×W×C to C·H·W in PyTorch's channel-first order. */
  | { readonly kind: 'flatten' }
  | { readonly kind: 'dense'; readonly units: number; readonly bias: boolean };

/** One step of a network. */
export interface GraphNode {
  /** As the weights' publisher names it (`layer4.1.conv2`). Unique in the graph. */
  readonly name: string;
  readonly operation: Operation;
  /** Names of earlier nodes: one for most, several for `add` and `concat`. */
  readonly inputs: readonly string[];
}

/** Nodes in an order in which each comes after its inputs; the first is `input`, the last gives the raw outputs. */
export type Graph = readonly GraphNode[];
