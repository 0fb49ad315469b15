import type { Interpolation } from './resize';
import type { CropBox, ImageSample } from './sample';

/** How a photo becomes a network's input, as in torchvision's evaluation transform: resize, centre crop, normalise. */
export interface Preprocessing {
  /** Short side in px after the antialiased resize; `[height, width]` for an exact size; `null`: no resize. */
  readonly resize: number | readonly [number, number] | null;
  /** Of the resize. Default `bilinear`. */
  readonly interpolation?: Interpolation | undefined;
  /** Centre crop in px `[height, width]`: the network's input size. */
  readonly crop: readonly [number, number];
  /** Per channel, on the 0–1 scale: input = (pixel / 255 − mean) / std. */
  readonly mean: readonly [number, number, number];
  /** Per channel, on the 0–1 scale. */
  readonly std: readonly [number, number, number];
}

/** A network's input made from a photo. */
export interface NetworkInput {
  /** Normalised values, H×W×3 row by row. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** The resized and cropped photo before normalisation: what the network saw, for display. */
  readonly image: ImageSample;
  /** Where that crop lies in the original photo. */
  readonly crop: CropBox;
}
