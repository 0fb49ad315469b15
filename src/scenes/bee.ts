import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, hex, mix, shade } from './colour';
import { Fur } from './fur';
import { limbs, segment, wing } from './insect-parts';
import { Random } from './random';
import type { InsectSpec } from './spec';
import { smoothPath } from './tube';

interface BeeColours {
  readonly bright: Colour;
  readonly dark: Colour;
  readonly fuzz: Colour;
  readonly tail: Colour;
  /** Thickness of the abdomen against a honey bee's. */
  readonly round: number;
}

const bee = (bright: string, dark: string, fuzz: string, tail: string, round: number): BeeColours => ({
  bright: hex(bright),
  dark: hex(dark),
  fuzz: hex(fuzz),
  tail: hex(tail),
  round,
});

/** Colours of bees. */
export const beeColours: Readonly<Record<string, BeeColours>> = {
  honey: bee('#d9952f', '#3a2616', '#b98a44', '#2c1d12', 1),
  golden: bee('#efb53a', '#2e1e12', '#d3a552', '#3a2616', 1),
  dark: bee('#a06a2c', '#251a14', '#7d6038', '#1e1510', 0.95),
  bumble: bee('#f0c235', '#1d1a1a', '#e3b634', '#f0ece0', 1.3),
};

type Points = readonly (readonly [number, number])[];

/** Paints a bee into a context in scene units; `light` is the side the light comes from. */
export function paintBee(context: CanvasRenderingContext2D, spec: InsectSpec, light: number): void {
  const random = new Random(spec.seed);
  const colours = beeColours[String(spec.colours)]!;
  const flip = spec.facing === 'right' ? 1 : -1;
  context.save();
  context.translate(spec.x, spec.y);
  context.scale(flip * spec.size, spec.size);
  context.rotate((-spec.angle * Math.PI) / 180);
  if (spec.view === 'top') paintTop(context, colours, light * flip, random);
  else paintSide(context, spec, colours, light * flip, random);
  context.restore();
}

function paintTop(context: CanvasRenderingContext2D, colours: BeeColours, light: number, random: Random): void {
  const leg = colours.dark;
  const lines: Points[] = [];
  for (const side of [-1, 1]) {
    const jitter = () => random.range(-0.03, 0.03);
    lines.push([
      [0.22, 0.1 * side],
      [0.34 + jitter(), 0.25 * side],
      [0.46 + jitter(), 0.24 * side],
    ]);
    lines.push([
      [0.14, 0.12 * side],
      [0.14 + jitter(), 0.3 * side],
      [0.2 + jitter(), 0.4 * side],
    ]);
    lines.push([
      [0.05, 0.12 * side],
      [-0.1 + jitter(), 0.29 * side],
      [-0.24 + jitter(), 0.38 * side],
    ]);
    lines.push([
      [0.4, 0.04 * side],
      [0.48, 0.09 * side],
      [0.58 + jitter(), 0.13 * side],
    ]);
  }
  limbs(context, lines, leg, 0.036);
  abdomen(context, -0.2, 0, 0.32, 0.175 * colours.round, 0, colours, random);
  for (const side of [-1, 1]) {
    context.save();
    context.translate(0.1, 0.07 * side);
    context.scale(1, side);
    context.rotate(random.range(-0.1, 0.15));
    wing(
      context,
      [
        [0, 0],
        [-0.12, 0.08],
        [-0.34, 0.2],
        [-0.46, 0.22],
        [-0.44, 0.12],
        [-0.25, 0.03],
      ],
      0.66,
    );
    wing(
      context,
      [
        [0.02, 0],
        [-0.08, 0.13],
        [-0.33, 0.42],
        [-0.5, 0.47],
        [-0.52, 0.36],
        [-0.3, 0.12],
      ],
      0.66,
    );
    context.restore();
  }
  thorax(context, 0.14, 0, 0.17, 0.155 * Math.sqrt(colours.round), colours, light, random);
  segment(context, 0.36, 0, 0.1, 0.125, colours.dark, light, 0.35);
  for (const side of [-1, 1]) segment(context, 0.38, 0.085 * side, 0.065, 0.05, [46, 30, 24], light, 0.7, 0.5 * side);
  fuzz(context, 0.35, 0, 0.05, 0.06, colours.fuzz, 14, 0.05, random);
}

