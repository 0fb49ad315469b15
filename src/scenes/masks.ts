import type { Canvas } from 'canvas';
import { alphaOf, layerBrush, type PartLayer } from './brush';
import { omitted, paintCanine } from './canine';
import { paintCover, paintShadow } from './contact';
import { paintInsect } from './insect';
import { openCanvas, paintedObject } from './painted';
import { drawScene, type SceneObject } from './scene';
import type { AnimalPart, ObjectKind, ObjectSpec, SceneSpec } from './spec';

/** Where one part of an animal is seen. */
export interface PartMask {
  readonly part: AnimalPart;
  /** H×W, row by row: 255 where the part is seen, 0 elsewhere. Masks of parts never overlap and make up the animal's. */
  readonly mask: Uint8Array;
  /** Pixels in the mask. */
  readonly area: number;
}

/** All that is to be said of where an object is. */
export interface ObjectMasks {
  readonly kind: ObjectKind;
  /** Place in the order of drawing: 0 is the farthest. */
  readonly depth: number;
  /** H×W: 255 where more than half of the pixel's colour is this object's, as in `Scene.objects`. */
  readonly mask: Uint8Array;
  readonly area: number;
  /** Share of its own pixels that nothing nearer hides; 0 for what is outside the picture. */
  readonly visible: number;
  /** Of an animal of the second set, or a canine of the first; else empty. */
  readonly parts: readonly PartMask[];
  /** H×W: 255 where its shadow takes more than a sixteenth of the light and no object is seen. */
  readonly shadow: Uint8Array;
}

/** Of 255: what a shadow has to cover to be in its mask, a sixteenth. */
const LEAST_SHADOW = 16;

function lessen(weight: Float32Array, alpha: Uint8Array): void {
  for (let i = 0; i < weight.length; i++) if (alpha[i]! > 0) weight[i]! *= 1 - alpha[i]! / 255;
}

function weightOf(alpha: Uint8Array): Float32Array {
  const weight = new Float32Array(alpha.length);
  for (let i = 0; i < weight.length; i++) weight[i] = alpha[i]! / 255;
  return weight;
}

/** A layer on the picture, and what later layers leave of it. */
interface Remaining {
  readonly object: number;
  readonly part: AnimalPart | 'shadow';
  readonly weight: Float32Array;
}

/**
 * The masks of a scene's objects, their parts and their shadows, in the order of drawing. A pixel belongs to the part whose
 * strokes give most of the object's colour there. About four times the work of `drawScene`, whose masks these are.
 */
export function sceneMasks(spec: SceneSpec): readonly ObjectMasks[] {
  const open = () => openCanvas(spec);
  const remaining: Remaining[] = [];
  const hide = (alpha: Uint8Array) => {
    for (const { weight } of remaining) lessen(weight, alpha);
  };
  const alone: number[] = [];
  for (const [i, object] of spec.objects.entries()) {
    const shadow = open();
    paintShadow(shadow.getContext('2d'), spec, object);
    // A shadow hides nothing.
    remaining.push({ object: i, part: 'shadow', weight: weightOf(alphaOf(shadow)) });
    const { alpha } = paintedObject(spec, object);
    alone.push(alpha.reduce((sum, a) => sum + Number(a > 127), 0));
    hide(alpha);
    const before = remaining.length;
    for (const layer of layersOf(open, object, spec.light)) {
      // Strokes of the same animal hide each other; what lies behind it was hidden by the whole.
      for (const { weight } of remaining.slice(before)) lessen(weight, layer.alpha);
      remaining.push({ object: i, part: layer.part, weight: weightOf(layer.alpha) });
    }
    const cover = open();
    if (paintCover(cover.getContext('2d'), spec, object)) hide(alphaOf(cover));
  }
  const scene = drawScene(spec);
  const marks = scene.effects.flatMap(({ mask }) => (mask ? [mask] : []));
  const occupied = [...scene.objects.map(({ mask }) => mask), ...marks];
  return scene.objects.map((object, i) => masksOf(object, i, remaining, alone[i]!, occupied));
}

function masksOf(
  { kind, mask, area }: SceneObject,
  object: number,
  remaining: readonly Remaining[],
  alone: number,
  others: readonly Uint8Array[],
): ObjectMasks {
  const own = remaining.filter((one) => one.object === object);
  const shade = own.find(({ part }) => part === 'shadow')!.weight;
  const shadow = Uint8Array.from(shade, (weight, i) =>
    weight > LEAST_SHADOW / 255 && others.every((other) => other[i] === 0) ? 255 : 0,
  );
  const visible = alone === 0 ? 0 : Math.min(1, area / alone);
  return { kind, depth: object, mask, area, visible, parts: partMasks(own, mask), shadow };
}

/** Gives every pixel of an animal to the part that has most of it. */
function partMasks(own: readonly Remaining[], mask: Uint8Array): readonly PartMask[] {
  const names = [...new Set(own.map(({ part }) => part))].filter((part) => part !== 'shadow');
  if (names.length === 0) return [];
  const weights = names.map((name) => {
    const sum = new Float32Array(mask.length);
    for (const { part, weight } of own) if (part === name) for (let i = 0; i < sum.length; i++) sum[i]! += weight[i]!;
    return sum;
  });
  const masks = names.map(() => new Uint8Array(mask.length));
  mask.forEach((inside, i) => {
    if (inside === 0) return;
    let most = 0;
    for (let k = 1; k < weights.length; k++) if (weights[k]![i]! > weights[most]![i]!) most = k;
    masks[most]![i] = 255;
  });
  return names.map((part, i) => ({ part: part as AnimalPart, mask: masks[i]!, area: count(masks[i]!) }));
}

/** The strokes of an animal's parts, one layer after another. */
function layersOf(open: () => Canvas, object: ObjectSpec, light: number): readonly PartLayer<AnimalPart>[] {
  if ('pose' in object) {
    const brush = layerBrush(open, omitted(object));
    paintCanine(brush, object, light);
    return brush.layers();
  }
  if (!('view' in object) || typeof object.colours === 'string') return [];
  const brush = layerBrush(open, object.without);
  paintInsect(brush, object, light);
  return brush.layers();
}

const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + Number(value > 0), 0);
