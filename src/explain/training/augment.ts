import type { Preprocessing } from '../image/preprocessing';

/** How photos are varied from epoch to epoch. */
export interface Augmentation {
  /** Mirrors half of the photos. Default true. */
  readonly mirror?: boolean;
  /** Largest shift of the picture along each axis, as a share of its size; the edge is repeated. Default 0.08. */
  readonly shift?: number;
  /** Largest change of brightness and of contrast, as a share. Default 0.15. */
  readonly light?: number;
}

/**
 * Writes a randomly mirrored, shifted and relit copy of an 8-bit picture as normalised input.
 *
 * @param pixels H×W×3 bytes, RGB; equal where the network takes grey.
 * @param into H×W×channels floats: ((pixel / 255 − 0.5) · contrast + 0.5 + brightness − mean) / std.
 * @param random a seeded stream; five numbers are drawn whatever the options, so that runs stay comparable.
 */
export function augmentInto(
  pixels: Uint8Array,
  height: number,
  width: number,
  { mean, std, channels = 'rgb' }: Pick<Preprocessing, 'mean' | 'std' | 'channels'>,
  into: Float32Array,
  random: () => number,
  { mirror = true, shift = 0.08, light = 0.15 }: Augmentation = {},
): void {
  const flip = random() < 0.5 && mirror;
  const down = Math.round((2 * random() - 1) * shift * height);
  const right = Math.round((2 * random() - 1) * shift * width);
  const brightness = (2 * random() - 1) * light * 0.5;
  const contrast = 1 + (2 * random() - 1) * light;
  for (let y = 0; y < height; y++) {
    const fromY = Math.min(height - 1, Math.max(0, y - down));
    for (let x = 0; x < width; x++) {
      const shifted = Math.min(width - 1, Math.max(0, x - right));
      const from = (fromY * width + (flip ? width - 1 - shifted : shifted)) * 3;
      const to = (y * width + x) * mean.length;
      for (let c = 0; c < mean.length; c++) {
        const byte = pixels[from + (channels === 'bgr' ? 2 - c : c)]!;
        const value = Math.min(1, Math.max(0, (byte / 255 - 0.5) * contrast + 0.5 + brightness));
        into[to + c] = (value - mean[c]!) / std[c]!;
      }
    }
  }
}
