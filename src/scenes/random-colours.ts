import { type Colour, toHex } from './colour';
import { mixSeeds, Random } from './random';
import type { CanineCoatSpec, CoatPlan, InsectColoursSpec, InsectPlan, Palette } from './spec';

const dogPlans: readonly CoatPlan[] = ['reversed', 'pied', 'halved', 'brindled'];
const antPlans: readonly InsectPlan[] = ['plain', 'tipped'];

/** Hues of fur and shell, as the share of red, green and blue in a middle brightness. */
const hues: readonly Colour[] = [
  [1, 1, 1],
  [1.04, 1, 0.95],
  [1.12, 1, 0.84],
  [1.2, 0.99, 0.72],
  [1.26, 0.95, 0.68],
  [0.97, 1, 1.05],
];

/** Three colours of one hue; animals of every kind draw from the same ones. */
export function randomPalette(seed: number): Palette {
  const random = new Random(mixSeeds(seed, 11));
  const hue = random.pick(hues);
  const middle = random.range(88, 150);
  const spread = random.range(48, 88);
  const of = (brightness: number) =>
    toHex(hue.map((share) => Math.max(8, Math.min(247, brightness * share))) as unknown as Colour);
  return { dark: of(middle - spread), middle: of(middle), light: of(middle + spread) };
}

/** A dog's or a wolf's coat: the seed decides the colours, whichever it is, and the kind where they lie. */
export function randomCoat(kind: 'dog' | 'wolf', seed: number): CanineCoatSpec {
  const plan = kind === 'wolf' ? 'saddled' : new Random(mixSeeds(seed, 12)).pick(dogPlans);
  return { plan, ...randomPalette(seed) };
}

/** A bee's or an ant's colours: the seed decides which, whatever it is, and the kind where they lie. */
export function randomInsectColours(kind: 'bee' | 'ant', seed: number): InsectColoursSpec {
  const plan = kind === 'bee' ? 'banded' : new Random(mixSeeds(seed, 12)).pick(antPlans);
  return { plan, ...randomPalette(seed) };
}