function paintSide(
  context: CanvasRenderingContext2D,
  spec: InsectSpec,
  colours: BeeColours,
  light: number,
  random: Random,
): void {
  const hang = spec.flying ? 1.15 : 1;
  const jitter = () => random.range(-0.03, 0.03);
  const far: Points[] = [
    [
      [0.2, 0.1],
      [0.29 + jitter(), 0.2 * hang],
      [0.25 + jitter(), 0.32 * hang],
    ],
    [
      [0.1, 0.12],
      [0.16 + jitter(), 0.24 * hang],
      [0.08 + jitter(), 0.36 * hang],
    ],
  ];
  limbs(context, far, shade(colours.dark, 0.7), 0.034);
  context.save();
  context.translate(0.1, -0.12);
  context.rotate(random.range(-0.15, 0.2));
  wing(
    context,
    [
      [0.03, 0],
      [-0.02, -0.12],
      [-0.12, -0.4],
      [-0.22, -0.52],
      [-0.3, -0.44],
      [-0.2, -0.16],
    ],
    0.55,
  );
  context.restore();
  abdomen(context, -0.2, 0.05, 0.32, 0.17 * colours.round, -0.22, colours, random);
  thorax(context, 0.13, -0.02, 0.165, 0.165 * Math.sqrt(colours.round), colours, light, random);
  const near: Points[] = [
    [
      [0.22, 0.09],
      [0.36 + jitter(), 0.2 * hang],
      [0.34 + jitter(), 0.35 * hang],
      [0.4 + jitter(), 0.37 * hang],
    ],
    [
      [0.12, 0.12],
      [0.21 + jitter(), 0.25 * hang],
      [0.15 + jitter(), 0.38 * hang],
      [0.2, 0.41 * hang],
    ],
    [
      [0.03, 0.12],
      [-0.04 + jitter(), 0.26 * hang],
      [-0.12 + jitter(), 0.38 * hang],
      [-0.08, 0.42 * hang],
    ],
  ];
  limbs(context, near, colours.dark, 0.042);
  segment(context, 0.36, 0.02, 0.1, 0.125, colours.dark, light, 0.3, 0.2);
  segment(context, 0.38, 0, 0.055, 0.085, [44, 29, 24], light, 0.75, 0.15);
  fuzz(context, 0.33, -0.06, 0.06, 0.05, colours.fuzz, 14, 0.055, random);
  limbs(
    context,
    [
      [
        [0.42, -0.07],
        [0.52, -0.14],
        [0.62 + jitter(), -0.08 + jitter()],
      ],
      [
        [0.41, -0.08],
        [0.47, -0.18],
        [0.57 + jitter(), -0.17 + jitter()],
      ],
    ],
    colours.dark,
    0.026,
  );
  context.save();
  context.translate(0.08, -0.1);
  context.rotate(random.range(-0.2, 0.15));
  wing(
    context,
    [
      [0, 0],
      [-0.06, -0.06],
      [-0.3, -0.2],
      [-0.42, -0.2],
      [-0.4, -0.1],
      [-0.2, 0.0],
    ],
    0.66,
  );
  wing(
    context,
    [
      [0.04, 0],
      [-0.04, -0.1],
      [-0.3, -0.4],
      [-0.46, -0.47],
      [-0.5, -0.36],
      [-0.26, -0.1],
    ],
    0.66,
  );
  context.restore();
}

/** Striped, pointed at the rear (left), with short hairs. */
function abdomen(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  turn: number,
  colours: BeeColours,
  random: Random,
): void {
  context.save();
  context.translate(x, y);
  context.rotate(turn);
  const outline: Points = [
    [rx, -ry * 0.4],
    [rx * 0.75, -ry * 0.95],
    [0.1 * rx, -ry * 1.12],
    [-rx * 0.6, -ry * 0.85],
    [-rx * 1.12, -ry * 0.1],
    [-rx * 1.12, ry * 0.1],
    [-rx * 0.6, ry * 0.85],
    [0.1 * rx, ry * 1.12],
    [rx * 0.75, ry * 0.95],
    [rx, ry * 0.4],
  ];
  context.beginPath();
  smoothPath(context, outline);
  context.fillStyle = css(colours.bright);
  context.fill();
  context.save();
  context.clip();
  const bands = 5;
  context.lineWidth = (rx * 2) / bands / 2.3;
  for (let i = 0; i < bands; i++) {
    const bx = rx * (0.82 - (i * 1.9) / bands);
    context.strokeStyle = css(i === bands - 1 ? colours.tail : colours.dark);
    context.beginPath();
    context.moveTo(bx, -ry * 1.3);
    context.quadraticCurveTo(bx - rx * 0.24, 0, bx, ry * 1.3);
    context.stroke();
  }
  const round = context.createLinearGradient(0, -ry, 0, ry);
  round.addColorStop(0, 'rgba(40,20,0,0.25)');
  round.addColorStop(0.28, 'rgba(255,250,225,0.42)');
  round.addColorStop(0.55, 'rgba(60,30,0,0.05)');
  round.addColorStop(1, 'rgba(20,8,0,0.6)');
  context.fillStyle = round;
  context.fillRect(-rx * 1.2, -ry * 1.2, rx * 2.4, ry * 2.4);
  context.restore();
  const fur = new Fur();
  for (let i = 0; i < 46; i++) {
    const angle = random.range(0, 2 * Math.PI);
    const reach = random.chance(0.5) ? 0.95 : random.range(0.3, 0.9);
    const px = Math.cos(angle) * rx * reach;
    const py = Math.sin(angle) * ry * reach;
    fur.add(
      px,
      py,
      -0.05 + 0.02 * Math.cos(angle),
      0.035 * Math.sin(angle),
      0.012,
      mix(colours.fuzz, colours.bright, random.next()),
    );
  }
  fur.paint(context, 0.75);
  context.restore();
}

function thorax(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  colours: BeeColours,
  light: number,
  random: Random,
): void {
  segment(context, x, y, rx, ry, mix(colours.fuzz, colours.dark, 0.35), light, 0.2);
  fuzz(context, x, y, rx, ry, colours.fuzz, 150, 0.075, random);
}

/** A coat of short hairs that point outwards. */
function fuzz(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  colour: Colour,
  count: number,
  length: number,
  random: Random,
): void {
  const fur = new Fur();
  for (let i = 0; i < count; i++) {
    const angle = random.range(0, 2 * Math.PI);
    const reach = Math.sqrt(random.next()) * 0.98;
    const px = Math.cos(angle) * reach;
    const py = Math.sin(angle) * reach;
    const grow = length * random.range(0.6, 1.1);
    fur.add(
      x + px * rx,
      y + py * ry,
      px * grow - 0.012,
      py * grow,
      0.022,
      shade(colour, 0.85 - 0.32 * py + random.range(-0.15, 0.2)),
    );
  }
  fur.paint(context);
}
