import { dogCoats, wolfCoats } from './canine-coat';
import type { Random } from './random';
import type { CaninePose, CanineShape, CanineSpec, Placed } from './spec';

const breeds: readonly Readonly<{ coats: readonly string[]; shape: CanineShape; weight: number }>[] = [
  // Retriever.
  {
    weight: 3,
    coats: ['golden', 'black', 'brown', 'cream', 'white'],
    shape: {
      skull: 'dog',
      legs: 0.9,
      length: 1,
      bulk: 1,
      neck: 0.8,
      headSize: 1.06,
      muzzle: 0.82,
      ruff: 0.92,
      ears: 'floppy',
      tail: 'raised',
      bush: 0.85,
      hair: 0.6,
    },
  },
  // Hound.
  {
    weight: 2,
    coats: ['beagle', 'pied', 'brown', 'tan'],
    shape: {
      skull: 'dog',
      legs: 0.78,
      length: 1,
      bulk: 0.94,
      neck: 0.8,
      headSize: 1.12,
      muzzle: 0.85,
      ruff: 0.82,
      ears: 'floppy',
      tail: 'raised',
      bush: 0.55,
      hair: 0.1,
    },
  },
  // Dalmatian, pointer.
  {
    weight: 2,
    coats: ['spotted', 'pied', 'white', 'brown'],
    shape: {
      skull: 'dog',
      legs: 1.02,
      length: 1,
      bulk: 0.88,
      neck: 0.95,
      headSize: 0.98,
      muzzle: 0.9,
      ruff: 0.76,
      ears: 'floppy',
      tail: 'raised',
      bush: 0.5,
      hair: 0.05,
    },
  },
  // Sheepdog.
  {
    weight: 2,
    coats: ['collie', 'sable'],
    shape: {
      skull: 'dog',
      legs: 0.9,
      length: 1.04,
      bulk: 1,
      neck: 0.75,
      headSize: 1,
      muzzle: 0.95,
      ruff: 1.1,
      ears: 'folded',
      tail: 'raised',
      bush: 1.2,
      hair: 1,
    },
  },
  // Shepherd.
  {
    weight: 2,
    coats: ['tan', 'black', 'sable'],
    shape: {
      skull: 'dog',
      legs: 0.95,
      length: 1.05,
      bulk: 0.98,
      neck: 0.85,
      headSize: 1,
      muzzle: 0.95,
      ruff: 0.95,
      ears: 'upright',
      tail: 'raised',
      bush: 0.95,
      hair: 0.5,
    },
  },
  // Husky, spitz.
  {
    weight: 2,
    coats: ['husky', 'white', 'sable'],
    shape: {
      skull: 'dog',
      legs: 0.88,
      length: 0.96,
      bulk: 1.04,
      neck: 0.8,
      headSize: 1.06,
      muzzle: 0.78,
      ruff: 1.05,
      ears: 'upright',
      tail: 'curled',
      bush: 1.2,
      hair: 0.75,
    },
  },
  // Terrier.
  {
    weight: 2,
    coats: ['pied', 'white', 'cream', 'tan'],
    shape: {
      skull: 'dog',
      legs: 0.76,
      length: 0.9,
      bulk: 0.92,
      neck: 0.9,
      headSize: 1.18,
      muzzle: 0.72,
      ruff: 0.85,
      ears: 'folded',
      tail: 'raised',
      bush: 0.55,
      hair: 0.4,
    },
  },
];

const wolfShape: CanineShape = {
  skull: 'wolf',
  legs: 1.04,
  length: 1.04,
  bulk: 1,
  neck: 0.5,
  headSize: 1.02,
  muzzle: 1.02,
  ruff: 1.16,
  ears: 'upright',
  tail: 'hanging',
  bush: 1.2,
  hair: 0.9,
};

const collars = ['#b3262e', '#1f5fa8', '#2f8f4e', '#d9822b', '#6a3d9a', '#222222'];

/** A dog or a wolf of random pose, proportions and coat at a given place. */
export function randomCanine(kind: 'dog' | 'wolf', placed: Placed, random: Random): CanineSpec {
  const vary = (value: number, by: number) => value * random.range(1 - by, 1 + by);
  const breed = weighted(random);
  const base = kind === 'wolf' ? wolfShape : breed.shape;
  const pose: CaninePose = random.pick(['stand', 'stand', 'stand', 'sit', 'lie']);
  const head = random.chance(0.5) ? 'profile' : 'front';
  return {
    ...placed,
    kind,
    pose,
    head,
    turn: head === 'front' ? random.range(-0.9, 0.9) : random.range(-14, 12),
    stride: random.range(-1, 1),
    shape: {
      ...base,
      legs: vary(base.legs, 0.06),
      length: vary(base.length, 0.06),
      bulk: vary(base.bulk, 0.08),
      neck: Math.max(0, base.neck + random.range(-0.25, 0.2)),
      headSize: vary(base.headSize, 0.05),
      muzzle: vary(base.muzzle, 0.07),
      ruff: vary(base.ruff, 0.05),
      bush: vary(base.bush, 0.12),
      hair: vary(base.hair, 0.2),
    },
    coat:
      kind === 'wolf'
        ? random.pick(Object.keys(wolfCoats))
        : random.pick(breed.coats.filter((name) => name in dogCoats)),
    collar: kind === 'dog' && random.chance(0.35) ? random.pick(collars) : null,
    mouth: random.chance(kind === 'dog' ? 0.35 : 0.12) ? 'panting' : 'closed',
  };
}

function weighted(random: Random): (typeof breeds)[number] {
  let left = random.range(
    0,
    breeds.reduce((sum, breed) => sum + breed.weight, 0),
  );
  for (const breed of breeds) {
    left -= breed.weight;
    if (left < 0) return breed;
  }
  return breeds[0]!;
}
