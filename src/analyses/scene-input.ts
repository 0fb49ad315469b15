import { createHash } from 'node:crypto';
import type { Attribution } from '../explain/attribution';
import { prepareInput } from '../explain/image/prepare';
import type { CropBox, ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Scene } from '../scenes/scene';
import type { ObjectKind } from '../scenes/spec';

/** How the maps are made whose peaks are counted. */
export interface MapOptions extends RunOptions {
  /** Default: class activation maps. */
  readonly explain?: (
    network: Network,
    photo: ImageSample,
    options: { readonly target: string },
  ) => Promise<Attribution>;
}

/** A mask over what a network sees: one byte a pixel of its input, 0 outside. */
export interface InputMask {
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Where the objects of the kinds are in what a network sees of a scene. */
export function maskInInput(network: Network, scene: Scene, kinds: readonly ObjectKind[]): InputMask {
  const { width, height, crop } = prepareInput(scene.image, network.preprocessing);
  const masks = scene.objects.filter(({ kind }) => kinds.includes(kind)).map(({ mask }) => mask);
  return { width, height, mask: sampleMask(masks, scene.image.width, crop, width, height) };
}

/** One mask for each object of a kind, leaving out those that are not seen at all. */
export function objectMasks(network: Network, scene: Scene, kind: ObjectKind): InputMask[] {
  const { width, height, crop } = prepareInput(scene.image, network.preprocessing);
  return scene.objects
    .filter((object) => object.kind === kind)
    .map(({ mask }) => ({ width, height, mask: sampleMask([mask], scene.image.width, crop, width, height) }))
    .filter(({ mask }) => mask.some((inside) => inside > 0));
}

/** Masks over a picture, carried onto an input: a pixel of it is inside where one of them is set at its middle. */
export function sampleMask(
  masks: readonly Uint8Array[],
  stride: number,
  crop: CropBox,
  width: number,
  height: number,
): Uint8Array {
  const sampled = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = Math.floor(crop.x + ((x + 0.5) * crop.width) / width);
      const v = Math.floor(crop.y + ((y + 0.5) * crop.height) / height);
      if (u < 0 || u >= stride || v < 0) continue;
      if (masks.some((mask) => (mask[v * stride + u] ?? 0) > 0)) sampled[y * width + x] = 255;
    }
  }
  return sampled;
}

/** A scene's picture with every pixel of the objects of a kind in one colour, `[red, green, blue]` in bytes. */
export function paintKind(
  scene: Scene,
  kind: ObjectKind,
  colour: readonly [number, number, number] = [0, 0, 0],
): ImageSample {
  const pixels = Uint8Array.from(scene.image.pixels);
  for (const object of scene.objects) {
    if (object.kind !== kind) continue;
    object.mask.forEach((inside, i) => {
      if (inside > 0) pixels.set(colour, 3 * i);
    });
  }
  const sha256 = createHash('sha256').update(pixels).digest('hex');
  return { ...scene.image, pixels, sha256, source: `${scene.image.source}-painted-${kind}` };
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
  mask.forEach((inside, i) => {
    if (inside === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = Math.max(0, y - tolerance); v <= Math.min(height - 1, y + tolerance); v++) {
      const across = Math.floor(Math.sqrt(tolerance ** 2 + 0.5 - (v - y) ** 2));
      reach.fill(255, v * width + Math.max(0, x - across), v * width + Math.min(width - 1, x + across) + 1);
    }
  });
  return { mask: reach, width, height };
}

/** Share of the pixels that a mask has: the chance that a point placed at random over the picture lies in it. */
export const areaShare = ({ mask }: InputMask): number =>
  mask.reduce((sum, inside) => sum + Number(inside > 0), 0) / mask.length;

/** The smallest rectangles around masks of one picture, as one mask. */
export function boxesOf(masks: readonly InputMask[]): InputMask {
  const { width, height } = masks[0]!;
  const boxes = new Uint8Array(width * height);
  for (const { mask } of masks) {
    let [left, top, right, bottom] = [width, height, -1, -1];
    mask.forEach((inside, i) => {
      if (inside === 0) return;
      const [x, y] = [i % width, Math.floor(i / width)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    });
    for (let y = top; y <= bottom; y++) boxes.fill(255, y * width + left, y * width + right + 1);
  }
  return { mask: boxes, width, height };
}

/** The pointing game's usual tolerance, 15 px at 224, at this input's size. */
export function pointingTolerance(width: number): number {
  return Math.round((15 / 224) * width);
}
