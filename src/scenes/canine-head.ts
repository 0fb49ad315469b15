import type { CanvasRenderingContext2D } from 'canvas';
import type { Coat } from './canine-coat';
import { type Colour, css, mix, shade } from './colour';
import { Fur } from './fur';
import { noise } from './noise';
import type { Random } from './random';
import { fillSmoothly } from './shading';
import type { CanineSpec } from './spec';
import { smoothPath } from './tube';

type Points = readonly (readonly [number, number])[];

const black: Colour = [22, 20, 21];
const pink: Colour = [214, 112, 116];

/** Draws the head around (0, 0) in units of the skull's radius; the light comes from (light, up). */
export function paintHead(
  context: CanvasRenderingContext2D,
  spec: CanineSpec,
  coat: Coat,
  light: number,
  random: Random,
): void {
  if (spec.head === 'profile') paintProfile(context, spec, coat, light, random);
  else paintFront(context, spec, coat, light, random);
}

function paintProfile(
  context: CanvasRenderingContext2D,
  spec: CanineSpec,
  coat: Coat,
  light: number,
  random: Random,
): void {
  const { muzzle: m, ears, hair } = spec.shape;
  const wolf = spec.kind === 'wolf';
  const snout = 1 + m;
  const deep = wolf ? 0 : 0.08;
  if (spec.mouth === 'panting') {
    fillPath(
      context,
      [
        [0.9, 0.45],
        [snout - 0.25, 0.3],
        [snout - 0.3, 0.62],
        [1.0, 0.78],
      ],
      css([70, 30, 32]),
    );
    fillPath(
      context,
      [
        [1.1, 0.5],
        [snout - 0.35, 0.42],
        [snout - 0.2, 0.75],
        [snout - 0.35, 0.98],
        [snout - 0.55, 0.8],
      ],
      css(pink),
    );
    fillPath(
      context,
      [
        [0.6, 0.6],
        [1.2, 0.66],
        [snout - 0.5, 0.68],
        [snout - 0.42, 0.76],
        [1.1, 0.92],
        [0.5, 0.9],
      ],
      css(shade(coat.cheek, 0.85)),
    );
  }
  ear(context, ears, coat, 0.34, 0.72, wolf);
  const outline: Points = [
    [-0.8, 0.5],
    [-1.02, -0.2],
    [-0.75, -0.85],
    [-0.05, -1.1],
    [0.5, -0.9],
    [0.88, -0.5 - deep],
    [1.15, -0.3],
    [1 + 0.72 * m, -0.24],
    [snout, -0.24],
    [snout + 0.12, 0.04],
    [snout, 0.3],
    [1 + 0.6 * m, 0.44],
    [1.05, 0.6 + deep],
    [0.55, 0.85],
    [0, 1.02],
    [-0.5, 0.92],
  ];
  const face = (x: number, y: number): Colour => {
    // The pale part: cheek, throat and the muzzle's side, below a line that rises towards the nose.
    const border = x > 0.75 ? 0.08 : 0.2 + 0.12 * (0.75 - x);
    const pale = Math.max(0, Math.min(1, (y - border) / 0.3 + 0.5 * (noise(x * 3, y * 3, spec.seed) - 0.5)));
    const patch = coat.patches && noise(x * 0.9 + 7, y * 0.9, spec.seed) > 0.62 ? coat.patches.colour : coat.face;
    const brow = wolf ? spot(x, y, 0.74, -0.62, 0.2) * 0.7 : 0;
    return mix(mix(patch, coat.cheek, pale), coat.cheek, brow);
  };
  furryShape(context, outline, face, {
    light,
    hair: wolf ? 0.34 : 0.16 + 0.16 * hair,
    count: 90,
    grizzle: coat.grizzle,
    random,
    centre: [0.1, 0],
    flow: (x) => (x > 0.8 ? [-1, 0.05] : [-0.9, 0.4]),
  });
  if (wolf)
    tufts(
      context,
      [
        [-0.75, 0.55],
        [-0.45, 0.85],
        [-0.1, 1.0],
        [0.25, 0.85],
      ],
      coat.cheek,
      [-0.55, 0.6],
      0.55,
      random,
    );
  ear(context, ears, coat, 0, 1, wolf);
  // Mouth, nose, eye.
  context.lineCap = 'round';
  context.strokeStyle = css(mix(coat.cheek, black, 0.8), 0.85);
  context.lineWidth = 0.055;
  context.beginPath();
  context.moveTo(snout + 0.02, 0.24);
  context.quadraticCurveTo(1 + 0.45 * m, 0.4, 0.95, 0.38);
  context.quadraticCurveTo(0.84, 0.36, 0.8, 0.28);
  context.stroke();
  fillPath(
    context,
    [
      [snout - 0.16, -0.27],
      [snout + 0.06, -0.27],
      [snout + 0.17, -0.1],
      [snout + 0.1, 0.08],
      [snout - 0.04, 0.06],
      [snout - 0.1, -0.1],
    ],
    css(black),
  );
  glint(context, snout + 0.02, -0.17, 0.07, 0.6);
  context.save();
  context.translate(0.66, -0.3);
  context.rotate(wolf ? 0.28 : 0.1);
  eye(context, coat.eye, wolf ? 0.13 : 0.15, wolf ? 0.08 : 0.12);
  context.restore();
}

