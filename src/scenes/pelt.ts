import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, mix, shade } from './colour';
import { Fur } from './fur';
import type { Random } from './random';
import { fillSmoothly } from './shading';
import type { Tube } from './tube';

/** How a furry part is painted. */
export interface Pelt {
  /** The coat's colour at (along, across), which lies at (x, y), before light. */
  readonly colour: (along: number, across: number, x: number, y: number) => Colour;
  /** Direction to the light, in the part's own coordinates: x, y (down). */
  readonly light: readonly [number, number];
  /** Hairs over the part. */
  readonly hairs: number;
  /** Length of a hair. */
  readonly hair: number;
  /** Width of a hair at its root. */
  readonly width: number;
  /** 0–1: how far single hairs stray to dark and light. */
  readonly grizzle: number;
  /** Grid of the colours under the hairs. */
  readonly cell: number;
  /** Overall light on the part: legs on the far side have less. Default 1. */
  readonly exposure?: number;
  /** Hairs grow against the direction of travel (on a body drawn from rump to chest). Default false. */
  readonly backwards?: boolean;
  /** The part grows out of what is painted already: transparent at its start, opaque from here on (along). Default 0. */
  readonly fade?: number;
}

/** Light on a round part: the outward normal against the light, and the part that faces the viewer. */
function lit(nx: number, ny: number, across: number, light: readonly [number, number]): number {
  const depth = Math.sqrt(Math.max(0, 1 - across * across));
  return 0.6 + 0.46 * Math.max(0, nx * light[0] + ny * light[1] + depth * 0.6);
}

/** Paints a tube as fur: a smoothly shaded ground, then tapered hairs along it, a soft fringe at its edges. */
export function paintPelt(context: CanvasRenderingContext2D, tube: Tube, pelt: Pelt, random: Random): void {
  const exposure = pelt.exposure ?? 1;
  const fade = pelt.fade ?? 0;
  const colourAt = (along: number, across: number) => {
    const place = tube.at(along, across);
    return shade(pelt.colour(along, across, place.x, place.y), exposure * lit(place.nx, place.ny, across, pelt.light));
  };
  fillSmoothly(
    context,
    tube.bounds(),
    pelt.cell,
    (x, y) => {
      const [along, across] = tube.locate(x, y);
      return {
        colour: colourAt(along, across),
        alpha: fade === 0 ? 1 : Math.max(0, Math.min(1, (along - fade * 0.3) / (fade * 0.7))),
      };
    },
    () => tube.trace(context),
  );

  const fur = new Fur();
  const sign = pelt.backwards ? -1 : 1;
  for (let i = 0; i < pelt.hairs; i++) {
    const along = random.range(fade * 0.5, 0.93);
    // A third of the hairs sits at the two edges, where they make the outline soft.
    const across = i % 3 === 0 ? (i % 2 ? -1 : 1) * random.range(0.85, 0.98) : random.range(-0.95, 0.95);
    const place = tube.at(along, across);
    const lift = 0.05 + 0.15 * Math.abs(across);
    const length = pelt.hair * random.range(0.6, 1.25);
    const stray = random.range(-1, 1) * pelt.grizzle;
    const base = shade(
      pelt.colour(along, across, place.x, place.y),
      exposure * lit(place.nx, place.ny, across, pelt.light),
    );
    const colour = stray < 0 ? mix(base, [24, 22, 22], -stray * 0.36) : mix(base, [245, 240, 232], stray * 0.22);
    const sway = random.range(-0.16, 0.16);
    const dx = sign * place.dx + lift * place.nx - sway * place.dy;
    const dy = sign * place.dy + lift * place.ny + sway * place.dx;
    fur.add(place.x, place.y, dx * length, dy * length, pelt.width, colour);
  }
  fur.paint(context);
}
