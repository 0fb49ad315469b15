import type { CanvasRenderingContext2D } from 'canvas';
import type { Coat } from './canine-coat';
import { paintFront } from './canine-head-front';
import { paintProfile } from './canine-head-profile';
import type { Random } from './random';
import type { CanineSpec } from './spec';

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
