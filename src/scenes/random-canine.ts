import { mixSeeds, Random } from './random';
import { randomCoat } from './random-colours';
import type { CanineShape, CanineSpec, Placed } from './spec';

/**
 * A dog or a wolf at a given place. Body, pose, head and colours come from the seed alone, whichever it is: what tells
 * the two apart is the plan of the coat.
 */
export function randomCanine(kind: 'dog' | 'wolf', placed: Placed): CanineSpec {
  const random = new Random(mixSeeds(placed.seed, 13));
  const head = random.chance(0.5) ? 'profile' : 'front';
  const pose = random.pick(['stand', 'stand', 'stand', 'sit', 'lie'] as const);
  return {
    ...placed,
    kind,
    pose,
    head,
    turn: head === 'front' ? random.range(-0.9, 0.9) : random.range(-14, 12),
    stride: random.range(-1, 1),
    shape: randomShape(random),
    coat: randomCoat(kind, placed.seed),
    collar: null,
    mouth: random.chance(0.25) ? 'panting' : 'closed',
  };
}

function randomShape(random: Random): CanineShape {
  return {
    skull: random.pick(['dog', 'wolf'] as const),
    legs: random.range(0.84, 1.08),
    length: random.range(0.94, 1.08),
    bulk: random.range(0.92, 1.06),
    neck: random.range(0.35, 1),
    headSize: random.range(0.98, 1.12),
    muzzle: random.range(0.78, 1.06),
    ruff: random.range(0.9, 1.2),
    ears: 'upright',
    tail: random.pick(['hanging', 'hanging', 'raised', 'curled'] as const),
    bush: random.range(0.85, 1.3),
    hair: random.range(0.35, 0.95),
  };
}
