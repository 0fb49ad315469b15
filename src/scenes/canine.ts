import type { CanvasRenderingContext2D } from 'canvas';
import type { Brush } from './brush';
import { type CoatPart, coatColour, coatOf } from './canine-coat';
import { paintHead } from './canine-head';
import { poseCanine } from './canine-pose';
import { css, hex, shade } from './colour';
import { Fur } from './fur';
import { growHairs, type Pelt, paintGround } from './pelt';
import { Random } from './random';
import type { CaninePart, CanineSpec } from './spec';
import type { Tube } from './tube';

/**
 * Paints a dog or a wolf in scene units; `light` is the side the light comes from (−1 left, 1 right). A head that is left
 * out takes ears and muzzle with it; what is painted of the other parts stays the same, whatever is left out.
 */
export function paintCanine(brush: Brush<CaninePart>, spec: CanineSpec, light: number): void {
  const { context } = brush;
  const random = new Random(spec.seed);
  const coat = coatOf(spec);
  const { shape } = spec;
  const body = poseCanine(spec.pose, shape, spec.stride);
  const flip = spec.facing === 'right' ? 1 : -1;
  context.save();
  context.translate(spec.x, spec.y);
  context.scale(flip * spec.size, spec.size);

  const towards = light * flip;
  const pelt = (part: CoatPart, hairs: number, more: Partial<Pelt> = {}): Pelt => ({
    colour: (along, across, x, y) => coatColour(coat, part, along, across, x, y, spec.seed),
    light: [0.3 * towards, -0.75],
    hairs,
    hair: 0.05 + 0.04 * shape.hair,
    width: 0.019,
    cell: 0.08,
    grizzle: 0.25 + 0.75 * coat.grizzle,
    ...more,
  });
  const fur = new Fur();
  const part = (on: CanvasRenderingContext2D, tube: Tube, how: Pelt, hairs = fur) => {
    paintGround(on, tube, how);
    growHairs(hairs, tube, how, random);
  };
  const legs = (tubes: readonly Tube[], paws: readonly (readonly [number, number])[], exposure: number) => {
    const on = brush.on('legs');
    for (const [x, y] of paws)
      paw(on, x, y, css(shade(coat.leg, exposure * 0.92)), css(shade(coat.leg, exposure * 0.5)));
    // Near legs grow out of the body; far ones stand behind it.
    const how = { exposure, fade: exposure < 1 ? 0 : 0.26, cell: 0.055, hair: 0.045 + 0.02 * shape.hair };
    for (const tube of tubes) part(on, tube, pelt('leg', 30, how));
    fur.paint(on);
  };

  const tailPelt = pelt('tail', 55, { hair: 0.05 + 0.07 * shape.hair * shape.bush });
  const curled = spec.pose === 'stand' && shape.tail === 'curled';
  legs(body.farLegs, body.farPaws, 0.68);
  // Hairs of a tail that hangs lie among the body's.
  const together = !curled && !brush.layered && !brush.lacks('body');
  const tailFur = together ? fur : new Fur();
  const tail = () => {
    const on = brush.on('tail');
    part(on, body.tail, tailPelt, tailFur);
    if (!together) tailFur.paint(on);
    else if (brush.lacks('tail')) tailFur.thin();
  };
  if (!curled) tail();
  const trunk = brush.on('body');
  part(trunk, body.body, pelt('body', 190, { backwards: true }));
  const neckHair = 0.055 + 0.055 * shape.hair * shape.ruff;
  part(trunk, body.neck, pelt('neck', 80, { backwards: true, fade: 0.35, hair: neckHair }));
  fur.paint(trunk);
  legs(body.nearLegs, body.nearPaws, 1);
  if (curled) tail();
  if (spec.collar) collar(brush.on('body'), body.neck, spec.collar);

  context.translate(...body.head);
  const scale = 0.178 * shape.headSize;
  context.scale(scale, scale);
  if (spec.head === 'profile') context.rotate((-spec.turn * Math.PI) / 180);
  paintHead(brush, spec, coat, towards, random);
  context.restore();
}

/** The parts that are left out: ears and muzzle go with the head. */
export const omitted = ({ without = [] }: Pick<CanineSpec, 'without'>): readonly CaninePart[] =>
  without.includes('head') ? [...without, 'ears', 'muzzle'] : without;

function paw(context: CanvasRenderingContext2D, x: number, y: number, fill: string, line: string): void {
  context.fillStyle = fill;
  context.beginPath();
  context.ellipse(x, y, 0.075, 0.037, 0, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = line;
  context.lineWidth = 0.009;
  context.beginPath();
  for (const toe of [0.022, 0.048]) {
    context.moveTo(x + toe, y - 0.008);
    context.lineTo(x + toe + 0.004, y + 0.03);
  }
  context.stroke();
}

function collar(context: CanvasRenderingContext2D, neck: Tube, colour: string): void {
  const [a, b, c] = [neck.at(0.66, -1), neck.at(0.6, 0.1), neck.at(0.62, 1)];
  context.lineCap = 'round';
  for (const [style, width] of [
    [css(shade(hex(colour), 0.7)), 0.062],
    [colour, 0.042],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.quadraticCurveTo(b.x + 0.05, b.y + 0.07, c.x, c.y);
    context.stroke();
  }
  context.fillStyle = '#e2c25a';
  context.beginPath();
  context.arc(c.x, c.y + 0.035, 0.028, 0, 2 * Math.PI);
  context.fill();
}

/** From the hindmost to the foremost point on the ground, in scene units: `[left, right]`. */
export function canineFootprint(spec: CanineSpec): readonly [number, number] {
  const [back, front] = poseCanine(spec.pose, spec.shape, spec.stride).footprint;
  return spec.facing === 'right'
    ? [spec.x + back * spec.size, spec.x + front * spec.size]
    : [spec.x - front * spec.size, spec.x - back * spec.size];
}

/** The rectangle a canine fills, in scene units: `[left, right, top]`; its feet are at `spec.y`. */
export function canineExtent(spec: CanineSpec): readonly [number, number, number] {
  const { body, tail, neck, nearLegs, farLegs, head } = poseCanine(spec.pose, spec.shape, spec.stride);
  const bounds = [body, tail, neck, ...nearLegs, ...farLegs].map((tube) => tube.bounds());
  const skull = 0.178 * spec.shape.headSize;
  const back = Math.min(head[0] - 1.2 * skull, ...bounds.map((b) => b[0]));
  const front = Math.max(head[0] + (spec.head === 'profile' ? 2.1 : 1.25) * skull, ...bounds.map((b) => b[2]));
  const top = spec.y + Math.min(head[1] - 1.85 * skull, ...bounds.map((b) => b[1])) * spec.size;
  return spec.facing === 'right'
    ? [spec.x + back * spec.size, spec.x + front * spec.size, top]
    : [spec.x - front * spec.size, spec.x - back * spec.size, top];
}
