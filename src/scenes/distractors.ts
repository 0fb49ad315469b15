import type { CanvasRenderingContext2D } from 'canvas';
import { paintBall } from './ball';
import { paintPerson } from './person';
import { Random } from './random';
import type { DistractorSpec } from './spec';
import { paintTree } from './tree';

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
