import { antColours } from './ant';
import { beeColours } from './bee';
import type { Random } from './random';
import type { InsectSpec, Placed } from './spec';

/** A bee or an ant of random view, turn and colour at a given place. */
export function randomInsect(kind: 'bee' | 'ant', placed: Placed, random: Random): InsectSpec {
  const view = random.chance(0.5) ? 'side' : 'top';
  return {
    ...placed,
    kind,
    view,
    angle: view === 'top' ? random.range(-90, 90) : random.range(-20, 25),
    flying: kind === 'bee' && random.chance(0.4),
    colours: random.pick(Object.keys(kind === 'bee' ? beeColours : antColours)),
  };
}
