import type { CanvasRenderingContext2D } from 'canvas';
import type { Brush } from './brush';
import { type Colour, css, hex, mix, shade } from './colour';
import { Fur } from './fur';
import { limbs, segment, wing } from './insect-parts';
import { Random } from './random';
import type { InsectColoursSpec, InsectPart, InsectPlan, InsectSpec } from './spec';
import { smoothPath } from './tube';

type Points = readonly (readonly [number, number])[];

/** An insect's colours, part by part. */
interface Markings {
  readonly plan: InsectPlan;
  readonly head: Colour;
  readonly thorax: Colour;
  /** Of the hairs on thorax and abdomen. */
  readonly hair: Colour;
  readonly limb: Colour;
  readonly dark: Colour;
  readonly middle: Colour;
  readonly light: Colour;
  /** 0–1: how much the shell shines. */
  readonly gloss: number;
}

function markingsOf({ plan, ...palette }: InsectColoursSpec): Markings {
  const [dark, middle, light] = [hex(palette.dark), hex(palette.middle), hex(palette.light)];
  const common = { plan, dark, middle, light, limb: dark };
  switch (plan) {
    case 'banded':
      return { ...common, head: dark, thorax: mix(middle, light, 0.5), hair: light, gloss: 0.12 };
    case 'plain':
      return { ...common, head: middle, thorax: middle, hair: middle, gloss: 0.5 };
    case 'tipped':
      return { ...common, head: light, thorax: dark, hair: dark, gloss: 0.5 };
  }
}

/**
 * Paints a bee or an ant of the second set into a context in scene units: both have the same body, wings and hairs, and
 * differ in their colours. `light` is the side the light comes from.
 */
export function paintInsect(brush: Brush<InsectPart>, spec: InsectSpec, light: number): void {
  const { context } = brush;
  if (typeof spec.colours === 'string') throw new TypeError('colours of the first set');
  const random = new Random(spec.seed);
  const markings = markingsOf(spec.colours);
  const flip = spec.facing === 'right' ? 1 : -1;
  context.save();
  context.translate(spec.x, spec.y);
  context.scale(flip * spec.size, spec.size);
  context.rotate((-spec.angle * Math.PI) / 180);
  if (spec.view === 'top') paintTop(brush, markings, light * flip, random);
  else paintSide(brush, spec, markings, light * flip, random);
  context.restore();
}

/** The rectangle around an insect, in scene units: `[left, top, right, bottom]`. */
export function insectExtent(spec: InsectSpec): readonly [number, number, number, number] {
  // An ellipse around body, wings and legs, turned.
  const angle = (spec.angle * Math.PI) / 180;
  const [along, across] = [0.58, 0.46];
  const halfWidth = spec.size * Math.hypot(along * Math.cos(angle), across * Math.sin(angle));
  const halfHeight = spec.size * Math.hypot(along * Math.sin(angle), across * Math.cos(angle));
  return [spec.x - halfWidth, spec.y - halfHeight, spec.x + halfWidth, spec.y + halfHeight];
}

function paintTop(brush: Brush<InsectPart>, markings: Markings, light: number, random: Random): void {
  const jitter = () => random.range(-0.03, 0.03);
  const legs: Points[] = [];
  const feelers: Points[] = [];
  for (const side of [-1, 1]) {
    legs.push([
      [0.2, 0.08 * side],
      [0.32 + jitter(), 0.24 * side],
      [0.44 + jitter(), 0.27 * side],
    ]);
    legs.push([
      [0.12, 0.1 * side],
      [0.12 + jitter(), 0.29 * side],
      [0.17 + jitter(), 0.41 * side],
    ]);
    legs.push([
      [0.04, 0.1 * side],
      [-0.12 + jitter(), 0.28 * side],
      [-0.28 + jitter(), 0.4 * side],
    ]);
    feelers.push([
      [0.42, 0.04 * side],
      [0.47, 0.12 * side],
      [0.59 + jitter(), 0.13 * side],
    ]);
  }
  limbs(brush.on('legs'), legs, markings.limb, 0.036);
  limbs(brush.on('feelers'), feelers, markings.limb, 0.03);
  segment(brush.on('thorax'), -0.02, 0, 0.06, 0.045, markings.thorax, light, markings.gloss * 0.5);
  abdomen(brush.on('abdomen'), -0.28, 0, 0.27, 0.15, 0, markings);
  for (const side of [-1, 1]) {
    const context = brush.on('wings');
    context.save();
    context.translate(0.1, 0.06 * side);
    context.scale(1, side);
    context.rotate(random.range(-0.1, 0.15));
    wing(
      context,
      [
        [0.02, 0],
        [-0.06, 0.11],
        [-0.28, 0.34],
        [-0.44, 0.4],
        [-0.46, 0.3],
        [-0.26, 0.1],
      ],
      0.62,
    );
    context.restore();
  }
  thorax(brush.on('thorax'), 0.12, 0, 0.14, 0.12, markings, light, random);
  segment(brush.on('head'), 0.34, 0, 0.105, 0.115, markings.head, light, markings.gloss);
  for (const side of [-1, 1])
    segment(brush.on('head'), 0.37, 0.08 * side, 0.05, 0.038, [26, 22, 20], light, 0.7, 0.5 * side);
}

