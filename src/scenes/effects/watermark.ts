import type { CanvasRenderingContext2D } from 'canvas';

/** Side of the mark, as a share of the picture's shorter side. */
export const watermarkSide = 0.16;
export const watermarkOpacity = 0.6;

/** A ring with a W in it, pale with a dark rim, so that it is seen on snow too. */
export function paintWatermark(context: CanvasRenderingContext2D): void {
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const [colour, extra] of [
    ['#20242c', 0.06],
    ['#f4f6fa', 0],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = 0.08 + extra;
    context.beginPath();
    context.arc(0.5, 0.5, 0.42, 0, 2 * Math.PI);
    context.stroke();
    context.lineWidth = 0.1 + extra;
    context.beginPath();
    for (const [x, y] of [
      [0.26, 0.36],
      [0.38, 0.66],
      [0.5, 0.42],
      [0.62, 0.66],
      [0.74, 0.36],
    ] as const)
      context.lineTo(x, y);
    context.stroke();
  }
}
