import type { Graph } from '../graph';
import type { Parameter } from '../operations/operation';

/** What a file itself says of how a photo becomes its input; what it does not say is left out. */
export interface ForeignPreprocessing {
  /** Order or kind of the input's channels. */
  readonly channels?: 'rgb' | 'bgr' | 'grey';
  /** Per channel, on the 0–1 scale: input = (pixel / 255 − mean) / std. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** A network as somebody's file holds it, before a card or a person has said the rest. Plain values, no tensors. */
export interface ForeignNetwork {
  /** For people: `ONNX, opset 17, from pytorch 2.1.0`. */
  readonly format: string;
  readonly graph: Graph;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** The node whose global average feeds the linear head; null where there is none. */
  readonly camNode: string | null;
  /** `[height, width, channels]`, one or three channels. */
  readonly inputShape: readonly [number, number, number];
  /** How many raw outputs there are. */
  readonly outputs: number;
  /** The activation at the end of the file's network, which is left out of the graph; null where the file has none. */
  readonly ending: 'softmax' | 'sigmoid' | null;
  /** Class names that the file holds, in the outputs' order. */
  readonly labels: readonly string[] | null;
  readonly preprocessing: ForeignPreprocessing | null;
  /** Of the file, or of all its files one after another (hex). */
  readonly weightsSha256: string;
  /** What was taken of several, what was left aside, what was made of it: a sentence each. */
  readonly notes: readonly string[];
}

/** What a reader has to be told where the file leaves it open. */
export interface ForeignOptions {
  /** `[height, width]` in px, for a network of any size. */
  readonly size?: readonly [number, number] | undefined;
  /** Of a file of weights alone, where several architectures fit them. */
  readonly architecture?: string | undefined;
}