function paintFront(
  context: CanvasRenderingContext2D,
  spec: CanineSpec,
  coat: Coat,
  light: number,
  random: Random,
): void {
  const { ears, hair, muzzle } = spec.shape;
  const wolf = spec.kind === 'wolf';
  const k = spec.turn;
  frontEar(context, ears, coat, -1, k, wolf);
  frontEar(context, ears, coat, 1, k, wolf);
  const cheek = wolf ? 1.2 : 1.02;
  const jaw = 1.0 + 0.2 * muzzle;
  const half: Points = [
    [0.28, -1.02],
    [0.72, -0.88],
    [0.98, -0.4],
    [cheek, 0.12],
    [cheek * 0.98, 0.48],
    [0.74, 0.78],
    [0.46, jaw - 0.04],
    [0.16, jaw + 0.14],
  ];
  const outline: Points = [...half, ...[...half].reverse().map(([x, y]) => [-x, y] as const)];
  const snoutX = 0.26 * k;
  const face = (x: number, y: number): Colour => {
    const bridge = Math.abs(x - snoutX * Math.max(0, Math.min(1, y + 0.3))) < 0.24 - 0.08 * y && y < 0.42;
    const patch = coat.patches && noise(x * 0.8 + 3, y * 0.8, spec.seed) > 0.6 ? coat.patches.colour : coat.face;
    const wobble = 0.4 * (noise(x * 3, y * 3, spec.seed) - 0.5);
    const aside = Math.abs(x - 0.1 * k);
    const border = bridge ? 0.45 : 0.16 - 0.35 * Math.max(0, aside - 0.3);
    let pale = Math.max(0, Math.min(1, (y - border) / 0.28 + wobble));
    if (wolf)
      pale = Math.max(
        pale,
        0.75 * Math.max(spot(x, y, 0.36 + 0.12 * k, -0.42, 0.17), spot(x, y, -0.36 + 0.12 * k, -0.42, 0.17)),
      );
    return mix(patch, coat.cheek, pale);
  };
  furryShape(context, outline, face, {
    light,
    hair: wolf ? 0.3 : 0.14 + 0.16 * hair,
    count: 100,
    grizzle: coat.grizzle,
    random,
    centre: [snoutX, 0.45],
    flow: (x, y) => [x - snoutX, y - 0.4],
  });
  if (wolf) {
    for (const side of [-1, 1]) {
      const places: Points = [
        [side * 1.02, 0.2],
        [side * 0.98, 0.45],
        [side * 0.8, 0.68],
        [side * 0.55, 0.85],
      ];
      tufts(context, places, mix(coat.cheek, coat.side, 0.25), [side * 0.7, 0.6], 0.5, random);
    }
  }
  // Muzzle.
  const top = mix(coat.face, coat.cheek, wolf ? 0.35 : 0.3);
  const length = 0.36 + 0.12 * muzzle;
  const gradient = context.createRadialGradient(snoutX + 0.1 * light, 0.52, 0.05, snoutX, 0.64, 0.6);
  gradient.addColorStop(0, css(shade(coat.cheek, 1.06)));
  gradient.addColorStop(0.7, css(shade(coat.cheek, 0.92)));
  gradient.addColorStop(1, css(shade(coat.cheek, 0.78)));
  if (spec.mouth === 'panting') {
    fillPath(
      context,
      [
        [snoutX - 0.3, 0.85],
        [snoutX + 0.3, 0.85],
        [snoutX + 0.22, 1.2],
        [snoutX - 0.22, 1.2],
      ],
      css([84, 34, 38]),
    );
    fillPath(
      context,
      [
        [snoutX - 0.17, 0.95],
        [snoutX + 0.17, 0.95],
        [snoutX + 0.19, 1.4],
        [snoutX, 1.55],
        [snoutX - 0.19, 1.4],
      ],
      css(pink),
    );
  }
  context.fillStyle = gradient;
  context.beginPath();
  context.ellipse(snoutX, 0.66, wolf ? 0.38 : 0.43, length, 0, 0, 2 * Math.PI);
  context.fill();
  fillPath(
    context,
    [
      [snoutX - 0.13, 0.1],
      [snoutX + 0.13, 0.1],
      [snoutX + 0.19, 0.42],
      [snoutX - 0.19, 0.42],
    ],
    css(top, 0.75),
  );
  // Nose and mouth.
  const nx = 0.33 * k;
  const ny = 0.5;
  fillPath(
    context,
    [
      [nx - 0.2, ny - 0.13],
      [nx, ny - 0.17],
      [nx + 0.2, ny - 0.13],
      [nx + 0.2, ny + 0.02],
      [nx + 0.06, ny + 0.15],
      [nx - 0.06, ny + 0.15],
      [nx - 0.2, ny + 0.02],
    ],
    css(black),
  );
  glint(context, nx + 0.06 * light, ny - 0.08, 0.08, 0.5);
  context.strokeStyle = css(mix(coat.cheek, black, 0.8), 0.9);
  context.lineWidth = 0.045;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(nx, ny + 0.13);
  context.lineTo(nx, ny + 0.28);
  context.quadraticCurveTo(nx - 0.06, ny + 0.42, snoutX - 0.27, ny + 0.36);
  context.moveTo(nx, ny + 0.28);
  context.quadraticCurveTo(nx + 0.06, ny + 0.42, snoutX + 0.27, ny + 0.36);
  context.stroke();
  for (const side of [-1, 1]) {
    context.save();
    context.translate(side * 0.4 + 0.14 * k, -0.1);
    context.scale(side, 1);
    context.rotate(wolf ? -0.3 : -0.08);
    eye(context, coat.eye, wolf ? 0.135 : 0.15, wolf ? 0.085 : 0.125);
    context.restore();
  }
}

