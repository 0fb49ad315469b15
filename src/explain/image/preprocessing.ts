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
  /** Per channel of the input, on the 0–1 scale: input = (pixel / 255 − mean) / std. */
  readonly mean: readonly number[];
  /** Per channel, on the 0–1 scale. */
  readonly std: readonly number[];
  /** Order of the input's channels, which mean and std follow; `grey` is one channel, {@link luma}. Default: `rgb`. */
  readonly channels?: ChannelOrder;
  /** What becomes of a photo of another shape than the input. Default: what `resize` and `crop` say. */
  readonly fit?: Fit;
}

export const channelOrders = ['rgb', 'bgr', 'grey'] as const;
export type ChannelOrder = (typeof channelOrders)[number];

/**
 * `crop`: resized, and its centre cut out; to a `[height, width]` so that it is covered. `pad`: the whole photo, its longer side as long as the input, black beside
 * it. `stretch`: the whole photo, its sides pulled to the input's.
 */
export const fits = ['crop', 'pad', 'stretch'] as const;
export type Fit = (typeof fits)[number];

/** Grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to a byte as PIL does. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** A network's input made from a photo. */
export interface NetworkInput {
  /** Normalised values, H×W×channels row by row. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** The resized and cropped photo before normalisation: what the network saw, for display, RGB (of a grey one, equal). */
  readonly image: ImageSample;
  /** Where that crop lies in the original photo. */
  readonly crop: CropBox;
}
