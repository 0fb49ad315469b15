import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, mix, shade } from './colour';
import type { Fur } from './fur';
import type { Random } from './random';
import { fillSmoothly, type Tint } from './shading';
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

/** Fills a tube with its coat's colours under the light: the ground the hairs stand on. */
export function paintGround(context: CanvasRenderingContext2D, tube: Tube, pelt: Pelt): void {
  const fade = pelt.fade ?? 0;
  const tint = (x: number, y: number): Tint => {
    const [along, across] = tube.locate(x, y);
    const alpha = fade === 0 ? 1 : Math.max(0, Math.min(1, (along - fade * 0.3) / (fade * 0.7)));
    return { colour: litColour(tube, pelt, along, across), alpha };
  };
  fillSmoothly(context, tube.bounds(), pelt.cell, tint, () => tube.trace(context));
}

/** Adds a tube's hairs: tapered, along it, with a soft fringe at its edges. */
export function growHairs(fur: Fur, tube: Tube, pelt: Pelt, random: Random): void {
  const fade = pelt.fade ?? 0;
  const sign = pelt.backwards ? -1 : 1;
  for (let i = 0; i < pelt.hairs; i++) {
    const along = random.range(fade * 0.5, 0.93);
    // A third of the hairs sits at the two edges, where they make the outline soft.
    const across = i % 3 === 0 ? (i % 2 ? -1 : 1) * random.range(0.85, 0.98) : random.range(-0.95, 0.95);
    const place = tube.at(along, across);
    const lift = 0.05 + 0.15 * Math.abs(across);
    const length = pelt.hair * random.range(0.6, 1.25);
    const stray = random.range(-1, 1) * pelt.grizzle;
    const base = litColour(tube, pelt, along, across, place);
    const colour = stray < 0 ? mix(base, [24, 22, 22], -stray * 0.34) : mix(base, [245, 240, 232], stray * 0.17);
    const sway = random.range(-0.16, 0.16);
    const dx = sign * place.dx + lift * place.nx - sway * place.dy;
    const dy = sign * place.dy + lift * place.ny + sway * place.dx;
    fur.add(place.x, place.y, dx * length, dy * length, pelt.width, colour);
  }
}

function litColour(tube: Tube, pelt: Pelt, along: number, across: number, place = tube.at(along, across)): Colour {
  const light = lit(place.nx, place.ny, across, pelt.light);
  return shade(pelt.colour(along, across, place.x, place.y), (pelt.exposure ?? 1) * light);
}