function paintSide(
  brush: Brush<InsectPart>,
  spec: InsectSpec,
  markings: Markings,
  light: number,
  random: Random,
): void {
  const hang = spec.flying ? 1.12 : 1;
  const jitter = () => random.range(-0.03, 0.03);
  const leg = (x: number, knee: number, foot: number): Points => [
    [x, 0.07],
    [x + knee + jitter(), 0.17 * hang],
    [x + foot + jitter(), 0.34 * hang],
    [x + foot + 0.05, 0.37 * hang],
  ];
  limbs(
    brush.on('legs'),
    [leg(0.2, 0.1, 0.14), leg(0.1, 0.05, 0.02), leg(0.02, -0.1, -0.2)],
    shade(markings.limb, 0.7),
    0.034,
  );
  const far = brush.on('wings');
  far.save();
  far.translate(0.1, -0.1);
  far.rotate(random.range(-0.15, 0.2));
  wing(
    far,
    [
      [0.03, 0],
      [-0.02, -0.1],
      [-0.12, -0.34],
      [-0.21, -0.43],
      [-0.28, -0.36],
      [-0.18, -0.13],
    ],
    0.55,
  );
  far.restore();
  segment(brush.on('thorax'), -0.02, 0.01, 0.06, 0.045, markings.thorax, light, markings.gloss * 0.5);
  abdomen(brush.on('abdomen'), -0.28, 0.05, 0.27, 0.145, -0.2, markings);
  thorax(brush.on('thorax'), 0.12, -0.02, 0.14, 0.13, markings, light, random);
  limbs(brush.on('legs'), [leg(0.21, 0.12, 0.2), leg(0.12, 0.07, 0.05), leg(0.04, -0.08, -0.16)], markings.limb, 0.04);
  segment(brush.on('head'), 0.34, 0.01, 0.1, 0.112, markings.head, light, markings.gloss, 0.2);
  segment(brush.on('head'), 0.37, -0.01, 0.045, 0.065, [26, 22, 20], light, 0.75, 0.15);
  limbs(
    brush.on('feelers'),
    [
      [
        [0.4, -0.07],
        [0.46, -0.2],
        [0.59 + jitter(), -0.15 + jitter()],
      ],
      [
        [0.39, -0.07],
        [0.41, -0.21],
        [0.53 + jitter(), -0.22 + jitter()],
      ],
    ],
    markings.limb,
    0.026,
  );
  const context = brush.on('wings');
  context.save();
  context.translate(0.08, -0.09);
  context.rotate(random.range(-0.2, 0.15));
  wing(
    context,
    [
      [0.04, 0],
      [-0.04, -0.09],
      [-0.26, -0.33],
      [-0.4, -0.4],
      [-0.43, -0.3],
      [-0.22, -0.08],
    ],
    0.62,
  );
  context.restore();
}

/** Pointed at the rear (left): in bands, plain with seams, or with a dark rear. */
function abdomen(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  turn: number,
  markings: Markings,
): void {
  context.save();
  context.translate(x, y);
  context.rotate(turn);
  const outline: Points = [
    [rx, -ry * 0.35],
    [rx * 0.72, -ry * 0.9],
    [0.1 * rx, -ry * 1.1],
    [-rx * 0.6, -ry * 0.85],
    [-rx * 1.12, -ry * 0.1],
    [-rx * 1.12, ry * 0.1],
    [-rx * 0.6, ry * 0.85],
    [0.1 * rx, ry * 1.1],
    [rx * 0.72, ry * 0.9],
    [rx, ry * 0.35],
  ];
  context.beginPath();
  smoothPath(context, outline);
  context.fillStyle = css(markings.plan === 'plain' ? markings.middle : markings.light);
  context.fill();
  context.save();
  context.clip();
  const bands = 4;
  for (let i = 0; i < bands; i++) {
    const bx = rx * (0.72 - (i * 1.8) / bands);
    if (markings.plan === 'tipped' && i < 2) continue;
    context.lineWidth =
      markings.plan === 'banded' ? (rx * 2) / bands / 2.05 : markings.plan === 'tipped' ? rx * 0.6 : rx * 0.05;
    context.strokeStyle = css(markings.dark);
    context.beginPath();
    context.moveTo(bx, -ry * 1.3);
    context.quadraticCurveTo(bx - rx * 0.24, 0, bx, ry * 1.3);
    context.stroke();
  }
  const shine = 0.3 + 0.5 * markings.gloss;
  const round = context.createLinearGradient(0, -ry, 0, ry);
  round.addColorStop(0, 'rgba(30,22,16,0.25)');
  round.addColorStop(0.28, `rgba(255,250,240,${shine})`);
  round.addColorStop(0.5, 'rgba(40,30,22,0.05)');
  round.addColorStop(1, 'rgba(16,10,8,0.55)');
  context.fillStyle = round;
  context.fillRect(-rx * 1.2, -ry * 1.2, rx * 2.4, ry * 2.4);
  context.restore();
  context.restore();
}

function thorax(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  markings: Markings,
  light: number,
  random: Random,
): void {
  segment(context, x, y, rx, ry, markings.thorax, light, markings.gloss);
  const fur = new Fur();
  for (let i = 0; i < 110; i++) {
    const angle = random.range(0, 2 * Math.PI);
    const reach = Math.sqrt(random.next()) * 0.96;
    const px = Math.cos(angle) * reach;
    const py = Math.sin(angle) * reach;
    const grow = 0.05 * random.range(0.6, 1.1);
    const bright = 0.85 - 0.32 * py + random.range(-0.15, 0.2);
    // An ant's hairs are there and have the shell's own shades: the outline is the same.
    const tint = markings.plan === 'banded' ? shade(markings.hair, bright) : shade(markings.hair, 0.95 - 0.3 * py);
    fur.add(x + px * rx, y + py * ry, px * grow - 0.012, py * grow, 0.02, tint);
  }
  fur.paint(context);
  if (markings.plan === 'banded') return;
  segment(
    context,
    x + 0.02 * light,
    y - 0.3 * ry,
    rx * 0.5,
    ry * 0.3,
    mix(markings.thorax, [255, 246, 230], 0.35),
    light,
    0.5,
  );
}
