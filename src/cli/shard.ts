import { createHash } from 'node:crypto';
import { InvalidArgumentError } from 'commander';

/** The `index`th of `count` parts of a batch, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads `2/8`. */
export function shard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) {
    throw new InvalidArgumentError('Allowed: one of how many parts, such as 2/8.');
  }
  return { index, count };
}

/** Whether a name is of a shard: by its hash, so that a photo more moves no other. */
export function isOfShard(name: string, { index, count }: Shard): boolean {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % count === index - 1;
}
