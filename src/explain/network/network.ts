import type { Preprocessing } from '../image/preprocessing';
import type { Graph } from './graph';
import type { Parameter } from './operations/operation';
import type { OutputKind } from './output-kind';

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
  /** `[height, width, channels]`: the preprocessing's crop, and 1 channel (grey) or 3. */
  readonly inputShape: readonly [number, number, number];
  readonly output: OutputKind;
  /** One label for each raw output; two for the one of `sigmoid`. */
  readonly classes: readonly string[];
  /** What the values of a `linear` output are in: `years`. */
  readonly unit?: string;
  /** What neither its file nor its card says and was taken for granted: a sentence each. */
  readonly assumptions?: readonly string[];
  /** The node whose global average feeds the linear head (or, as in SqueezeNet, is the score map itself); null where there is none. */
  readonly camNode: string | null;
  /** sha256 (hex) of the weights' file. */
  readonly weightsSha256: string;
}
