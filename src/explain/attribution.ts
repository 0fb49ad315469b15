import type { CropBox, ImageSample } from './image/sample';

/** The value of one option, as it is recorded in a result. */
export type OptionValue = string | number | boolean | null | readonly OptionValue[];

/** A class of a network. */
export interface ClassName {
  readonly index: number;
  readonly label: string;
}

/** What is explained: the score of one class or value, the same with the other sign, a difference, or a function of the logits. */
export interface TargetName {
  readonly kind: 'class' | 'negative' | 'difference' | 'function';
  /** The class, of a negative, too; of a difference the two, the second taken from the first; empty for a function. */
  readonly classes: readonly ClassName[];
  /** For people, whole: `timber wolf, grey wolf`, `wolf − dog`, a function's own name. */
  readonly label: string;
}

/** A target's scores under one network. */
export interface TargetScore extends TargetName {
  /** Index of the class, or null for a difference of classes or a function of the logits. */
  readonly index: number | null;
  /** The target's logit (or combination of logits) on the unperturbed input. */
  readonly logit: number;
  /** Probability of the class; null where the target is not one class, and for values. */
  readonly probability: number | null;
  /** Of a value: what it is in; empty where nothing says so. Absent where the score is a logit. */
  readonly unit?: string;
}

/** The most probable class with the occluder at each position; null where the position was not run but interpolated. */
export interface BestClasses {
  /** Indices, rows × columns. */
  readonly classes: readonly (number | null)[];
  /** Its probability there. */
  readonly probabilities: readonly (number | null)[];
  /** Labels of the classes that occur, by index. */
  readonly labels: Readonly<Record<number, string>>;
}

/** The occluder's positions and the class score at each: the paper's view of occlusion. */
export interface OcclusionGrid {
  readonly rows: number;
  readonly columns: number;
  /** Top and left edge of each row's / column's occluder, in input px. */
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** Occluder `[height, width]` in input px. */
  readonly size: readonly [number, number];
  /** Target's probability with the occluder there, rows × columns; NaN-free; for targets without a probability, null. */
  readonly probabilities: Float32Array | null;
  /** Target's logit with the occluder there, rows × columns. */
  readonly logits: Float32Array;
  /** Zeiler and Fergus's third picture; null in files written before it was kept. */
  readonly best: BestClasses | null;
}

/** A raw explanation map: unnormalised and, where the method is, signed. Display scaling happens in `plots/` only. */
export interface Attribution {
  /** The method's name in the table: `saliency`, `occlusion`, `cam`. */
  readonly method: string;
  /** Its title for people, and what its values are. */
  readonly title: string;
  readonly unit: string;
  /** H×W of the network's input, row by row. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** True where negative values mean evidence against the target. */
  readonly signed: boolean;
  /** The map at the method's own resolution where that is not the input's (CAM's 7×7), before upsampling. */
  readonly coarse: { readonly values: Float32Array; readonly height: number; readonly width: number } | null;
  /** For occlusion: the paper's grid. */
  readonly grid: OcclusionGrid | null;
  /** Of a map made of random copies: the standard error of each value, as if the copies were drawn again, H×W. Absent of others. */
  readonly errors?: Float32Array;
  /** What the network saw: the resized crop, H×W×3. */
  readonly input: ImageSample;
  /** Where that crop lies in the photo, in photo px. */
  readonly crop: CropBox;
  readonly photo: { readonly source: string; readonly sha256: string; readonly width: number; readonly height: number };
  readonly network: {
    readonly name: string;
    readonly title: string;
    readonly weightsSha256: string;
    /** What neither the network's file nor a card says and was taken for granted. Absent where there is none. */
    readonly assumptions?: readonly string[];
  };
  readonly target: TargetScore;
  /** The node the method looked at, and null where it is the input. */
  readonly layer: string | null;
  /** Every option with its effective value, defaults included. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly seed: number | null;
  /** Milliseconds of the call; several targets of one call share them. */
  readonly elapsedMs: number;
  /** Sentences a reader must know: an empty map, a saturated score. Empty for most. */
  readonly notes: readonly string[];
}
