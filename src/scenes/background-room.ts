import type { CanvasRenderingContext2D } from 'canvas';
import { atmosphere, type Background, bokeh, clouds, type Frame, wash } from './background-parts';
import { type Colour, css, mix, shade } from './colour';
import type { Random } from './random';

const walls: readonly Colour[] = [
  [214, 200, 178],
  [188, 198, 204],
  [204, 184, 172],
  [176, 190, 172],
  [222, 214, 204],
];
const woods: readonly Colour[] = [
  [160, 116, 74],
  [122, 86, 58],
  [190, 154, 112],
];

/** A room: a painted wall with something on it, a skirting board and floorboards. */
export const room: Background = {
  wide(context, frame, random) {
    const wall = random.pick(walls);
    wash(context, frame, 0, frame.horizon, [shade(wall, 1.03), shade(wall, 0.9)]);
    const furniture = random.pick(['window', 'picture', 'sofa', 'window', 'picture']);
    if (furniture === 'window') window(context, frame, random);
    if (furniture === 'picture') picture(context, frame, random);
    boards(context, frame, random.pick(woods), random);
    context.fillStyle = css(shade(wall, 1.14));
    context.fillRect(0, frame.horizon - 0.035, frame.width, 0.035);
    context.fillStyle = css(shade(wall, 0.6), 0.6);
    context.fillRect(0, frame.horizon - 0.003, frame.width, 0.006);
    if (furniture === 'sofa') sofa(context, frame, random);
    if (random.chance(0.4)) rug(context, frame, random);
    atmosphere(context, frame, 1);
  },
  close(context, frame, random) {
    const wall = random.pick(walls);
    wash(context, frame, 0, frame.horizon + 0.05, [shade(wall, 1.05), shade(wall, 0.8)]);
    clouds(
      context,
      [0, 0, frame.width, frame.horizon],
      [shade(wall, 0.6), [250, 244, 228]],
      [0.4, 0.5],
      0.6,
      random.seed(),
    );
    bokeh(context, frame, [[255, 226, 170], shade(wall, 1.2)], 9, 0.35, random, frame.horizon);
    boards(context, frame, random.pick(woods), random);
    const haze = context.createLinearGradient(0, frame.horizon - 0.04, 0, frame.horizon + 0.2);
    haze.addColorStop(0, css(shade(wall, 0.8), 0.9));
    haze.addColorStop(0.25, css(shade(wall, 0.8), 0.7));
    haze.addColorStop(1, css(wall, 0));
    context.fillStyle = haze;
    context.fillRect(0, frame.horizon - 0.04, frame.width, 0.24);
    atmosphere(context, frame, 1);
  },
  cover: null,
  shadow: 0.85,
};

/** A studio: white, with the faintest grey towards the floor. */
export const white: Background = {
  wide(context, frame, random) {
    const grey = random.range(236, 250);
    wash(context, frame, 0, frame.height, [
      [255, 255, 255],
      [254, 254, 254],
      [grey, grey, grey],
    ]);
  },
  close(context, frame, random) {
    white.wide(context, frame, random);
  },
  cover: null,
  shadow: 0.5,
};

function boards(context: CanvasRenderingContext2D, frame: Frame, wood: Colour, random: Random): void {
  wash(context, frame, frame.horizon, frame.height, [shade(wood, 0.86), shade(wood, 1.05)]);
  const vanishing = frame.width * random.range(0.3, 0.7);
  const drop = frame.height - frame.horizon;
  for (let i = -9; i <= 9; i++) {
    const at = (x: number, t: number): [number, number] => [vanishing + x * (0.35 + 1.1 * t), frame.horizon + drop * t];
    context.fillStyle = css(shade(wood, random.range(0.78, 1.12)), 0.55);
    context.beginPath();
    context.moveTo(...at(i * 0.13, 0));
    context.lineTo(...at((i + 1) * 0.13, 0));
    context.lineTo(...at((i + 1) * 0.13, 1));
    context.lineTo(...at(i * 0.13, 1));
    context.fill();
    context.strokeStyle = css(shade(wood, 0.5), 0.7);
    context.lineWidth = 0.004;
    context.beginPath();
    context.moveTo(...at(i * 0.13, 0));
    context.lineTo(...at(i * 0.13, 1));
    const cut = random.range(0.1, 0.9);
    context.moveTo(...at(i * 0.13, cut));
    context.lineTo(...at((i + 1) * 0.13, cut));
    context.stroke();
  }
}

