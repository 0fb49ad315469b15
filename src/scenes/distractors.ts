import type { CanvasRenderingContext2D } from 'canvas';
import { type Colour, css, hex, mix, shade } from './colour';
import { noise } from './noise';
import { Random } from './random';
import { fillSmoothly } from './shading';
import type { DistractorSpec } from './spec';
import { smoothPath, Tube } from './tube';

const skins = ['#f0c8a4', '#dfa878', '#b57a4e', '#8a5636', '#5f3a26'].map(hex);
const cloths = ['#3f5f8a', '#8a3a3a', '#4a6b4a', '#c7a24a', '#6a5a7a', '#d8d4cc', '#39414a', '#b8622f'].map(hex);
const hairs = ['#2a1f1a', '#5a3a22', '#8a6236', '#c89a52', '#7a7672'].map(hex);

/** Paints a person, a ball or a tree into a context in scene units; `light` is the side the light comes from. */
export function paintDistractor(context: CanvasRenderingContext2D, spec: DistractorSpec, light: number): void {
  const random = new Random(spec.seed);
  const flip = spec.facing === 'right' ? 1 : -1;
  context.save();
  context.translate(spec.x, spec.y);
  context.scale(flip * spec.size, spec.size);
  if (spec.kind === 'person') paintPerson(context, light * flip, random);
  else if (spec.kind === 'ball') paintBall(context, light * flip, random);
  else paintTree(context, light * flip, random);
  context.restore();
}

