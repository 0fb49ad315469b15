import { createHash } from 'node:crypto';
import type { Canvas } from 'canvas';
import { WhylightError } from '../explain/errors';
import type { CropBox, ImageSample } from '../explain/image/sample';
import { alphaOf } from './brush';
import { paintCover, paintShadow } from './contact';
import { applyEffects } from './effects/apply-effects';
import type { EffectKind } from './effects/effect';
import { openCanvas, paintedBackground, paintedObject } from './painted';
import { animalKinds, type BackgroundKind, type ObjectKind, type SceneSpec } from './spec';

/** One object of a drawn scene and where exactly it is seen. */
export interface SceneObject {
  readonly kind: ObjectKind;
  /** H×W, row by row: 255 where more than half of the pixel's colour is this object's, 0 elsewhere. Masks never overlap. */
  readonly mask: Uint8Array;
  /** Pixels in the mask; 0 for an object that is hidden or outside. */
  readonly area: number;
  /** The smallest rectangle around the mask, in px; null where the area is 0. */
  readonly box: CropBox | null;
}

/** One effect of a drawn scene, in the order of application. */
export interface SceneEffect {
  readonly kind: EffectKind;
  /** As an object's: where a watermark (its strokes, however transparent) or a card lies; null for what has no place. */
  readonly mask: Uint8Array | null;
  readonly area: number;
  readonly box: CropBox | null;
}

/** A drawn scene: the picture, and the truth about it. */
export interface Scene {
  readonly image: ImageSample;
  /** In the spec's order: farther ones first. */
  readonly objects: readonly SceneObject[];
  /** Objects lose the pixels under a watermark or a card; masks are cut before blur spreads their colours. */
  readonly effects: readonly SceneEffect[];
  readonly background: BackgroundKind;
  /** The kind of the animals, where all are of one kind; the kinds joined by `+` otherwise; empty without an animal. */
  readonly label: string;
  readonly spec: SceneSpec;
}

/**
 * Draws a scene. The same spec gives the same pixels on the same machine, and the same picture at another size.
 * Throws WhylightError for a size below 16 or above 4096 px.
 */
export function drawScene(spec: SceneSpec): Scene {
  const { width, height } = spec;
  for (const [name, value] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (!Number.isInteger(value) || value < 16 || value > 4096)
      throw new WhylightError(`scene ${name}: ${value} (allowed: whole numbers from 16 to 4096 px)`);
  }
  const picture = openCanvas(spec);
  const context = picture.getContext('2d');
  const lay = (layer: Canvas) => {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(layer, 0, 0);
    context.restore();
  };
  lay(paintedBackground(spec));

  const weights: Float32Array[] = [];
  const put = (layer: Canvas, alpha: Uint8Array) => {
    for (const weight of weights) {
      for (let i = 0; i < weight.length; i++) {
        const a = alpha[i]!;
        if (a > 0) weight[i]! *= 1 - a / 255;
      }
    }
    lay(layer);
  };
  for (const object of spec.objects) {
    paintShadow(context, spec, object);
    const { canvas, alpha } = paintedObject(spec, object);
    put(canvas, alpha);
    const weight = new Float32Array(width * height);
    for (let i = 0; i < weight.length; i++) weight[i] = alpha[i]! / 255;
    weights.push(weight);
    const cover = openCanvas(spec);
    if (paintCover(cover.getContext('2d'), spec, object)) put(cover, alphaOf(cover));
  }

  const raw = picture.toBuffer('raw');
  const clean = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    clean[3 * i] = raw[4 * i + 2]!;
    clean[3 * i + 1] = raw[4 * i + 1]!;
    clean[3 * i + 2] = raw[4 * i]!;
  }
  const { pixels, layers } = applyEffects(clean, spec, spec.effects ?? []);
  const cut = layers.map(({ kind, cover }, i) => {
    if (!cover) return { kind, mask: null, area: 0, box: null };
    const later = layers.slice(i + 1).flatMap((layer) => (layer.cover ? [layer.cover] : []));
    return { kind, ...cutMask(under(cover, later), width) };
  });
  const covers = layers.flatMap(({ cover }) => (cover ? [cover] : []));
  const sha256 = createHash('sha256').update(pixels).digest('hex');
  const image: ImageSample = { pixels, width, height, sha256, source: spec.name };
  const objects = spec.objects.map((object, i) => ({
    kind: object.kind,
    ...cutMask(under(weights[i]!, covers), width),
  }));
  return { image, objects, effects: cut, background: spec.background.kind, label: labelOf(spec), spec };
}

/** What a scene is labelled: the kind of its animals, or their kinds joined by `+`. */
function labelOf(spec: SceneSpec): string {
  const kinds = new Set(spec.objects.map((object) => object.kind));
  return animalKinds.filter((kind) => kinds.has(kind)).join('+');
}

/** What is left of a weight (H×W, 0–1) under layers that lie over it. */
function under(weight: Float32Array, covers: readonly Float32Array[]): Float32Array {
  return covers.length === 0
    ? weight
    : weight.map((value, i) => covers.reduce((rest, cover) => rest * (1 - cover[i]!), value));
}

function cutMask(weight: Float32Array, width: number): { mask: Uint8Array; area: number; box: CropBox | null } {
  const mask = new Uint8Array(weight.length);
  let area = 0;
  let [left, top, right, bottom] = [width, Infinity, -1, -1];
  for (let i = 0; i < weight.length; i++) {
    if (weight[i]! <= 0.5) continue;
    mask[i] = 255;
    area++;
    const x = i % width;
    const y = (i - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    bottom = y;
  }
  return {
    mask,
    area,
    box: area === 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
  };
}
