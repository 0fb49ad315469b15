import type { CanvasRenderingContext2D } from 'canvas';
import { atmosphere, type Background, bokeh, clouds, treeLine, wash } from './background-parts';
import { type Colour, css } from './colour';
import type { Random } from './random';
import { paintTuft } from './texture';

const skies: readonly (readonly Colour[])[] = [
  [
    [168, 190, 214],
    [222, 230, 238],
  ],
  [
    [196, 203, 212],
    [229, 231, 234],
  ],
  [
    [150, 168, 200],
    [238, 218, 206],
  ],
];
const dry = { root: [92, 80, 62], blade: [150, 132, 98], tip: [190, 172, 132] } as const;

/** Snow: a wintry sky, firs, drifts in blue shadow and a few dry stalks. */
export const snow: Background = {
  wide(context, frame, random) {
    wash(context, frame, 0, frame.horizon, random.pick(skies));
    clouds(
      context,
      [0, 0, frame.width, frame.horizon],
      [
        [178, 190, 206],
        [250, 250, 250],
      ],
      [0.5, 0.14],
      0.4,
      random.seed(),
    );
    if (random.chance(0.8)) treeLine(context, frame, 'pointed', [84, 102, 112], random.range(0.12, 0.3), random);
    wash(context, frame, frame.horizon, frame.height, [
      [226, 233, 243],
      [240, 244, 249],
      [214, 224, 238],
    ]);
    drifts(context, frame, random);
    clouds(
      context,
      [0, frame.horizon + 0.03, frame.width, frame.height],
      [
        [198, 212, 234],
        [255, 255, 255],
      ],
      [0.4, 0.08],
      0.5,
      random.seed(),
    );
    if (random.chance(0.6)) {
      for (let i = random.integer(1, 5); i > 0; i--) {
        const x = random.range(0, frame.width);
        const y = random.range(frame.horizon + 0.08, frame.height);
        paintTuft(context, 'dry', dry, x, x + 0.05, y, 0.05 + 0.08 * (y - frame.horizon), random);
      }
    }
    atmosphere(context, frame, 0.7);
    if (random.chance(0.4)) flakes(context, frame.width, frame.height, random);
  },
  close(context, frame, random) {
    wash(context, frame, 0, frame.height, [random.pick(skies)[0]!, [232, 238, 245]]);
    clouds(
      context,
      [0, 0, frame.width, frame.horizon + 0.1],
      [
        [110, 130, 146],
        [240, 244, 248],
      ],
      [0.35, 0.3],
      0.75,
      random.seed(),
    );
    bokeh(
      context,
      frame,
      [
        [255, 255, 255],
        [214, 228, 244],
      ],
      14,
      0.45,
      random,
      frame.horizon,
    );
    const edge = context.createLinearGradient(0, frame.horizon - 0.06, 0, frame.height);
    edge.addColorStop(0, css([232, 240, 250], 0));
    edge.addColorStop(0.12, css([232, 239, 248], 1));
    edge.addColorStop(1, css([206, 219, 237], 1));
    context.fillStyle = edge;
    context.fillRect(0, frame.horizon - 0.06, frame.width, frame.height);
    clouds(
      context,
      [0, frame.horizon + 0.05, frame.width, frame.height],
      [
        [188, 205, 230],
        [255, 255, 255],
      ],
      [0.25, 0.07],
      0.7,
      random.seed(),
    );
    glitter(context, frame.width, frame.horizon + 0.06, frame.height, random);
    atmosphere(context, frame, 0.7);
  },
  cover(context, left, right, y, size, random) {
    for (let x = left; x < right; x += size * 0.07) {
      const bulge = size * random.range(0.012, 0.03);
      const lit = random.range(226, 244);
      context.fillStyle = css([lit - 6, lit, lit + 8]);
      context.beginPath();
      context.ellipse(x, y + bulge * 0.35, size * random.range(0.05, 0.09), bulge, 0, 0, 2 * Math.PI);
      context.fill();
    }
  },
  shadow: 0.62,
};

function drifts(
  context: CanvasRenderingContext2D,
  frame: { width: number; height: number; horizon: number },
  random: Random,
): void {
  for (let i = 0; i < 4; i++) {
    const y = frame.horizon + ((i + random.range(0.2, 0.8)) / 4) * (frame.height - frame.horizon);
    const gradient = context.createLinearGradient(0, y - 0.04, 0, y + 0.12);
    gradient.addColorStop(0, css([255, 255, 255], 0.85));
    gradient.addColorStop(0.45, css([208, 220, 238], 0.55));
    gradient.addColorStop(1, css([226, 234, 244], 0));
    context.fillStyle = gradient;
    context.beginPath();
    context.moveTo(-0.05, y + 0.14);
    context.lineTo(-0.05, y + random.range(-0.03, 0.03));
    context.bezierCurveTo(
      frame.width * 0.3,
      y + random.range(-0.07, 0.05),
      frame.width * 0.65,
      y + random.range(-0.05, 0.07),
      frame.width + 0.05,
      y + random.range(-0.03, 0.03),
    );
    context.lineTo(frame.width + 0.05, y + 0.14);
    context.fill();
  }
}

function glitter(context: CanvasRenderingContext2D, width: number, top: number, bottom: number, random: Random): void {
  context.fillStyle = 'rgba(255,255,255,0.9)';
  context.beginPath();
  for (let i = 0; i < 60; i++) {
    const x = random.range(0, width);
    const y = random.range(top, bottom);
    const r = random.range(0.002, 0.006);
    context.moveTo(x - r, y);
    context.lineTo(x, y - r);
    context.lineTo(x + r, y);
    context.lineTo(x, y + r);
  }
  context.fill();
}

function flakes(context: CanvasRenderingContext2D, width: number, height: number, random: Random): void {
  context.fillStyle = 'rgba(255,255,255,0.85)';
  context.beginPath();
  for (let i = 0; i < 45; i++) {
    const x = random.range(0, width);
    const y = random.range(0, height);
    context.moveTo(x, y);
    context.arc(x, y, random.range(0.003, 0.008), 0, 2 * Math.PI);
  }
  context.fill();
}
