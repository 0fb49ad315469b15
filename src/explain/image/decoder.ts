import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, read, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { WhylightError } from '../errors';
import { reasonOf } from '../files';
import { partName } from '../leftovers';
import type { ImageSample } from './sample';

/** Bounds of one photo's decoding. */
export interface DecoderOptions {
  /** Larger photos are refused, in millions of px. Default 64. */
  readonly maxMegapixels?: number;
  /** Seconds after which a photo is given up. Default 60. */
  readonly seconds?: number;
  /** Memory of the decoding process in MB beyond which it is. Default 512, and 24 bytes for each of the allowed px. */
  readonly megabytes?: number;
}

/** Decodes photos in a process of its own: what a photo does to it is that photo's error alone. */
export interface Decoder {
  /** @throws WhylightError for a photo that cannot be read, or takes more time or memory than it may. */
  readonly load: (file: string, source: string) => Promise<ImageSample>;
  readonly close: () => void;
}

/** What the process is asked. */
export interface DecoderJob {
  readonly file: string;
  readonly source: string;
  readonly maxMegapixels: number;
  readonly megabytes: number;
}

/** What it answers: a photo whose pixels it wrote into the file that both have open, or why there is none. */
export type DecoderAnswer =
  | { readonly photo: Omit<ImageSample, 'pixels'>; readonly bytes: number }
  | { readonly error: string };

/** How the process ends where a photo takes too much memory. */
export const MEMORY_EXIT = 77;
/** The file for pixels, as the process has it open. */
export const PIXELS = 4;

/** The process, and the file for pixels: without a name, so that it is gone with both, however they end. */
interface Room {
  readonly child: ChildProcess;
  readonly pixels: number;
}

/**
 * Opens a decoder: its process is started at once, lives as long as this one, and is replaced when it ends. It decodes one
 * photo after the other.
 * @throws WhylightError where no temporary file can be made.
 */
export function openDecoder({
  maxMegapixels = 64,
  seconds = 60,
  megabytes = 512 + 24 * maxMegapixels,
}: DecoderOptions = {}): Decoder {
  let room: Room | null = start();
  let last: Promise<unknown> = Promise.resolve();
  const leave = () => {
    if (room === null) return;
    room.child.kill('SIGKILL');
    closeSync(room.pixels);
    room = null;
  };

  async function load(file: string, source: string): Promise<ImageSample> {
    room ??= start();
    const { child, pixels } = room;
    const answer = await answerOf(child, { file, source, maxMegapixels, megabytes }, seconds);
    if ('photo' in answer) return { ...answer.photo, pixels: await bytesOf(pixels, answer.bytes) };
    // One that has ended, or will be, is of no use to the next photo.
    if (child.exitCode !== null || child.killed || !child.connected) leave();
    throw new WhylightError(answer.error);
  }
  return {
    load: (file, source) => {
      const photo = last.then(() => load(file, source));
      last = photo.catch(() => undefined);
      return photo;
    },
    close: leave,
  };
}

function start(): Room {
  const pixels = namelessFile();
  const child = fork(script(), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', pixels],
    execArgv: [],
  });
  child.on('error', () => child.kill('SIGKILL'));
  // Without a photo to wait for, it keeps nobody from ending.
  child.unref();
  child.channel?.unref();
  return { child, pixels };
}

/** The compiled file, also where the sources themselves run, in tests. */
function script(): string {
  const beside = path.join(__dirname, 'decoder-process.js');
  return existsSync(beside) ? beside : path.resolve(__dirname, '../../../dist/explain/image/decoder-process.js');
}

function namelessFile(): number {
  const file = path.join(tmpdir(), partName('whylight-pixels'));
  try {
    const handle = openSync(file, 'wx+', 0o600);
    unlinkSync(file);
    return handle;
  } catch (error) {
    throw new WhylightError(`cannot write to the folder ${tmpdir()}: ${reasonOf(error)}`, { cause: error });
  }
}

const readAt = promisify(read);

async function bytesOf(handle: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await readAt(handle, bytes, at, length - at, at);
    if (bytesRead === 0) throw new WhylightError(`the decoder wrote ${at} of ${length} bytes`);
    at += bytesRead;
  }
  ftruncateSync(handle);
  return bytes;
}

function answerOf(child: ChildProcess, job: DecoderJob, seconds: number): Promise<DecoderAnswer> {
  return new Promise((resolve) => {
    const refusal = (why: string) => ({ error: `cannot read the photo ${job.file}: ${why}` });
    const finish = (answer: DecoderAnswer) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      child.channel?.unref();
      resolve(answer);
    };
    const onMessage = (answer: unknown) => finish(answer as DecoderAnswer);
    const onExit = (code: number | null, signal: string | null) => {
      if (code === MEMORY_EXIT) finish(refusal(`it takes more memory than allowed (${job.megabytes} MB)`));
      else finish(refusal(`its decoder ended (${signal ?? `exit code ${code}`})`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      finish(refusal(`it takes longer than allowed (${seconds} s)`));
    }, seconds * 1000);
    child.on('message', onMessage).on('exit', onExit);
    if (!child.connected) return onExit(child.exitCode, child.signalCode);
    child.channel?.ref();
    child.send(job, (error) => {
      if (error !== null) onExit(child.exitCode, child.signalCode);
    });
  });
}
