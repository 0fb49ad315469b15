import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, mix, shade } from './colour';
import { Fur } from './fur';
import type { Random } from './random';
import { fillSmoothly } from './shading';
import { smoothPath } from './tube';

/** Points of an outline, in units of the skull's radius. */
export type Points = readonly (readonly [number, number])[];

export const black: Colour = [22, 20, 21];
export const tongue: Colour = [214, 112, 116];

export interface FurryOptions {
  readonly light: number;
  readonly hair: number;
  readonly count: number;
  readonly grizzle: number;
  readonly random: Random;
  readonly centre: readonly [number, number];
  readonly flow: (x: number, y: number) => readonly [number, number];
}

/** A filled outline whose colour and light vary from place to place, with hairs inside and over its edge. */
export function furryShape(
  context: CanvasRenderingContext2D,
  outline: Points,
  colour: (x: number, y: number) => Colour,
  options: FurryOptions,
): void {
  const { light, random, flow } = options;
  const lit = (x: number, y: number) => 0.95 + 0.1 * x * light - 0.14 * y;
  const xs = outline.map((p) => p[0]);
  const ys = outline.map((p) => p[1]);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const trace = () => smoothPath(context, outline);
  fillSmoothly(
    context,
    [left, top, right, bottom],
    0.2,
    (x, y) => ({ colour: shade(colour(x, y), lit(x, y)), alpha: 1 }),
    trace,
  );
  const fur = new Fur();
  for (let i = 0; i < options.count; i++) {
    let x: number;
    let y: number;
    if (i % 3 === 0) {
      const index = random.integer(0, outline.length - 1);
      const [a, b] = [outline[index]!, outline[(index + 1) % outline.length]!];
      const f = random.next();
      x = (a[0] + (b[0] - a[0]) * f) * 0.93;
      y = (a[1] + (b[1] - a[1]) * f) * 0.93;
    } else {
      x = random.range(left, right) * 0.8;
      y = random.range(top, bottom) * 0.8;
      if (!inside(x, y, outline)) continue;
    }
    const [fx, fy] = flow(x, y);
    const norm = Math.hypot(fx, fy) || 1;
    const length = options.hair * random.range(0.5, 1.1) * Math.min(1, norm);
    const stray = random.range(-1, 1) * (0.25 + 0.75 * options.grizzle);
    const base = shade(colour(x, y), lit(x, y));
    const tint = stray < 0 ? mix(base, [24, 22, 22], -stray * 0.3) : mix(base, [250, 246, 238], stray * 0.3);
    fur.add(x, y, (fx / norm) * length, (fy / norm) * length, 0.085, tint);
  }
  fur.paint(context);
}

function inside(x: number, y: number, outline: Points): boolean {
  let result = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [xi, yi] = outline[i]!;
    const [xj, yj] = outline[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) result = !result;
  }
  return result;
}

/** 1 in the middle of a soft round spot, 0 outside it. */
export function spot(x: number, y: number, cx: number, cy: number, radius: number): number {
  return Math.max(0, Math.min(1, 1.6 - (1.6 * Math.hypot(x - cx, y - cy)) / radius));
}

export function tufts(
  context: CanvasRenderingContext2D,
  places: Points,
  colour: Colour,
  direction: readonly [number, number],
  length: number,
  random: Random,
): void {
  const fur = new Fur();
  for (const [x, y] of places) {
    for (let i = 0; i < 7; i++) {
      const reach = length * random.range(0.5, 1);
      const dx = direction[0] + random.range(-0.25, 0.25);
      const dy = direction[1] + random.range(-0.25, 0.25);
      fur.add(
        x + random.range(-0.12, 0.12),
        y + random.range(-0.12, 0.12),
        dx * reach,
        dy * reach,
        0.11,
        shade(colour, random.range(0.78, 1.02)),
      );
    }
  }
  fur.paint(context);
}

export function eye(context: CanvasRenderingContext2D, iris: Colour, width: number, height: number): void {
  context.fillStyle = css(black);
  context.beginPath();
  context.ellipse(0, 0, width * 1.22, height * 1.3, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = css(iris);
  context.beginPath();
  context.ellipse(0.01, 0, width * 0.86, height * 0.92, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = css(black);
  context.beginPath();
  context.arc(0.02, 0, height * 0.52, 0, 2 * Math.PI);
  context.fill();
  glint(context, -width * 0.25, -height * 0.4, height * 0.36, 0.95);
}

export function glint(context: CanvasRenderingContext2D, x: number, y: number, radius: number, alpha: number): void {
  context.fillStyle = `rgba(255,255,255,${alpha})`;
  context.beginPath();
  context.ellipse(x, y, radius, radius * 0.7, -0.3, 0, 2 * Math.PI);
  context.fill();
}

export function fillPath(
  context: CanvasRenderingContext2D,
  points: Points,
  style: CanvasRenderingContext2D['fillStyle'],
): void {
  context.fillStyle = style;
  context.beginPath();
  smoothPath(context, points);
  context.fill();
}
