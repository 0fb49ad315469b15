import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, hex, shade } from './colour';
import { limbs, segment } from './insect-parts';
import { Random } from './random';
import type { InsectSpec } from './spec';

interface AntColours {
  readonly head: Colour;
  readonly middle: Colour;
  readonly rear: Colour;
}

const ant = (head: string, middle: string, rear: string): AntColours => ({
  head: hex(head),
  middle: hex(middle),
  rear: hex(rear),
});

/** Colours of ants. */
export const antColours: Readonly<Record<string, AntColours>> = {
  black: ant('#2a2625', '#262221', '#211d1d'),
  brown: ant('#5b3a26', '#6a452c', '#432a1d'),
  red: ant('#9a4022', '#a84a28', '#6d2a18'),
  wood: ant('#3a2a25', '#9a4526', '#2b2120'),
};

type Points = readonly (readonly [number, number])[];

/** Paints an ant into a context in scene units; `light` is the side the light comes from. */
export function paintAnt(context: CanvasRenderingContext2D, spec: InsectSpec, light: number): void {
  const random = new Random(spec.seed);
  const colours = antColours[String(spec.colours)]!;
  const flip = spec.facing === 'right' ? 1 : -1;
  context.save();
  context.translate(spec.x, spec.y);
  context.scale(flip * spec.size, spec.size);
  context.rotate((-spec.angle * Math.PI) / 180);
  if (spec.view === 'top') paintTop(context, colours, light * flip, random);
  else paintSide(context, colours, light * flip, random);
  context.restore();
}

function paintTop(context: CanvasRenderingContext2D, colours: AntColours, light: number, random: Random): void {
  const j = () => random.range(-0.035, 0.035);
  const legs: Points[] = [];
  for (const side of [-1, 1]) {
    legs.push([
      [0.12, 0.04 * side],
      [0.24 + j(), 0.19 * side],
      [0.36 + j(), 0.24 * side],
      [0.45 + j(), 0.32 * side],
    ]);
    legs.push([
      [0.06, 0.05 * side],
      [0.04 + j(), 0.24 * side],
      [0.08 + j(), 0.38 * side],
      [0.02 + j(), 0.46 * side],
    ]);
    legs.push([
      [0, 0.05 * side],
      [-0.16 + j(), 0.22 * side],
      [-0.3 + j(), 0.36 * side],
      [-0.44 + j(), 0.4 * side],
    ]);
  }
  limbs(context, legs, colours.middle, 0.036);
  segment(context, -0.32, 0, 0.2, 0.145, colours.rear, light, 0.55);
  rings(context, -0.32, 0, 0.2, 0.145);
  segment(context, -0.09, 0, 0.035, 0.035, colours.middle, light, 0.3);
  segment(context, 0.05, 0, 0.125, 0.068, colours.middle, light, 0.4);
  segment(context, 0.11, 0, 0.075, 0.078, colours.middle, light, 0.4);
  head(context, colours, light, 0.3, 0, 0.115, 0.11);
  for (const side of [-1, 1]) {
    limbs(
      context,
      [
        [
          [0.38, 0.04 * side],
          [0.43, 0.16 * side],
          [0.53 + j(), 0.2 * side],
          [0.62 + j(), 0.17 * side],
        ],
      ],
      colours.head,
      0.026,
    );
    limbs(
      context,
      [
        [
          [0.39, 0.035 * side],
          [0.455, 0.045 * side],
          [0.465, 0.008 * side],
        ],
      ],
      shade(colours.head, 0.8),
      0.034,
    );
    segment(context, 0.31, 0.085 * side, 0.024, 0.02, [14, 12, 12], light, 0.8);
  }
}

function paintSide(context: CanvasRenderingContext2D, colours: AntColours, light: number, random: Random): void {
  const j = () => random.range(-0.03, 0.03);
  const leg = (x: number, knee: number, foot: number): Points => [
    [x, 0.04],
    [x + knee * 0.6 + j(), -0.09 + j()],
    [x + knee + j(), 0.12],
    [foot + j(), 0.25],
    [foot + 0.05 * Math.sign(knee), 0.262],
  ];
  limbs(
    context,
    [leg(0.1, 0.16, 0.36), leg(0.05, 0.06, 0.16), leg(0, -0.17, -0.3)],
    shade(colours.middle, 0.65),
    0.032,
  );
  segment(context, -0.31, -0.02, 0.2, 0.14, colours.rear, light, 0.6, 0.12);
  rings(context, -0.31, -0.02, 0.2, 0.14);
  segment(context, -0.1, 0, 0.036, 0.05, colours.middle, light, 0.3);
  segment(context, 0.0, -0.01, 0.09, 0.065, colours.middle, light, 0.4, -0.1);
  segment(context, 0.1, -0.03, 0.095, 0.082, colours.middle, light, 0.45);
  limbs(context, [leg(0.13, 0.14, 0.3), leg(0.06, -0.02, 0.05), leg(0.0, -0.2, -0.42)], colours.middle, 0.038);
  head(context, colours, light, 0.29, -0.03, 0.115, 0.1);
  limbs(
    context,
    [
      [
        [0.39, 0.01],
        [0.44, 0.06],
        [0.41, 0.085],
      ],
    ],
    shade(colours.head, 0.8),
    0.036,
  );
  segment(context, 0.31, -0.055, 0.026, 0.022, [14, 12, 12], light, 0.8);
  limbs(
    context,
    [
      [
        [0.37, -0.08],
        [0.41, -0.22],
        [0.53 + j(), -0.2 + j()],
        [0.62 + j(), -0.1],
      ],
      [
        [0.36, -0.08],
        [0.36, -0.22],
        [0.46 + j(), -0.27],
        [0.57 + j(), -0.22],
      ],
    ],
    colours.head,
    0.027,
  );
}

function head(
  context: CanvasRenderingContext2D,
  colours: AntColours,
  light: number,
  x: number,
  y: number,
  rx: number,
  ry: number,
): void {
  segment(context, x, y, rx, ry, colours.head, light, 0.5);
}

/** The seams of the rear segment. */
function rings(context: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number): void {
  context.strokeStyle = 'rgba(255,236,210,0.22)';
  context.lineWidth = 0.008;
  context.beginPath();
  for (const part of [0.35, -0.1, -0.5]) {
    const tall = ry * Math.sqrt(1 - part * part) * 0.94;
    context.moveTo(x + rx * part, y - tall);
    context.quadraticCurveTo(x + rx * (part - 0.18), y, x + rx * part, y + tall);
  }
  context.stroke();
}
