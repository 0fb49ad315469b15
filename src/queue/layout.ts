import { createHash } from 'node:crypto';

/** Units in one piece of a run's list. */
export const PIECE = 10_000;

const digits = (place: number) => String(place).padStart(9, '0');

/** The pieces of the list of a run's units: JSON lines. */
export const pieceName = (run: string, piece: number) => `runs/${run}/units/${digits(piece)}.jsonl`;

/** What became of units that one worker finished in one go: JSON lines. */
export const recordsFolder = (run: string) => `runs/${run}/records/`;
export const recordsName = (run: string, first: number, count: number, attempt: number) =>
  `${recordsFolder(run)}${digits(first)}.${count}.${attempt}.jsonl`;

/** Place, count and attempt of a file of records; null for another file. */
export function recordsOf(name: string): { first: number; count: number; attempt: number } | null {
  const [, first, count, attempt] = /\/(\d{9,})\.(\d+)\.(\d+)\.jsonl$/.exec(name) ?? [];
  return first === undefined ? null : { first: Number(first), count: Number(count), attempt: Number(attempt) };
}

/**
 * Where the files of a unit's result lie: named by all that decides them, so that the same work done twice, by whomever,
 * is one result.
 * @param identity of what is asked, with the code and the network
 * @param content sha256 of the photo's bytes, or of what else is to be done
 * @param base what its files are called
 */
export function resultFolder(identity: string, content: string, base: string): string {
  const name = createHash('sha256')
    .update(JSON.stringify([identity, content, base]))
    .digest('hex');
  return `results/${name.slice(0, 2)}/${name}/`;
}

/** The last file of a result to be written: where it is, all others are. */
export const RECORD = 'record.json';