function window(context: CanvasRenderingContext2D, frame: Frame, random: Random): void {
  const wide = random.range(0.25, 0.36);
  const x = random.range(0.05, Math.max(0.06, frame.width - wide - 0.05));
  const y = 0.05;
  const tall = Math.max(0.12, frame.horizon - 0.2);
  const sky = context.createLinearGradient(0, y, 0, y + tall);
  sky.addColorStop(0, '#cfe3f3');
  sky.addColorStop(0.7, '#eef2ea');
  sky.addColorStop(1, '#a9bf94');
  context.fillStyle = sky;
  context.fillRect(x, y, wide, tall);
  context.strokeStyle = '#f4f1ea';
  context.lineWidth = 0.018;
  context.strokeRect(x, y, wide, tall);
  context.lineWidth = 0.01;
  context.beginPath();
  context.moveTo(x + wide / 2, y);
  context.lineTo(x + wide / 2, y + tall);
  context.moveTo(x, y + tall / 2);
  context.lineTo(x + wide, y + tall / 2);
  context.stroke();
}

function picture(context: CanvasRenderingContext2D, frame: Frame, random: Random): void {
  const tall = random.range(0.12, 0.2);
  const wide = tall * random.range(0.8, 1.4);
  const x = random.range(0.05, Math.max(0.06, frame.width - wide - 0.05));
  const y = random.range(0.05, Math.max(0.06, frame.horizon - tall - 0.12));
  context.fillStyle = 'rgba(0,0,0,0.18)';
  context.fillRect(x + 0.01, y + 0.012, wide, tall);
  context.fillStyle = random.pick(['#5b4231', '#2f2b2a', '#e9e4d8']);
  context.fillRect(x, y, wide, tall);
  const colour: Colour = random.pick<Colour>([
    [120, 150, 176],
    [186, 140, 96],
    [126, 152, 110],
  ]);
  context.fillStyle = css(mix(colour, [255, 255, 255], 0.4));
  context.fillRect(x + 0.014, y + 0.014, wide - 0.028, tall - 0.028);
  context.fillStyle = css(colour);
  context.fillRect(x + 0.014, y + tall * 0.55, wide - 0.028, tall * 0.45 - 0.014);
}

function sofa(context: CanvasRenderingContext2D, frame: Frame, random: Random): void {
  const colour: Colour = random.pick<Colour>([
    [126, 92, 84],
    [92, 108, 124],
    [142, 130, 108],
  ]);
  const x = random.range(-0.25, frame.width - 0.35);
  const y = frame.horizon + 0.03;
  const part = (px: number, py: number, w: number, h: number, factor: number) => {
    const gradient = context.createLinearGradient(0, py, 0, py + h);
    gradient.addColorStop(0, css(shade(colour, factor * 1.1)));
    gradient.addColorStop(1, css(shade(colour, factor * 0.8)));
    context.fillStyle = gradient;
    context.beginPath();
    context.roundRect(px, py, w, h, 0.03);
    context.fill();
  };
  context.fillStyle = 'rgba(30,20,16,0.3)';
  context.fillRect(x, y - 0.01, 0.62, 0.03);
  part(x, y - 0.28, 0.62, 0.26, 0.9);
  part(x + 0.05, y - 0.13, 0.26, 0.09, 1.1);
  part(x + 0.31, y - 0.13, 0.26, 0.09, 1.1);
  part(x - 0.03, y - 0.19, 0.09, 0.19, 1);
  part(x + 0.56, y - 0.19, 0.09, 0.19, 1);
}

function rug(context: CanvasRenderingContext2D, frame: Frame, random: Random): void {
  const colour: Colour = random.pick<Colour>([
    [150, 70, 62],
    [78, 96, 128],
    [196, 180, 146],
  ]);
  const x = frame.width * random.range(0.35, 0.65);
  const y = frame.horizon + (frame.height - frame.horizon) * 0.6;
  for (const [scale, factor] of [
    [1, 1],
    [0.88, 1.18],
    [0.8, 0.95],
  ] as const) {
    context.fillStyle = css(shade(colour, factor), 0.9);
    context.beginPath();
    context.ellipse(x, y, 0.5 * scale, (frame.height - frame.horizon) * 0.3 * scale, 0, 0, 2 * Math.PI);
    context.fill();
  }
}
