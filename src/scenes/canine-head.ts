import type { Brush } from './brush';
import type { Coat } from './canine-coat';
import { paintFront } from './canine-head-front';
import { paintProfile } from './canine-head-profile';
import type { Random } from './random';
import type { CaninePart, CanineSpec } from './spec';

/** Draws the head around (0, 0) in units of the skull's radius; the light comes from (light, up). */
export function paintHead(brush: Brush<CaninePart>, spec: CanineSpec, coat: Coat, light: number, random: Random): void {
  if (spec.head === 'profile') paintProfile(brush, spec, coat, light, random);
  else paintFront(brush, spec, coat, light, random);
}
