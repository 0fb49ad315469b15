import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, hex, mix, shade } from './colour';
import type { Random } from './random';
import { blob, part } from './solid';

const skins = ['#f0c8a4', '#dfa878', '#b57a4e', '#8a5636', '#5f3a26'].map(hex);
const cloths = ['#3f5f8a', '#8a3a3a', '#4a6b4a', '#c7a24a', '#6a5a7a', '#d8d4cc', '#39414a', '#b8622f'].map(hex);
const hairs = ['#2a1f1a', '#5a3a22', '#8a6236', '#c89a52', '#7a7672'].map(hex);

type Point = readonly [number, number];

/** Paints a standing person: height 1, feet at (0, 0), turned a little to the right. */
export function paintPerson(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const skin = random.pick(skins);
  const hair = random.pick(hairs);
  const shirt = random.pick(cloths);
  const trousers = random.pick(cloths.filter((cloth) => cloth !== shirt));
  const shoe = random.pick<Colour>([
    [52, 42, 36],
    [222, 220, 214],
    [92, 62, 42],
  ]);
  const swing = random.range(-0.4, 1);
  const step = random.range(0.005, 0.035);
  const long = random.chance(0.5);
  if (long) {
    const locks: readonly Point[] = [
      [-0.062, -0.96],
      [0, -0.99],
      [0.062, -0.96],
      [0.076, -0.87],
      [0.062, -0.775],
      [-0.062, -0.775],
      [-0.076, -0.87],
    ];
    blob(context, locks, shade(hair, 0.8));
  }
  arm(context, -1, 0.8, swing, shirt, skin, light);
  for (const [side, factor] of [
    [-1, 0.82],
    [1, 1],
  ] as const) {
    const x = side * (0.05 + step);
    part(
      context,
      [
        [x - 0.008, -0.026, 0.024],
        [x + 0.045, -0.018, 0.018],
      ],
      shade(shoe, factor),
      light,
    );
    part(
      context,
      [
        [side * 0.048, -0.5, 0.068],
        [side * 0.05, -0.27, 0.048],
        [x, -0.04, 0.034],
      ],
      shade(trousers, factor),
      light,
    );
  }
  part(
    context,
    [
      [0.002, -0.9, 0.03],
      [0, -0.81, 0.034],
    ],
    shade(skin, 0.82),
    light,
  );
  part(
    context,
    [
      [0, -0.828, 0.06],
      [0, -0.8, 0.104],
      [0, -0.74, 0.115],
      [0, -0.62, 0.1],
      [0, -0.5, 0.106],
      [0, -0.455, 0.104],
    ],
    shirt,
    light,
  );
  // Collar and seam.
  context.strokeStyle = css(shade(shirt, 0.55), 0.8);
  context.lineWidth = 0.006;
  context.beginPath();
  context.moveTo(-0.036, -0.832);
  context.quadraticCurveTo(0.006, -0.79, 0.04, -0.832);
  context.moveTo(0.008, -0.8);
  context.quadraticCurveTo(0.016, -0.62, 0.01, -0.45);
  context.stroke();
  arm(context, 1, 1, swing, shirt, skin, light);
  head(context, skin, hair, long, light);
}

function arm(
  context: CanvasRenderingContext2D,
  side: 1 | -1,
  factor: number,
  swing: number,
  shirt: Colour,
  skin: Colour,
  light: number,
): void {
  const hand: Point = [side * 0.148 + 0.03 * swing * side, -0.455 + 0.02 * Math.abs(swing)];
  part(
    context,
    [
      [hand[0] - 0.004, hand[1] - 0.02, 0.02],
      [hand[0] + 0.004, hand[1] + 0.02, 0.019],
    ],
    shade(skin, factor),
    light,
  );
  part(
    context,
    [
      [side * 0.094, -0.785, 0.034],
      [side * 0.128, -0.69, 0.034],
      [side * 0.142, -0.6, 0.03],
      [hand[0], hand[1] - 0.025, 0.024],
    ],
    shade(shirt, factor),
    light,
  );
}

function head(context: CanvasRenderingContext2D, skin: Colour, hair: Colour, long: boolean, light: number): void {
  blob(
    context,
    [
      [-0.06, -0.955],
      [0, -1.012],
      [0.06, -0.955],
      [0.056, -0.9],
      [-0.058, -0.9],
    ],
    shade(hair, 0.82),
  );
  part(
    context,
    [
      [0.006, -0.955, 0.044],
      [0.006, -0.915, 0.051],
      [0.008, -0.872, 0.032],
    ],
    skin,
    light,
  );
  const fringe: readonly Point[] = long
    ? [
        [-0.062, -0.9],
        [-0.06, -0.975],
        [0, -1.008],
        [0.06, -0.975],
        [0.064, -0.9],
        [0.046, -0.95],
        [0.004, -0.975],
        [-0.04, -0.95],
      ]
    : [
        [-0.06, -0.93],
        [-0.058, -0.98],
        [0, -1.01],
        [0.058, -0.98],
        [0.062, -0.94],
        [0.03, -0.962],
        [-0.03, -0.958],
      ];
  blob(context, fringe, hair);
  context.fillStyle = css([40, 28, 24]);
  for (const x of [-0.012, 0.027]) {
    context.beginPath();
    context.ellipse(x, -0.917, 0.0055, 0.007, 0, 0, 2 * Math.PI);
    context.fill();
  }
  context.lineWidth = 0.006;
  context.lineCap = 'round';
  context.strokeStyle = css(shade(hair, 0.8));
  context.beginPath();
  for (const x of [-0.012, 0.027]) {
    context.moveTo(x - 0.009, -0.932);
    context.lineTo(x + 0.009, -0.933);
  }
  context.stroke();
  context.strokeStyle = css(mix(skin, [120, 40, 40], 0.55));
  context.beginPath();
  context.moveTo(-0.008, -0.88);
  context.quadraticCurveTo(0.009, -0.871, 0.024, -0.881);
  context.moveTo(0.009, -0.912);
  context.lineTo(0.014, -0.899);
  context.stroke();
}
