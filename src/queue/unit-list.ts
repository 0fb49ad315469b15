import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { Unit } from './job';
import { PIECE, pieceName } from './layout';
import type { Store } from './store';

/** A list of units on this machine's disk: ten million names need not lie in memory. */
export interface UnitList {
  readonly file: string;
  readonly count: number;
  /** sha256 of the list. */
  readonly hash: string;
}

/** Writes units into a file as they come. */
export async function spoolUnits(units: Iterable<Unit> | AsyncIterable<Unit>, file: string): Promise<UnitList> {
  const hash = createHash('sha256');
  let count = 0;
  const lines = async function* () {
    for await (const { name, base, task, error } of units) {
      const line = `${JSON.stringify({ name, base, task, error })}\n`;
      hash.update(line);
      count++;
      yield line;
    }
  };
  await pipeline(lines, createWriteStream(file));
  return { file, count, hash: hash.digest('hex') };
}

/** The units of a list from a place on. */
export async function* readUnits({ file }: UnitList, from: number): AsyncGenerator<Unit> {
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (place++ >= from) yield JSON.parse(line) as Unit;
  }
}

/** Puts a list where workers and the end of the run read it, in pieces. */
export async function keepUnits(store: Store, run: string, list: UnitList): Promise<void> {
  let lines: string[] = [];
  let piece = 0;
  const flush = async () => {
    await store.write(pieceName(run, piece++), Buffer.from(lines.join('')));
    lines = [];
  };
  for await (const unit of readUnits(list, 0)) {
    lines.push(`${JSON.stringify(unit)}\n`);
    if (lines.length === PIECE) await flush();
  }
  if (lines.length > 0) await flush();
}

/** One piece of a run's list; null where there is none. */
export async function readPiece(store: Store, run: string, piece: number): Promise<Unit[] | null> {
  const bytes = await store.read(pieceName(run, piece));
  if (bytes === null) return null;
  return bytes
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Unit);
}
