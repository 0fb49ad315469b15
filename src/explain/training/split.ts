import { WhylightError } from '../errors';
import { seededRandom, shuffled } from '../random';

/** Indices of the photos of each part. */
export interface Split {
  readonly training: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Shares of the photos; the rest is the training part. */
export interface SplitOptions {
  /** Default 0.15. */
  readonly validation?: number;
  /** Default 0.15. */
  readonly test?: number;
  /** Default 0. */
  readonly seed?: number;
  /** For error messages. Default: the class's number. */
  readonly classes?: readonly string[];
}

/**
 * Splits photos into three parts, class by class, so that a group of near-duplicates is never cut.
 *
 * @param labels class index of each photo.
 * @param groups group of each photo (`groupNearDuplicates`); a group that spans classes goes with its first photo.
 * @throws WhylightError where a class has fewer than three groups, one for each part.
 */
export function splitPhotos(
  labels: readonly number[],
  groups: readonly number[],
  { validation = 0.15, test = 0.15, seed = 0, classes = [] }: SplitOptions = {},
): Split {
  if (!(validation > 0 && test > 0 && validation + test < 1)) {
    throw new WhylightError(`the split's shares must be above 0 and below 1 in all (got ${validation} and ${test})`);
  }
  const members = new Map<number, number[]>();
  groups.forEach((group, photo) => {
    members.set(group, [...(members.get(group) ?? []), photo]);
  });
  const random = seededRandom(seed);
  const split = { training: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    const own = [...members.values()].filter((photos) => labels[photos[0]!] === label);
    if (own.length < 3) {
      throw new WhylightError(
        `class ${classes[label] ?? label} has ${own.length} distinct photos; at least 3 are needed, one each for training, validation and test`,
      );
    }
    const total = own.reduce((sum, photos) => sum + photos.length, 0);
    const sizes = { test: Math.max(1, total * test), validation: Math.max(1, total * validation) };
    const filled = { test: 0, validation: 0 };
    const order = shuffled(own, random);
    order.forEach((photos, position) => {
      const left = order.length - position;
      const empty = (['test', 'validation'] as const).filter((name) => filled[name] === 0).length;
      const open = (['test', 'validation'] as const).find(
        (name) => filled[name] === 0 || (filled[name] + photos.length <= sizes[name] && left > empty + 1),
      );
      const part = open ?? 'training';
      split[part].push(...photos);
      if (part !== 'training') filled[part] += photos.length;
    });
  }
  for (const part of Object.values(split)) part.sort((a, b) => a - b);
  return split;
}
