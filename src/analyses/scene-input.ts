import { createHash } from 'node:crypto';
import type { Attribution } from '../explain/attribution';
import { inputPlace } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { type InputMask, maskOnInput } from '../explain/measures/input-mask';
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

/** Where the objects of the kinds are in what a network sees of a scene. */
export function maskInInput(network: Network, scene: Scene, kinds: readonly ObjectKind[]): InputMask {
  const input = inputPlace(scene.image, network.preprocessing);
  const union = new Uint8Array(scene.image.width * scene.image.height);
  for (const { kind, mask } of scene.objects) {
    if (!kinds.includes(kind)) continue;
    for (let i = 0; i < union.length; i++) union[i]! |= mask[i]!;
  }
  return maskOnInput(union, scene.image, input);
}

/** One mask for each object of a kind, leaving out those that are not seen at all. */
export function objectMasks(network: Network, scene: Scene, kind: ObjectKind): InputMask[] {
  const input = inputPlace(scene.image, network.preprocessing);
  return scene.objects
    .filter((object) => object.kind === kind)
    .map(({ mask }) => maskOnInput(mask, scene.image, input))
    .filter(({ mask }) => mask.some((inside) => inside > 0));
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
