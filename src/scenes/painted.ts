import { type Canvas, createCanvas } from 'canvas';
import { backgrounds } from './backgrounds';
import { alphaOf } from './brush';
import { paintObject } from './paint-object';
import { Random } from './random';
import { keepRecent } from './recent';
import type { ObjectSpec, SceneSpec } from './spec';

/** Size and light: what decides how a spec's parts are painted, beside themselves. */
type Frame = Pick<SceneSpec, 'width' | 'height' | 'light'>;

/** An object alone on a transparent picture. */
export interface ObjectLayer {
  /** Not to be painted on: it may be another scene's, too. */
  readonly canvas: Canvas;
  /** H×W: how much of each pixel it covers, 0–255. */
  readonly alpha: Uint8Array;
}

/** Scenes that differ in one thing come one after another: what they share is painted once. */
const MOST = 16e6;

const layers = keepRecent<ObjectLayer>(MOST, ({ alpha }) => 5 * alpha.length);
const grounds = keepRecent<Canvas>(MOST / 4, ({ width, height }) => 4 * width * height);

/** A transparent canvas of a scene's size, whose context is in scene units. */
export function openCanvas({ width, height }: Pick<SceneSpec, 'width' | 'height'>): Canvas {
  const canvas = createCanvas(width, height);
  const unit = Math.min(width, height);
  canvas.getContext('2d').scale(unit, unit);
  return canvas;
}

/** An object as a scene of this frame shows it, with nothing around it. */
export function paintedObject({ width, height, light }: Frame, object: ObjectSpec): ObjectLayer {
  return layers.get(JSON.stringify([width, height, light, object]), () => {
    const canvas = openCanvas({ width, height });
    paintObject(canvas.getContext('2d'), object, light);
    return { canvas, alpha: alphaOf(canvas) };
  });
}

/** A scene's background, with nothing on it. Not to be painted on. */
export function paintedBackground({
  width,
  height,
  light,
  horizon,
  camera,
  background,
}: Omit<SceneSpec, 'name' | 'contact' | 'objects' | 'effects'>): Canvas {
  const { kind, seed } = background;
  return grounds.get(JSON.stringify([width, height, light, horizon, camera, kind, seed]), () => {
    const unit = Math.min(width, height);
    const canvas = openCanvas({ width, height });
    const frame = { width: width / unit, height: height / unit, horizon: (horizon * height) / unit, light };
    backgrounds[kind][camera](canvas.getContext('2d'), frame, new Random(seed));
    return canvas;
  });
}
