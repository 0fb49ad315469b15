import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, shade } from './colour';
import { noise } from './noise';
import { fillSmoothly } from './shading';
import { smoothPath, Tube } from './tube';

/** A cylinder of cloth or skin, lit from one side. */
export function part(
  context: CanvasRenderingContext2D,
  points: readonly (readonly [number, number, number])[],
  colour: Colour,
  light: number,
): void {
  const tube = new Tube(
    points.map(([x, y, left]) => ({ x, y, left })),
    8,
  );
  fillSmoothly(
    context,
    tube.bounds(),
    0.022,
    (x, y) => {
      const [along, across] = tube.locate(x, y);
      const place = tube.at(along, across);
      const facing = place.nx * light * 0.5 - place.ny * 0.35 + Math.sqrt(Math.max(0, 1 - across * across)) * 0.5;
      return {
        colour: shade(colour, 0.6 + 0.5 * Math.max(0, facing) + 0.08 * (noise(x * 14, y * 9, 3) - 0.5)),
        alpha: 1,
      };
    },
    () => tube.trace(context),
  );
}

/** A flat shape with a smooth outline. */
export function blob(
  context: CanvasRenderingContext2D,
  points: readonly (readonly [number, number])[],
  colour: Colour,
): void {
  context.fillStyle = css(colour);
  context.beginPath();
  smoothPath(context, points);
  context.fill();
}
