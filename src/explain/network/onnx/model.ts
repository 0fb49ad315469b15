/** An array in a file: a weight, or a shape that is reckoned with. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Whole numbers or truth values, on which shapes are reckoned; false for real numbers. */
  readonly integer: boolean;
}

/** One value that a node was given beside its inputs. */
export type Attribute = number | string | Constant | readonly number[] | null;

/** One operator. */
export interface OnnxNode {
  readonly name: string;
  /** `Conv`; of other sets than ONNX's own with the set before it: `com.microsoft.FusedConv`. */
  readonly operator: string;
  /** Names of values; an empty one stands for an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A value that comes from outside, or goes there. */
export interface OnnxPort {
  readonly name: string;
  /** Null where a length is left open. */
  readonly shape: readonly (number | null)[];
}

/** What an ONNX file says. */
export interface OnnxModel {
  /** `pytorch 2.1.0`. */
  readonly producer: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Those without a constant of their name. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly metadata: ReadonlyMap<string, string>;
}
