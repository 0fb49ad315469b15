import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { QueuedPhoto } from './job';
import { PIECE, pieceName } from './layout';
import type { Store } from './store';

/** A list of photos on this machine's disk: ten million names need not lie in memory. */
export interface PhotoList {
  readonly file: string;
  readonly count: number;
  /** sha256 of the list. */
  readonly hash: string;
}

/** Writes photos into a file as they come. */
export async function spoolPhotos(
  photos: Iterable<QueuedPhoto> | AsyncIterable<QueuedPhoto>,
  file: string,
): Promise<PhotoList> {
  const hash = createHash('sha256');
  let count = 0;
  const lines = async function* () {
    for await (const { file: photo, base, error } of photos) {
      const line = `${JSON.stringify({ file: photo, base, error })}\n`;
      hash.update(line);
      count++;
      yield line;
    }
  };
  await pipeline(lines, createWriteStream(file));
  return { file, count, hash: hash.digest('hex') };
}

/** The photos of a list from a place on. */
export async function* readPhotos({ file }: PhotoList, from: number): AsyncGenerator<QueuedPhoto> {
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (place++ >= from) yield JSON.parse(line) as QueuedPhoto;
  }
}

/** Puts a list where workers and the end of the run read it, in pieces. */
export async function keepPhotos(store: Store, run: string, list: PhotoList): Promise<void> {
  let lines: string[] = [];
  let piece = 0;
  const flush = async () => {
    await store.write(pieceName(run, piece++), Buffer.from(lines.join('')));
    lines = [];
  };
  for await (const photo of readPhotos(list, 0)) {
    lines.push(`${JSON.stringify(photo)}\n`);
    if (lines.length === PIECE) await flush();
  }
  if (lines.length > 0) await flush();
}

/** One piece of a run's list; null where there is none. */
export async function readPiece(store: Store, run: string, piece: number): Promise<QueuedPhoto[] | null> {
  const bytes = await store.read(pieceName(run, piece));
  if (bytes === null) return null;
  return bytes
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as QueuedPhoto);
}
