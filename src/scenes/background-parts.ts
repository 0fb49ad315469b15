import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, mix, shade } from './colour';
import { noise } from './noise';
import type { Random } from './random';
import { fillRectangle } from './shading';

/** The picture's frame in scene units, for those who paint behind the objects. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Height of the horizon, from the top. */
  readonly horizon: number;
  /** From where the light comes: −1 left, 1 right. */
  readonly light: number;
}

/** A background paints the wide view and the near view out of focus. */
export interface Background {
  readonly wide: (context: CanvasRenderingContext2D, frame: Frame, random: Random) => void;
  readonly close: (context: CanvasRenderingContext2D, frame: Frame, random: Random) => void;
  /** What covers the feet of something that stands at `y` from `left` to `right`; null where the floor is hard. */
  readonly cover:
    | ((
        context: CanvasRenderingContext2D,
        left: number,
        right: number,
        y: number,
        size: number,
        random: Random,
      ) => void)
    | null;
  /** Strength of a contact shadow, 0–1. */
  readonly shadow: number;
}

/** Vertical gradient between `top` and `bottom`. */
export function wash(
  context: CanvasRenderingContext2D,
  frame: Frame,
  top: number,
  bottom: number,
  colours: readonly Colour[],
): void {
  const last = colours.length - 1;
  fillRectangle(
    context,
    [-0.01, top, frame.width + 0.01, bottom + 0.01],
    [frame.width, (bottom - top) / last],
    (_, y) => {
      const place = Math.max(0, Math.min(0.999, (y - top) / (bottom - top))) * last;
      const index = Math.floor(place);
      return { colour: mix(colours[index]!, colours[index + 1]!, place - index), alpha: 1 };
    },
  );
}

/** Soft light and dark places over an area, as clouds, drifts or an unfocused wood. */
export function clouds(
  context: CanvasRenderingContext2D,
  area: readonly [number, number, number, number],
  colours: readonly [Colour, Colour],
  scale: readonly [number, number],
  alpha: number,
  seed: number,
): void {
  const cell: [number, number] = [Math.min(0.06, scale[0] / 4), Math.min(0.06, scale[1] / 3)];
  fillRectangle(context, area, cell, (x, y) => {
    const n =
      0.65 * noise(x / scale[0], y / scale[1], seed) +
      0.35 * noise((2.3 * x) / scale[0], (2.3 * y) / scale[1], seed + 1);
    return { colour: mix(colours[0], colours[1], n), alpha: alpha * Math.min(1, Math.abs(n - 0.5) * 4) };
  });
}

/** Unfocused points of light. */
export function bokeh(
  context: CanvasRenderingContext2D,
  frame: Frame,
  colours: readonly Colour[],
  count: number,
  alpha: number,
  random: Random,
  bottom = frame.height,
): void {
  for (let i = 0; i < count; i++) {
    context.fillStyle = css(random.pick(colours), alpha * random.range(0.4, 1));
    context.beginPath();
    context.arc(random.range(0, frame.width), random.range(0, bottom), random.range(0.02, 0.09), 0, 2 * Math.PI);
    context.fill();
  }
}

/** The far edge of a wood: rounded or pointed crowns along the horizon, hazier when farther. */
export function treeLine(
  context: CanvasRenderingContext2D,
  frame: Frame,
  kind: 'round' | 'pointed',
  colour: Colour,
  height: number,
  random: Random,
): void {
  const base = frame.horizon + 0.012;
  for (const layer of [0, 1]) {
    context.fillStyle = css(mix(colour, [214, 222, 228], layer === 0 ? 0.45 : 0.1));
    context.beginPath();
    let x = -0.1;
    while (x < frame.width + 0.1) {
      const tall = height * random.range(0.45, 1) * (layer === 0 ? 1.25 : 0.9);
      if (kind === 'pointed') {
        const wide = tall * random.range(0.3, 0.42);
        context.moveTo(x - wide / 2, base);
        for (let s = 0; s < 4; s++) {
          context.lineTo(x - (wide / 2) * (1 - s / 4), base - (tall * s) / 4);
          context.lineTo(x - (wide / 2) * (0.62 - s / 6.6), base - (tall * (s + 0.25)) / 4);
        }
        context.lineTo(x, base - tall);
        for (let s = 3; s >= 0; s--) {
          context.lineTo(x + (wide / 2) * (0.62 - s / 6.6), base - (tall * (s + 0.25)) / 4);
          context.lineTo(x + (wide / 2) * (1 - s / 4), base - (tall * s) / 4);
        }
        x += wide * random.range(0.5, 0.95);
      } else {
        context.moveTo(x + tall * 0.5, base);
        context.ellipse(x, base - tall * 0.3, tall * 0.5, tall * 0.55, 0, 0, 2 * Math.PI);
        x += tall * random.range(0.35, 0.7);
      }
    }
    context.fill();
  }
}

/** Light from one side over the whole picture, and corners a little darker. */
export function atmosphere(context: CanvasRenderingContext2D, frame: Frame, warmth: number): void {
  fillRectangle(context, [0, 0, frame.width, frame.height], 0.15, (x, y) => {
    const across = frame.light < 0 ? x / frame.width : 1 - x / frame.width;
    const shadow = (across + y / frame.height) / 2 - 0.5;
    return shadow < 0
      ? { colour: [255, 244, 214], alpha: 0.32 * warmth * -shadow }
      : { colour: [20, 26, 46], alpha: 0.28 * shadow };
  });
}

/** A blossom with petals around a centre. */
export function blossom(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  tilt: number,
  colour: Colour,
  centre: Colour,
  petals: number,
): void {
  for (const [scale, factor] of [
    [1, 0.82],
    [0.94, 1.02],
  ] as const) {
    context.fillStyle = css(shade(colour, factor));
    context.beginPath();
    for (let i = 0; i < petals; i++) {
      const angle = (i / petals) * 2 * Math.PI + factor;
      const px = x + Math.cos(angle) * radius * 0.58 * scale;
      const py = y + Math.sin(angle) * radius * 0.58 * scale * tilt;
      context.moveTo(px, py);
      context.ellipse(
        px,
        py,
        radius * 0.44 * scale,
        (radius * 1.5) / petals,
        Math.atan2(Math.sin(angle) * tilt, Math.cos(angle)),
        0,
        2 * Math.PI,
      );
    }
    context.fill();
  }
  context.fillStyle = css(shade(centre, 0.7));
  context.beginPath();
  context.ellipse(x, y + radius * 0.03, radius * 0.3, radius * 0.3 * tilt, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = css(centre);
  context.beginPath();
  context.ellipse(x, y - radius * 0.03, radius * 0.25, radius * 0.24 * tilt, 0, 0, 2 * Math.PI);
  context.fill();
}
