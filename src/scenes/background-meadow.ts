import type { CanvasRenderingContext2D } from 'canvas';
import { atmosphere, type Background, blossom, bokeh, clouds, type Frame, treeLine, wash } from './background-parts';
import { type Colour, css, mix, shade } from './colour';
import type { Random } from './random';
import { type BladeColours, paintBlades, paintTuft } from './texture';

const lawns: readonly {
  readonly name: string;
  readonly blades: BladeColours;
  readonly ground: readonly [Colour, Colour];
}[] = [
  {
    name: 'fresh',
    blades: { root: [62, 108, 40], blade: [84, 138, 52], tip: [150, 188, 88] },
    ground: [
      [128, 168, 84],
      [58, 100, 38],
    ],
  },
  {
    name: 'deep',
    blades: { root: [46, 92, 44], blade: [62, 112, 54], tip: [118, 160, 84] },
    ground: [
      [104, 146, 82],
      [42, 82, 40],
    ],
  },
  {
    name: 'summer',
    blades: { root: [108, 114, 50], blade: [136, 142, 66], tip: [196, 188, 108] },
    ground: [
      [168, 170, 98],
      [96, 104, 50],
    ],
  },
];
const blossoms: readonly (readonly [Colour, Colour])[] = [
  [
    [246, 244, 238],
    [236, 184, 48],
  ],
  [
    [240, 196, 52],
    [176, 110, 30],
  ],
  [
    [206, 66, 66],
    [52, 34, 34],
  ],
  [
    [150, 104, 190],
    [236, 206, 96],
  ],
  [
    [232, 138, 176],
    [240, 210, 110],
  ],
  [
    [92, 120, 206],
    [240, 226, 160],
  ],
];

function sky(context: CanvasRenderingContext2D, frame: Frame, random: Random): void {
  wash(
    context,
    frame,
    0,
    frame.horizon,
    random.pick<readonly Colour[]>([
      [
        [112, 164, 218],
        [214, 230, 240],
      ],
      [
        [140, 178, 214],
        [238, 234, 220],
      ],
      [
        [176, 192, 206],
        [226, 230, 230],
      ],
    ]),
  );
  clouds(
    context,
    [0, 0, frame.width, frame.horizon],
    [
      [190, 206, 222],
      [255, 255, 255],
    ],
    [0.45, 0.16],
    0.55,
    random.seed(),
  );
}

function meadow(context: CanvasRenderingContext2D, frame: Frame, random: Random): (typeof lawns)[number] {
  sky(context, frame, random);
  if (random.chance(0.85)) treeLine(context, frame, 'round', [74, 106, 66], random.range(0.08, 0.2), random);
  const lawn = random.pick(lawns);
  wash(context, frame, frame.horizon, frame.height, lawn.ground);
  clouds(
    context,
    [0, frame.horizon, frame.width, frame.height],
    [shade(lawn.ground[1], 0.8), lawn.blades.tip],
    [0.4, 0.1],
    0.35,
    random.seed(),
  );
  return lawn;
}

/** A lawn or meadow under a summer sky. */
export const grass: Background = {
  wide(context, frame, random) {
    const lawn = meadow(context, frame, random);
    paintBlades(
      context,
      lawn.name,
      lawn.blades,
      { width: frame.width, top: frame.horizon + 0.02, bottom: frame.height + 0.03, far: 0.03, near: 0.15, rows: 13 },
      random,
    );
    atmosphere(context, frame, 1);
  },
  close(context, frame, random) {
    const lawn = random.pick(lawns);
    wash(context, frame, 0, frame.height, [mix(lawn.blades.tip, [236, 240, 214], 0.5), lawn.ground[0], lawn.ground[1]]);
    clouds(
      context,
      [0, 0, frame.width, frame.height],
      [lawn.blades.root, lawn.blades.tip],
      [0.22, 0.4],
      0.6,
      random.seed(),
    );
    bokeh(context, frame, [lawn.blades.tip, [236, 240, 200]], 16, 0.35, random, frame.height * 0.7);
    paintBlades(
      context,
      lawn.name,
      lawn.blades,
      {
        width: frame.width,
        top: frame.horizon + 0.2,
        bottom: frame.height + 0.05,
        far: 0.26,
        near: 0.4,
        rows: 4,
        thin: 0.5,
      },
      random,
    );
    atmosphere(context, frame, 1);
  },
  cover(context, left, right, y, size, random) {
    const lawn = random.pick(lawns);
    paintTuft(context, lawn.name, lawn.blades, left, right, y + size * 0.025, size * 0.11, random);
  },
  shadow: 0.7,
};

