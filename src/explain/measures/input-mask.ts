import { WhylightError } from '../errors';
import type { NetworkInput } from '../image/preprocessing';

/** A mask over what a network sees: one byte a pixel of its input, 0 outside. */
export interface InputMask {
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A photo's mask over a network's input: a pixel of the input is inside where the mask is set at its middle; what lies
 * beside the photo is outside.
 *
 * @param mask the photo's height × width, row by row; 0 is outside.
 * @throws WhylightError where mask and photo differ in size.
 */
export function maskOnInput(
  mask: Uint8Array,
  photo: { readonly width: number; readonly height: number },
  { width, height, crop }: Pick<NetworkInput, 'width' | 'height' | 'crop'>,
): InputMask {
  if (mask.length !== photo.width * photo.height) {
    throw new WhylightError(`a mask of ${mask.length} px for a photo of ${photo.width}×${photo.height}`);
  }
  const sampled = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(crop.y + ((y + 0.5) * crop.height) / height);
    if (row < 0 || row >= photo.height) continue;
    for (let x = 0; x < width; x++) {
      const column = Math.floor(crop.x + ((x + 0.5) * crop.width) / width);
      const within = column >= 0 && column < photo.width;
      if (within && mask[row * photo.width + column] !== 0) sampled[y * width + x] = 255;
    }
  }
  return { mask: sampled, width, height };
}

/** Whether a point lies in a mask, or not further from it than `tolerance` px. */
export function hits({ mask, width, height }: InputMask, x: number, y: number, tolerance: number): boolean {
  for (let v = Math.max(0, Math.ceil(y - tolerance)); v <= Math.min(height - 1, y + tolerance); v++) {
    for (let u = Math.max(0, Math.ceil(x - tolerance)); u <= Math.min(width - 1, x + tolerance); u++) {
      if (mask[v * width + u]! > 0 && (u - x) ** 2 + (v - y) ** 2 <= tolerance ** 2 + 0.5) return true;
    }
  }
  return false;
}

/** Where a point would hit: the mask and what is not further from it than `tolerance` px. */
export function reachOf({ mask, width, height }: InputMask, tolerance: number): InputMask {
  const reach = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      // What lies side by side reaches as far as its ends do.
      const left = x;
      while (x + 1 < width && mask[y * width + x + 1]! > 0) x++;
      for (let v = Math.max(0, y - tolerance); v <= Math.min(height - 1, y + tolerance); v++) {
        const across = Math.floor(Math.sqrt(tolerance ** 2 + 0.5 - (v - y) ** 2));
        reach.fill(255, v * width + Math.max(0, left - across), v * width + Math.min(width - 1, x + across) + 1);
      }
    }
  }
  return { mask: reach, width, height };
}

/** Share of the pixels that a mask has: the chance that a point placed at random over the picture lies in it. */
export function areaShare({ mask }: InputMask): number {
  let area = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]! > 0) area++;
  return area / mask.length;
}

/** The smallest rectangle around a mask, in px of its picture, both ends included; null where it is empty. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boundsOf({ mask, width, height }: InputMask): Bounds | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  mask.forEach((inside, i) => {
    if (inside === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  return right < 0 ? null : { left, top, right, bottom };
}

/** The smallest rectangles around masks of one picture, as one mask. */
export function boxesOf(masks: readonly InputMask[]): InputMask {
  const { width, height } = masks[0]!;
  const boxes = new Uint8Array(width * height);
  for (const bounds of masks.map(boundsOf)) {
    if (bounds === null) continue;
    const { left, top, right, bottom } = bounds;
    for (let y = top; y <= bottom; y++) boxes.fill(255, y * width + left, y * width + right + 1);
  }
  return { mask: boxes, width, height };
}

/** The pointing game's usual tolerance, 15 px at 224, at this input's size. */
export function pointingTolerance(width: number): number {
  return Math.round((15 / 224) * width);
}
