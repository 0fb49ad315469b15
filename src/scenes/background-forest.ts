import type { CanvasRenderingContext2D } from 'canvas';
import { atmosphere, type Background, bokeh, clouds, type Frame, wash } from './background-parts';
import { type Colour, css, mix, shade } from './colour';
import { Fur } from './fur';
import type { Random } from './random';
import { paintBlades, paintTuft } from './texture';

const undergrowth = { root: [36, 44, 26], blade: [70, 88, 44], tip: [124, 134, 72] } as const;
const moods: readonly {
  readonly haze: Colour;
  readonly leaves: Colour;
  readonly floor: readonly [Colour, Colour];
  readonly bark: Colour;
}[] = [
  {
    haze: [186, 202, 176],
    leaves: [52, 84, 48],
    floor: [
      [122, 108, 76],
      [66, 54, 36],
    ],
    bark: [78, 64, 52],
  },
  {
    haze: [206, 206, 178],
    leaves: [96, 104, 46],
    floor: [
      [140, 108, 70],
      [80, 56, 36],
    ],
    bark: [92, 78, 64],
  },
  {
    haze: [170, 190, 190],
    leaves: [38, 66, 54],
    floor: [
      [98, 96, 72],
      [50, 48, 36],
    ],
    bark: [64, 58, 54],
  },
];

/** A wood: trunks that fade into the haze, leaves above, needles and moss below. */
export const forest: Background = {
  wide(context, frame, random) {
    const mood = random.pick(moods);
    wash(context, frame, 0, frame.horizon, [mix(mood.leaves, mood.haze, 0.35), mood.haze]);
    clouds(
      context,
      [0, 0, frame.width, frame.horizon],
      [mood.leaves, mix(mood.haze, [255, 255, 230], 0.5)],
      [0.13, 0.13],
      0.75,
      random.seed(),
    );
    trunks(context, frame, mood, random);
    canopy(context, frame, mood.leaves, random);
    wash(context, frame, frame.horizon, frame.height, mood.floor);
    clouds(
      context,
      [0, frame.horizon, frame.width, frame.height],
      [shade(mood.floor[1], 0.7), mix(mood.floor[0], [214, 196, 120], 0.35)],
      [0.3, 0.07],
      0.7,
      random.seed(),
    );
    litter(context, frame, mood, random);
    paintBlades(
      context,
      'undergrowth',
      undergrowth,
      {
        width: frame.width,
        top: frame.horizon + 0.015,
        bottom: frame.horizon + 0.06,
        far: 0.03,
        near: 0.05,
        rows: 2,
        thin: 0.6,
      },
      random,
    );
    atmosphere(context, frame, 1);
  },
  close(context, frame, random) {
    const mood = random.pick(moods);
    wash(context, frame, 0, frame.height, [mood.leaves, mix(mood.haze, mood.leaves, 0.4), mood.floor[1]]);
    clouds(
      context,
      [0, 0, frame.width, frame.height],
      [shade(mood.leaves, 0.5), mix(mood.haze, [240, 240, 190], 0.4)],
      [0.2, 0.32],
      0.7,
      random.seed(),
    );
    bokeh(context, frame, [mood.haze, [246, 240, 190]], 20, 0.4, random, frame.horizon);
    const edge = context.createLinearGradient(0, frame.horizon - 0.05, 0, frame.height);
    edge.addColorStop(0, css(mood.floor[0], 0));
    edge.addColorStop(0.15, css(mood.floor[0], 1));
    edge.addColorStop(1, css(mood.floor[1], 1));
    context.fillStyle = edge;
    context.fillRect(0, frame.horizon - 0.05, frame.width, frame.height);
    clouds(
      context,
      [0, frame.horizon + 0.04, frame.width, frame.height],
      [shade(mood.floor[1], 0.7), [132, 140, 74]],
      [0.22, 0.1],
      0.7,
      random.seed(),
    );
    litter(context, { ...frame, horizon: frame.horizon + 0.03 }, mood, random, 2.4);
    atmosphere(context, frame, 1);
  },
  cover(context, left, right, y, size, random) {
    paintTuft(context, 'undergrowth', undergrowth, left, right, y + size * 0.025, size * 0.075, random);
  },
  shadow: 0.8,
};

function trunks(context: CanvasRenderingContext2D, frame: Frame, mood: (typeof moods)[number], random: Random): void {
  for (let layer = 0; layer < 3; layer++) {
    const near = layer / 2;
    for (let i = 0; i < 9 - 3 * layer; i++) {
      const x = random.range(-0.05, frame.width + 0.05);
      const wide = (0.014 + 0.05 * near) * random.range(0.7, 1.25);
      const base = frame.horizon + 0.012 + 0.05 * near * random.range(0.4, 1);
      const bark = mix(mix(mood.bark, mood.haze, 0.72), mood.bark, near);
      const gradient = context.createLinearGradient(x - wide / 2, 0, x + wide / 2, 0);
      const [left, right] = frame.light < 0 ? [1.12, 0.6] : [0.6, 1.12];
      gradient.addColorStop(0, css(shade(bark, left)));
      gradient.addColorStop(0.5, css(shade(bark, 0.95)));
      gradient.addColorStop(1, css(shade(bark, right)));
      context.fillStyle = gradient;
      const lean = random.range(-0.02, 0.02);
      context.beginPath();
      context.moveTo(x - wide * 0.42 + lean, -0.01);
      context.lineTo(x + wide * 0.42 + lean, -0.01);
      context.quadraticCurveTo(x + wide * 0.48, base - 0.06, x + wide * 0.75, base);
      context.lineTo(x - wide * 0.75, base);
      context.quadraticCurveTo(x - wide * 0.48, base - 0.06, x - wide * 0.42 + lean, -0.01);
      context.fill();
    }
  }
}

function canopy(context: CanvasRenderingContext2D, frame: Frame, leaves: Colour, random: Random): void {
  for (let i = 0; i < 3; i++) {
    context.fillStyle = css(shade(leaves, 0.7 + 0.25 * i), 0.6);
    context.beginPath();
    for (let j = 0; j < 14; j++) {
      const x = random.range(0, frame.width);
      const y = random.range(-0.06, 0.1);
      const r = random.range(0.02, 0.07);
      context.moveTo(x + r, y);
      context.ellipse(x, y, r, r * 0.7, 0, 0, 2 * Math.PI);
    }
    context.fill();
  }
}

function litter(
  context: CanvasRenderingContext2D,
  frame: Frame,
  mood: (typeof moods)[number],
  random: Random,
  scale = 1,
): void {
  const fur = new Fur();
  const colours: readonly Colour[] = [mood.floor[1], mood.floor[0], mood.leaves, [172, 122, 62], [196, 160, 96]];
  for (let i = 0; i < 130; i++) {
    const f = random.next();
    const y = frame.horizon + 0.015 + (frame.height - frame.horizon) * f;
    const size = (0.012 + 0.03 * f) * scale;
    fur.add(
      random.range(0, frame.width),
      y,
      random.range(-1, 1) * size,
      random.range(-0.3, 0.3) * size,
      0.007 * (0.4 + f) * scale,
      shade(random.pick(colours), random.range(0.75, 1.1)),
    );
  }
  fur.paint(context);
}