/** A cylinder of cloth or skin, lit from one side. */
function part(
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

/** Height 1, feet at (0, 0), turned a little to the right. */
function paintPerson(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const skin = random.pick(skins);
  const hair = random.pick(hairs);
  const shirt = random.pick(cloths);
  const trousers = random.pick(cloths.filter((cloth) => cloth !== shirt));
  const shoe = random.pick<Colour>([
    [52, 42, 36],
    [222, 220, 214],
    [92, 62, 42],
  ]);
  const swing = random.range(0.1, 0.5);
  const step = random.range(0.01, 0.04);
  const arm = (side: number, factor: number) => {
    const hand: [number, number] = [side * (0.15 + 0.05 * swing) + 0.03, -0.45 + 0.03 * swing];
    part(
      context,
      [
        [side * 0.125, -0.79, 0.042],
        [side * 0.155, -0.64, 0.038],
        [hand[0], hand[1] - 0.03, 0.03],
      ],
      shade(shirt, factor),
      light,
    );
    part(
      context,
      [
        [hand[0], hand[1] - 0.03, 0.022],
        [hand[0] + 0.006, hand[1] + 0.02, 0.022],
      ],
      skin,
      light,
    );
  };
  arm(-1, 0.82);
  for (const [side, factor] of [
    [-1, 0.85],
    [1, 1],
  ] as const) {
    const x = side * (0.055 + step);
    part(
      context,
      [
        [x - 0.01, -0.03, 0.026],
        [x + 0.04, -0.02, 0.022],
      ],
      shade(shoe, factor),
      light,
    );
    part(
      context,
      [
        [side * 0.05, -0.5, 0.072],
        [side * 0.055, -0.28, 0.052],
        [x, -0.035, 0.04],
      ],
      shade(trousers, factor),
      light,
    );
  }
  part(
    context,
    [
      [0, -0.8, 0.118],
      [0, -0.7, 0.124],
      [0, -0.58, 0.104],
      [0, -0.49, 0.11],
    ],
    shirt,
    light,
  );
  part(
    context,
    [
      [0, -0.87, 0.04],
      [0, -0.81, 0.045],
    ],
    shade(skin, 0.88),
    light,
  );
  arm(1, 1);
  // Head.
  const long = random.chance(0.5);
  const back: readonly (readonly [number, number])[] = long
    ? [
        [-0.075, -0.95],
        [0, -1.02],
        [0.075, -0.95],
        [0.085, -0.84],
        [0.05, -0.78],
        [-0.05, -0.78],
        [-0.085, -0.84],
      ]
    : [
        [-0.07, -0.96],
        [0, -1.02],
        [0.07, -0.96],
        [0.068, -0.89],
        [-0.068, -0.89],
      ];
  blob(context, back, shade(hair, 0.85));
  part(
    context,
    [
      [0.006, -0.965, 0.048],
      [0.006, -0.92, 0.06],
      [0.008, -0.862, 0.04],
    ],
    skin,
    light,
  );
  blob(
    context,
    [
      [-0.07, -0.93],
      [-0.062, -0.985],
      [0, -1.015],
      [0.066, -0.985],
      [0.07, -0.94],
      [0.03, -0.968],
      [-0.03, -0.962],
    ],
    hair,
  );
  context.fillStyle = css([40, 28, 24]);
  for (const x of [-0.016, 0.03]) {
    context.beginPath();
    context.ellipse(x, -0.918, 0.0065, 0.008, 0, 0, 2 * Math.PI);
    context.fill();
  }
  context.strokeStyle = css(mix(skin, [130, 40, 40], 0.55));
  context.lineWidth = 0.007;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(-0.012, -0.876);
  context.quadraticCurveTo(0.008, -0.866, 0.028, -0.877);
  context.moveTo(0.01, -0.912);
  context.lineTo(0.016, -0.896);
  context.stroke();
}

function blob(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[], colour: Colour): void {
  context.fillStyle = css(colour);
  context.beginPath();
  smoothPath(context, points);
  context.fill();
}

/** Diameter 1, lying on (0, 0). */
function paintBall(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const colour = random.pick<Colour>([
    [204, 60, 48],
    [54, 108, 186],
    [226, 178, 44],
    [82, 158, 84],
    [214, 226, 74],
  ]);
  const second = random.chance(0.6) ? ([244, 240, 232] as const) : shade(colour, 0.7);
  const turn = random.range(0, Math.PI);
  context.save();
  context.beginPath();
  context.arc(0, -0.5, 0.5, 0, 2 * Math.PI);
  context.fillStyle = css(colour);
  context.fill();
  context.clip();
  context.translate(0, -0.5);
  context.rotate(turn);
  context.fillStyle = css(second);
  context.beginPath();
  context.ellipse(0, 0, 0.6, 0.14, 0, 0, 2 * Math.PI);
  context.fill();
  context.rotate(-turn);
  const round = context.createRadialGradient(0.2 * light, -0.24, 0.03, 0, 0, 0.56);
  round.addColorStop(0, 'rgba(255,255,255,0.75)');
  round.addColorStop(0.35, 'rgba(255,255,255,0.08)');
  round.addColorStop(1, 'rgba(10,10,30,0.6)');
  context.fillStyle = round;
  context.fillRect(-0.5, -0.5, 1, 1);
  context.restore();
}

/** Height 1, rooted at (0, 0): a leafy tree or a fir. */
function paintTree(context: CanvasRenderingContext2D, light: number, random: Random): void {
  const bark: Colour = [96, 74, 56];
  const fir = random.chance(0.5);
  part(
    context,
    [
      [0, -0.6, 0.03],
      [0, -0.3, 0.036],
      [0, 0.0, 0.05],
    ],
    bark,
    light,
  );
  const leaf = random.pick<Colour>(
    fir
      ? [
          [40, 78, 58],
          [52, 86, 62],
        ]
      : [
          [76, 116, 52],
          [104, 126, 50],
          [150, 112, 46],
        ],
  );
  const lump = (x: number, y: number, r: number, factor: number) => {
    const points: [number, number][] = [];
    for (let i = 0; i < 13; i++) {
      const angle = (i / 13) * 2 * Math.PI;
      const reach = r * random.range(0.82, 1.15);
      points.push([x + Math.cos(angle) * reach, y + Math.sin(angle) * reach * 0.88]);
    }
    blob(context, points, shade(leaf, factor));
  };
  if (fir) {
    for (let i = 0; i < 6; i++) {
      const y = -0.14 - 0.14 * i;
      const wide = 0.25 - 0.035 * i;
      for (const [shift, factor, reach] of [
        [0, 0.7, 1],
        [light * 0.02, 0.98, 0.75],
      ] as const) {
        const points: [number, number][] = [[shift, y - 0.24 * reach]];
        for (let k = 4; k >= -4; k--)
          points.push([
            shift + (k / 4) * wide * reach,
            y + (k % 2 === 0 ? 0.015 : -0.025) + 0.02 * (1 - Math.abs(k) / 4),
          ]);
        context.fillStyle = css(shade(leaf, factor));
        context.beginPath();
        for (const [n, p] of points.entries()) n === 0 ? context.moveTo(...p) : context.lineTo(...p);
        context.fill();
      }
    }
    return;
  }
  const places: [number, number, number][] = [
    [0, -0.68, 0.25],
    [-0.17, -0.58, 0.17],
    [0.18, -0.58, 0.17],
    [-0.1, -0.8, 0.17],
    [0.11, -0.79, 0.16],
  ];
  for (const [x, y, r] of places) lump(x, y, r, 0.68);
  for (const [x, y, r] of places) lump(x + light * 0.03, y - 0.03, r * 0.76, 0.9);
  for (const [x, y, r] of places) lump(x + light * 0.06, y - 0.07, r * 0.42, 1.08);
}