interface FurryOptions {
  readonly light: number;
  readonly hair: number;
  readonly count: number;
  readonly grizzle: number;
  readonly random: Random;
  readonly centre: readonly [number, number];
  readonly flow: (x: number, y: number) => readonly [number, number];
}

/** A filled outline whose colour and light vary from place to place, with hairs inside and over its edge. */
function furryShape(
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
    0.16,
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
function spot(x: number, y: number, cx: number, cy: number, radius: number): number {
  return Math.max(0, Math.min(1, 1.6 - (1.6 * Math.hypot(x - cx, y - cy)) / radius));
}

function tufts(
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

/** An ear seen from the side; `shift` and `exposure` put the far one behind. */
function ear(
  context: CanvasRenderingContext2D,
  kind: 'upright' | 'folded' | 'floppy',
  coat: Coat,
  shift: number,
  exposure: number,
  wolf: boolean,
): void {
  const outer = css(shade(coat.ear, exposure));
  if (kind === 'upright') {
    const height = wolf ? 1.86 : 2.0;
    fillPath(
      context,
      [
        [-0.62 + shift, -0.62],
        [-0.6 + shift, -1.2],
        [-0.3 + shift, -height],
        [-0.2 + shift, -height],
        [0.12 + shift, -1.3],
        [0.18 + shift, -0.7],
      ],
      outer,
    );
    const inner = mix(coat.cheek, coat.ear, wolf ? 0.25 : 0.45);
    fillPath(
      context,
      [
        [-0.3 + shift, -0.85],
        [-0.32 + shift, -1.25],
        [-0.2 + shift, -height + 0.22],
        [0.02 + shift, -1.25],
        [0.05 + shift, -0.85],
      ],
      css(shade(inner, 0.82 * exposure)),
    );
  } else if (kind === 'folded') {
    fillPath(
      context,
      [
        [-0.62 + shift, -0.6],
        [-0.6 + shift, -1.1],
        [-0.35 + shift, -1.5],
        [0 + shift, -1.42],
        [0.18 + shift, -0.8],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [-0.42 + shift, -1.48],
        [0.1 + shift, -1.5],
        [0.42 + shift, -0.95],
        [0.3 + shift, -0.72],
        [-0.1 + shift, -1.1],
      ],
      css(shade(coat.ear, exposure * 0.78)),
    );
  } else {
    const s = shift * 1.6;
    fillPath(
      context,
      [
        [-0.45 + s, -0.95],
        [-0.85 + s, -0.5],
        [-0.92 + s, 0.3],
        [-0.68 + s, 0.95],
        [-0.3 + s, 0.95],
        [-0.05 + s, 0.3],
        [0.12 + s, -0.5],
        [0 + s, -0.95],
      ],
      outer,
    );
    const light = context.createLinearGradient(-0.9 + s, 0, 0.1 + s, 0);
    light.addColorStop(0, css(shade(coat.ear, 0.6 * exposure), 0.8));
    light.addColorStop(0.55, css(shade(coat.ear, 1.1 * exposure), 0.5));
    light.addColorStop(1, css(shade(coat.ear, 0.6 * exposure), 0.7));
    fillPath(
      context,
      [
        [-0.45 + s, -0.85],
        [-0.78 + s, -0.5],
        [-0.84 + s, 0.3],
        [-0.62 + s, 0.85],
        [-0.32 + s, 0.85],
        [-0.1 + s, 0.3],
        [0.06 + s, -0.5],
        [-0.02 + s, -0.85],
      ],
      light,
    );
  }
}

function frontEar(
  context: CanvasRenderingContext2D,
  kind: 'upright' | 'folded' | 'floppy',
  coat: Coat,
  side: -1 | 1,
  k: number,
  wolf: boolean,
): void {
  context.save();
  context.translate(0.06 * k, 0);
  context.scale(side, 1);
  const outer = css(shade(coat.ear, side * k > 0.3 ? 0.85 : 0.95));
  if (kind === 'upright') {
    const tip = wolf ? -1.78 : -1.95;
    const lean = wolf ? 0.08 : 0;
    fillPath(
      context,
      [
        [0.1, -0.85],
        [0.3, -1.3],
        [0.74 + lean, tip],
        [0.86 + lean, tip + 0.02],
        [1.08, -1.15],
        [1.0, -0.4],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.38, -0.9],
        [0.5, -1.25],
        [0.77 + lean, tip + 0.28],
        [0.9, -1.1],
        [0.84, -0.62],
      ],
      css(shade(mix(coat.cheek, coat.ear, wolf ? 0.2 : 0.4), 0.86)),
    );
    fillPath(
      context,
      [
        [0.55, -0.85],
        [0.62, -1.15],
        [0.76, -1.3],
        [0.8, -0.8],
      ],
      css(shade(mix(coat.cheek, [200, 150, 140], 0.5), 0.7), 0.6),
    );
  } else if (kind === 'folded') {
    fillPath(
      context,
      [
        [0.15, -0.85],
        [0.4, -1.35],
        [0.8, -1.45],
        [1.1, -1.1],
        [1.0, -0.4],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.4, -1.38],
        [0.9, -1.45],
        [1.25, -0.95],
        [1.12, -0.62],
        [0.78, -1.0],
      ],
      css(shade(coat.ear, 0.75)),
    );
  } else {
    fillPath(
      context,
      [
        [0.4, -0.95],
        [0.85, -1.05],
        [1.25, -0.5],
        [1.38, 0.25],
        [1.2, 0.72],
        [0.9, 0.6],
        [0.8, -0.1],
      ],
      outer,
    );
    fillPath(
      context,
      [
        [0.9, -0.75],
        [1.14, -0.4],
        [1.24, 0.25],
        [1.14, 0.55],
        [0.98, 0.4],
        [0.95, -0.2],
      ],
      css(shade(coat.ear, 1.14), 0.45),
    );
  }
  context.restore();
}

function eye(context: CanvasRenderingContext2D, iris: Colour, width: number, height: number): void {
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

function glint(context: CanvasRenderingContext2D, x: number, y: number, radius: number, alpha: number): void {
  context.fillStyle = `rgba(255,255,255,${alpha})`;
  context.beginPath();
  context.ellipse(x, y, radius, radius * 0.7, -0.3, 0, 2 * Math.PI);
  context.fill();
}

function fillPath(
  context: CanvasRenderingContext2D,
  points: Points,
  style: CanvasRenderingContext2D['fillStyle'],
): void {
  context.fillStyle = style;
  context.beginPath();
  smoothPath(context, points);
  context.fill();
}
