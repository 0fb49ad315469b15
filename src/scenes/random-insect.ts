import { mixSeeds, Random } from './random';
import { randomInsectColours } from './random-colours';
import type { InsectSpec, Placed } from './spec';

/**
 * A bee or an ant (with wings, as ants have before they found a nest) at a given place. Body, view, turn and colours come
 * from the seed alone, whichever it is: what tells the two apart is the plan of the colours.
 */
export function randomInsect(kind: 'bee' | 'ant', placed: Placed): InsectSpec {
  const random = new Random(mixSeeds(placed.seed, 13));
  const view = random.chance(0.5) ? 'side' : 'top';
  return {
    ...placed,
    kind,
    view,
    angle: view === 'top' ? random.range(-90, 90) : random.range(-20, 25),
    flying: random.chance(0.4),
    colours: randomInsectColours(kind, placed.seed),
  };
}
