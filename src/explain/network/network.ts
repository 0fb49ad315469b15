import type { Preprocessing } from '../image/preprocessing';
import type { Graph } from './graph';
import type { Parameter } from './operations/operation';

export type { Parameter } from './operations/operation';

/** A network ready to run: plain values, no tensors. */
export interface Network {
  /** The card's name: `squeezenet1_0`. */
  readonly name: string;
  /** For people: `SqueezeNet 1.0 (ImageNet)`. */
  readonly title: string;
  readonly architecture: string;
  readonly graph: Graph;
  /** By parameter name (`layer4.1.conv2.weight`). */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly preprocessing: Preprocessing;
  /** `[height, width, 3]`, equal to the preprocessing's crop. */
  readonly inputShape: readonly [number, number, 3];
  /**
   * `softmax`: as many raw outputs as classes. `sigmoid`: one raw output z and two classes
   * `[negative, positive]`, with logits −z and z.
   */
  readonly output: 'softmax' | 'sigmoid';
  readonly classes: readonly string[];
  /** The node whose global average feeds the linear head (or, as in SqueezeNet, is the score map itself); null where there is none. */
  readonly camNode: string | null;
  /** sha256 (hex) of the weights' file. */
  readonly weightsSha256: string;
}
