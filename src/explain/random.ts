/** A seeded stream of numbers in [0, 1): the same seed gives the same numbers everywhere (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The stream of one of many draws, by its number: any of them can be drawn again alone. */
export const streamOf = (seed: number, index: number) => seededRandom((Math.imul(index + 1, 0x9e3779b1) ^ seed) >>> 0);

/** Standard normal numbers from a stream of uniform ones (Box–Muller, both of each pair). */
export function gaussian(random: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Shuffles a list or an array of numbers where it stands (Fisher–Yates) by the given stream, and returns it. */
export function shuffle<T, L extends { readonly length: number; [at: number]: T }>(values: L, random: () => number): L {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
  return values;
}

/** A shuffled copy. */
export const shuffled = <T>(values: readonly T[], random: () => number): T[] => shuffle([...values], random);