/** A meadow full of blossoms. */
export const flowers: Background = {
  wide(context, frame, random) {
    const lawn = meadow(context, frame, random);
    const kinds = [random.pick(blossoms), random.pick(blossoms), random.pick(blossoms)];
    for (let row = 0; row < 6; row++) {
      const f = row / 5;
      const y = frame.horizon + 0.03 + (frame.height - frame.horizon) * f ** 1.3;
      const height = 0.03 + 0.1 * f;
      paintBlades(
        context,
        lawn.name,
        lawn.blades,
        { width: frame.width, top: y, bottom: y, far: height, near: height, rows: 1 },
        random,
      );
      const count = row < 4 ? 14 - 2 * row : 6;
      for (let i = 0; i < count; i++) {
        const [petal, centre] = random.pick(kinds);
        const x = random.range(0, frame.width);
        const top = y - height * random.range(0.2, 0.9);
        if (row < 3) {
          context.fillStyle = css(shade(petal, random.range(0.85, 1)));
          context.beginPath();
          context.ellipse(x, top, 0.006 + 0.007 * row, 0.005 + 0.005 * row, 0, 0, 2 * Math.PI);
          context.fill();
        } else
          blossom(
            context,
            x,
            top,
            random.range(0.024, 0.036) * (0.5 + f),
            random.range(0.5, 0.9),
            petal,
            centre,
            random.integer(5, 9),
          );
      }
    }
    atmosphere(context, frame, 1);
  },
  close(context, frame, random) {
    const lawn = random.pick(lawns.slice(0, 2));
    const kinds = [random.pick(blossoms), random.pick(blossoms)];
    wash(context, frame, 0, frame.height, [mix(lawn.blades.tip, [240, 244, 220], 0.4), lawn.ground[0], lawn.ground[1]]);
    clouds(
      context,
      [0, 0, frame.width, frame.height],
      [lawn.blades.root, lawn.blades.tip],
      [0.3, 0.3],
      0.6,
      random.seed(),
    );
    bokeh(context, frame, [kinds[0]![0], kinds[1]![0], [244, 240, 214]], 22, 0.5, random);
    for (let i = 0; i < 6; i++) {
      const [petal, centre] = random.pick(kinds);
      const x = random.range(0.05, frame.width - 0.05);
      const y = frame.horizon + (frame.height - frame.horizon) * random.range(0.15, 1);
      const radius = random.range(0.11, 0.2);
      context.strokeStyle = css(shade(lawn.blades.blade, 0.8));
      context.lineWidth = 0.016;
      context.beginPath();
      context.moveTo(x, y);
      context.quadraticCurveTo(x + random.range(-0.06, 0.06), y + 0.2, x + random.range(-0.1, 0.1), frame.height + 0.1);
      context.stroke();
      blossom(context, x, y, radius, random.range(0.55, 0.9), petal, centre, random.integer(8, 13));
    }
    paintBlades(
      context,
      lawn.name,
      lawn.blades,
      {
        width: frame.width,
        top: frame.height + 0.06,
        bottom: frame.height + 0.06,
        far: 0.25,
        near: 0.25,
        rows: 1,
        thin: 0.5,
      },
      random,
    );
    atmosphere(context, frame, 1);
  },
  cover: grass.cover,
  shadow: 0.7,
};
