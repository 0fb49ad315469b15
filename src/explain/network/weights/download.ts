import { type FileHandle, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AbortedError } from '../../errors';
import { reasonOf } from '../../files';
import { type Progress, pause, type RunOptions } from '../../progress';

/** Attempts one after another that bring nothing new. */
const ATTEMPTS = 4;

/** A server that sends nothing for so long, in ms, is taken for dead. */
const SILENCE = 20_000;

/** The most bytes of a file whose server does not say its length, and of one whose server does: no weights reach them. */
const UNDECLARED = 2 ** 30;
const DECLARED = 2 ** 34;

/** What a download may take, for tests: ms of silence, bytes of unknown length. */
export interface DownloadLimits {
  readonly silence?: number;
  readonly undeclared?: number;
}

/** An answer that will not change by asking again. */
class Refusal extends Error {}

/** More bytes than there can be: nothing of them is kept. */
class Excess extends Refusal {}

/** A disk that cannot be written. */
class DiskError extends Error {}

/**
 * Downloads `url` into `part`. What an earlier run left there is gone on from, where the server says that the file is
 * still the same one (its ETag or date, kept in `part.validator`); otherwise it starts anew.
 *
 * @returns whether some of the bytes come from an earlier run
 * @throws AbortedError when interrupted, and Error with a plain reason; `part` then stays for the next run.
 */
export async function download(
  url: string,
  part: string,
  label: string,
  { onProgress, signal, ...limits }: Pick<RunOptions, 'onProgress' | 'signal'> & DownloadLimits = {},
): Promise<boolean> {
  let most = await sizeOf(part);
  let inherited = most > 0;
  for (let attempt = 1; ; attempt++) {
    try {
      const line = attemptLabel(label, attempt);
      const tell: Tell = (done, total) => onProgress?.({ label: line, done, total });
      const resumed = await withinSilence(limits.silence ?? SILENCE, signal, (alive, stop) =>
        downloadOnce(
          url,
          part,
          stop,
          (done, total) => {
            alive();
            tell(done, total);
          },
          limits.undeclared ?? UNDECLARED,
        ),
      );
      inherited &&= resumed;
      return inherited;
    } catch (error) {
      if (signal?.aborted) throw new AbortedError('interrupted', { cause: error });
      if (error instanceof Excess) await removePart(part);
      if (error instanceof Refusal || error instanceof DiskError || attempt === ATTEMPTS) throw error;
      if (error instanceof StartAnew) inherited = false;
      const now = await sizeOf(part);
      if (now > most) attempt = 0;
      most = Math.max(most, now);
      await pause(200 * 2 ** attempt, signal);
    }
  }
}

/** The part file is of no use any more. */
class StartAnew extends Error {}

/** Removes what a download left. */
export async function removePart(part: string): Promise<void> {
  await Promise.all([part, validatorFile(part)].map((file) => rm(file, { force: true })));
}

const validatorFile = (part: string) => `${part}.validator`;

const attemptLabel = (label: string, attempt: number) =>
  attempt === 1 ? label : `${label}, attempt ${attempt} of ${ATTEMPTS}`;

type Tell = (done: Progress['done'], total: Progress['total']) => void;

/** Runs work that is stopped once it has not called `alive` for a while, or by a person's signal. */
async function withinSilence<T>(
  silence: number,
  signal: AbortSignal | undefined,
  work: (alive: () => void, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const dead = new Error(`the server sent nothing for ${silence / 1000} s`);
  const timer = setTimeout(() => stop.abort(dead), silence);
  try {
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    return await work(() => timer.refresh(), either);
  } catch (error) {
    throw stop.signal.aborted ? dead : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Returns whether it went on from what was there. */
async function downloadOnce(
  url: string,
  part: string,
  signal: AbortSignal,
  tell: Tell,
  undeclared: number,
): Promise<boolean> {
  const have = await sizeOf(part);
  const validator = have > 0 ? await readFile(validatorFile(part), 'utf8').catch(() => '') : '';
  const resume = validator !== '';
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (resume) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': validator });
  const response = await fetch(url, { headers, signal });
  if (response.status === 416) {
    await response.body?.cancel();
    await removePart(part);
    throw new StartAnew('the server has no such part of it');
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const answer = `the server answered ${response.status} ${response.statusText}`.trim();
    throw response.status >= 500 || response.status === 429 ? new Error(answer) : new Refusal(answer);
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const resumed = response.status === 206;
  if (resumed && (!resume || Number(range?.[1]) !== have)) {
    await response.body.cancel();
    await removePart(part);
    throw new StartAnew('the server sent another part than asked for');
  }
  const start = resumed ? have : 0;
  const length = Number(response.headers.get('content-length') ?? 0);
  const total = length > 0 ? start + length : 0;
  if (!resumed) {
    await removePart(part);
    await keepValidator(part, response.headers);
  }
  const limit = total > 0 ? total : undeclared;
  const refusal =
    total > DECLARED
      ? `the server declares ${total} bytes (allowed: up to ${DECLARED})`
      : await lackOfRoom(part, length);
  if (refusal !== null) {
    await response.body.cancel();
    throw new Refusal(refusal);
  }
  const done = await write(response.body, part, start, (now) => tell(now, Math.max(now, total)), limit);
  if (total > 0 && done < total) throw new Error(`the connection was cut after ${done} of ${total} bytes`);
  return resumed;
}

/** What is said where a file of that many more bytes does not fit onto the disk. */
async function lackOfRoom(part: string, length: number): Promise<string | null> {
  const disk = await statfs(path.dirname(part)).catch(() => null);
  const free = disk === null ? length : disk.bavail * disk.bsize;
  return length > free ? `it needs ${length} bytes, and the disk has ${free} left` : null;
}

/** Weak ETags do not promise equal bytes: a file that has no better one starts anew after a cut. */
async function keepValidator(part: string, headers: Headers): Promise<void> {
  const tag = headers.get('etag') ?? '';
  const validator = tag.startsWith('"') ? tag : tag === '' ? (headers.get('last-modified') ?? '') : '';
  await onDisk(part, () => writeFile(validatorFile(part), validator));
}

async function write(
  body: ReadableStream<Uint8Array>,
  part: string,
  start: number,
  tell: (done: number) => void,
  limit: number,
): Promise<number> {
  const file: FileHandle = await onDisk(part, () => open(part, start === 0 ? 'w' : 'r+'));
  let done = start;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      if (done + chunk.length > limit) throw new Excess(`the server sent more than ${limit} bytes`);
      for (let at = 0; at < chunk.length; ) {
        const { bytesWritten } = await onDisk(part, () => file.write(chunk, at, chunk.length - at, done + at));
        at += bytesWritten;
      }
      done += chunk.length;
      tell(done);
    }
  } finally {
    await file.close();
  }
  return done;
}

async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new DiskError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file, 'r').catch(() => null);
  try {
    return (await handle?.stat())?.size ?? 0;
  } finally {
    await handle?.close();
  }
}
