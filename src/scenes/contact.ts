import type { CanvasRenderingContext2D } from 'canvas';
import { backgrounds } from './backgrounds';
import { canineFootprint } from './canine';
import { mixSeeds, Random } from './random';
import { isAnimal, type ObjectSpec, type SceneSpec } from './spec';

/** Paints an object's shadow into a context in scene units, where the scene has shadows. */
export function paintShadow(context: CanvasRenderingContext2D, spec: SceneSpec, object: ObjectSpec): void {
  if (spec.contact) castShadow(context, object, spec.light, backgrounds[spec.background.kind].shadow);
}

/** Paints the grass or snow that covers an object's feet; false where there is none, or no feet. */
export function paintCover(context: CanvasRenderingContext2D, spec: SceneSpec, object: ObjectSpec): boolean {
  const { cover } = backgrounds[spec.background.kind];
  const legless = isAnimal(object) && object.without?.some((part) => part === 'legs');
  const feet = spec.contact && cover && !legless ? footprint(object) : null;
  if (!feet || !cover) return false;
  const random = new Random(mixSeeds(spec.background.seed, object.seed));
  cover(context, feet[0], feet[1], object.y, object.size, random);
  return true;
}

/** What touches the ground, left to right; null for an insect, which the ground does not hide. */
function footprint(object: ObjectSpec): readonly [number, number] | null {
  switch (object.kind) {
    case 'dog':
    case 'wolf':
      return canineFootprint(object);
    case 'person':
      return [object.x - 0.12 * object.size, object.x + 0.12 * object.size];
    case 'tree':
      return [object.x - 0.06 * object.size, object.x + 0.06 * object.size];
    case 'ball':
      return [object.x - 0.35 * object.size, object.x + 0.35 * object.size];
    default:
      return null;
  }
}

function castShadow(context: CanvasRenderingContext2D, object: ObjectSpec, light: number, strength: number): void {
  const feet = footprint(object);
  if (feet) {
    const middle = (feet[0] + feet[1]) / 2;
    const half = Math.max(0.02, (feet[1] - feet[0]) / 2);
    const shift = -light * 0.1 * Math.min(half, object.size * 0.3);
    soft(context, middle + shift * 2, object.y, half * 1.35, half * 0.3, strength * 0.55);
    soft(context, middle + shift * 0.5, object.y - 0.004, half * 1.02, half * 0.13, strength * 0.75);
    return;
  }
  const flying = (object.kind === 'bee' || object.kind === 'ant') && object.flying;
  const drop = object.size * (flying ? 0.62 : 0.24);
  soft(
    context,
    object.x - light * object.size * 0.12,
    object.y + drop,
    object.size * 0.46,
    object.size * 0.1,
    strength * (flying ? 0.3 : 0.7),
  );
}

function soft(context: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number, alpha: number): void {
  context.save();
  context.translate(x, y);
  context.scale(rx, ry);
  const gradient = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  gradient.addColorStop(0, `rgba(18,22,40,${alpha})`);
  gradient.addColorStop(0.5, `rgba(18,22,40,${alpha * 0.62})`);
  gradient.addColorStop(1, 'rgba(18,22,40,0)');
  context.fillStyle = gradient;
  context.fillRect(-1, -1, 2, 2);
  context.restore();
}
