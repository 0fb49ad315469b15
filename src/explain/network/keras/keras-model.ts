import type { Constant } from '../tensorflow/tensorflow-graph';

/** A layer's output that another one reads: which of the layer's calls gives it. */
export interface Source {
  readonly layer: string;
  readonly call: number;
}

/** One use of a layer. */
export interface KerasCall {
  /** What it reads, in the order of its arguments: outputs of layers, and numbers that the file fixes. */
  readonly operands: readonly (Source | Constant)[];
  /** Its other arguments by name, those without one by their place (`0`), as the file has them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One layer as the file describes it. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Null in a sequence, where a layer reads the one before. */
  readonly calls: readonly KerasCall[] | null;
  /** Names of the models that it lies in, the outermost first. */
  readonly within: readonly string[];
  /** Its place in the layers of Keras' archives: one name a model that it lies in, then its own. */
  readonly archivePath: readonly string[];
}

/** Gives a layer's weights. */
export interface KerasWeights {
  /**
   * Weights of a layer by their last names (`kernel`, or `kernel|depthwise_kernel` where versions differ), all that it has and in
   * Keras' order.
   * @throws WhylightError where one is missing, or is there twice.
   */
  of(layer: KerasLayer, parts: readonly string[]): readonly Constant[];
  /** Names of those that no layer has asked for. */
  unused(): readonly string[];
}

/** A Keras model as its file holds it. */
export interface KerasModel {
  readonly className: string;
  readonly config: unknown;
  readonly weights: KerasWeights;
  /** The version of Keras that wrote the file (`2.4.0`); null where it does not say. */
  readonly version: string | null;
  /** For people: `Keras 2.4.0, HDF5`. */
  readonly format: string;
  /** sha256 (hex) of the file, or of its files one after another. */
  readonly sha256: string;
}
