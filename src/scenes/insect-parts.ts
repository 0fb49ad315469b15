import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, mix, shade } from './colour';
import { smoothPath } from './tube';

/** A rounded, shining segment: an ellipse lit from above on the given side. */
export function segment(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  colour: Colour,
  light: number,
  gloss: number,
  turn = 0,
): void {
  context.save();
  context.translate(x, y);
  context.rotate(turn);
  const gradient = context.createRadialGradient(rx * 0.35 * light, -ry * 0.5, ry * 0.05, 0, 0, Math.max(rx, ry) * 1.1);
  gradient.addColorStop(0, css(mix(colour, [255, 246, 230], gloss)));
  gradient.addColorStop(0.3, css(shade(colour, 1.05)));
  gradient.addColorStop(1, css(shade(colour, 0.45)));
  context.fillStyle = gradient;
  context.beginPath();
  context.ellipse(0, 0, rx, ry, 0, 0, 2 * Math.PI);
  context.fill();
  context.restore();
}

/** Jointed legs or feelers: each a list of points, drawn thinner towards its end. */
export function limbs(
  context: CanvasRenderingContext2D,
  lines: readonly (readonly (readonly [number, number])[])[],
  colour: Colour,
  width: number,
): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const [factor, tint] of [
    [1, 0.6],
    [0.5, 1.1],
  ] as const) {
    context.strokeStyle = css(shade(colour, tint));
    for (const line of lines) {
      for (let i = 1; i < line.length; i++) {
        context.lineWidth = width * factor * (1.25 - (0.6 * i) / line.length);
        context.beginPath();
        context.moveTo(...line[i - 1]!);
        context.lineTo(...line[i]!);
        context.stroke();
      }
    }
  }
}

/** A clear wing with three veins; the outline's first point is its root, the fourth its tip. */
export function wing(
  context: CanvasRenderingContext2D,
  outline: readonly (readonly [number, number])[],
  alpha: number,
): void {
  context.beginPath();
  smoothPath(context, outline);
  context.fillStyle = css([226, 234, 240], alpha);
  context.fill();
  context.strokeStyle = 'rgba(92,74,54,0.75)';
  context.lineWidth = 0.009;
  context.stroke();
  context.lineWidth = 0.006;
  context.strokeStyle = 'rgba(92,74,54,0.5)';
  context.beginPath();
  const tip = outline[3]!;
  for (const bend of [0.75, 1.0, 0.55]) {
    context.moveTo(outline[0]![0], outline[0]![1]);
    context.quadraticCurveTo(tip[0] * 0.45, tip[1] * 0.45 * bend, tip[0] * 0.9, tip[1] * (0.62 + 0.3 * bend));
  }
  context.stroke();
}
