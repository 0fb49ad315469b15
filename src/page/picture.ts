import path from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { WhylightError } from '../explain/errors';
import type { Figure } from '../plots/figure';
import { removeProfile } from './profile';

/** Starting Chromium takes about a second; nothing in a notebook may hang on a picture. */
const PATIENCE = 20_000;

interface Painter {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly flag: Int32Array;
}

/** What the worker says: which Chromium it started, then the picture or why there is none. */
interface Answer {
  readonly pid?: number;
  readonly profile?: string;
  readonly picture?: Uint8Array;
  readonly error?: string;
}

/** The picture, or why there is none, behind what is said of a Chromium that was started for it. */
function answerOf(port: MessagePort): Answer | undefined {
  for (;;) {
    const message = receiveMessageOnPort(port)?.message as Answer | undefined;
    if (message?.profile === undefined) return message;
    endWithProcess(message.pid, message.profile);
  }
}

/** A Chromium ends by itself with its process, but would write its profile anew after that is gone. */
function endWithProcess(pid: number | undefined, profile: string): () => void {
  const end = () => {
    process.off('exit', end);
    try {
      // It leads a group, with all that it started.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    removeProfile(profile);
  };
  process.on('exit', end);
  return end;
}

let painter: Painter | null | undefined;

function start(chromium: string): Painter {
  const { port1: port, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.join(__dirname, 'picture-worker.js'), {
    workerData: { port: port2, flag, chromium },
    transferList: [port2],
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => {
    if (painter?.worker === worker) painter = null;
    if (artist?.worker === worker) artist = null;
  });
  worker.unref();
  port.unref();
  return { worker, port, flag };
}

/**
 * Starts the Chromium of `figurePicture`, which takes a second or two, before it is asked for a figure.
 * @param chromium null: there is none.
 */
export function prepareFigures(chromium: string | null): void {
  if (chromium === null || painter !== undefined) return;
  painter = start(chromium);
  const { port } = painter;
  // Where no figure is ever asked for, it has to end with this process all the same.
  port.on('message', ({ pid, profile }: Answer) => {
    if (profile !== undefined) endWithProcess(pid, profile);
  });
  port.unref();
  port.postMessage('open');
}

/**
 * A figure as a picture (twice its size in px), for viewers that run no scripts: PNG, or WebP (quality 80), which took a
 * tenth of the room for one map over its photo. Waits for a Chromium in another thread, so that a cell's output is complete
 * when the cell ends; null where there is none or it does not answer.
 */
export function figurePicture({ data, layout }: Figure, chromium: string | null, type: 'png' | 'webp'): Buffer | null {
  if (chromium === null || painter === null) return null;
  painter ??= start(chromium);
  const { port, flag } = painter;
  Atomics.store(flag, 0, 0);
  port.postMessage({ data, layout, type });
  const answered = Atomics.wait(flag, 0, 0, PATIENCE) !== 'timed-out';
  const answer = answerOf(port);
  if (!answered) painter = null;
  return answer?.picture ? Buffer.from(answer.picture) : null;
}

/** A painter that nobody's thread waits for, and what ends its Chromium. */
interface Artist extends Painter {
  end: () => void;
}

let artist: Artist | null = null;
let before: Promise<unknown> = Promise.resolve();

/** A figure as it is written to a file. */
export type PictureType = 'png' | 'webp' | 'svg' | 'pdf';

/**
 * The same for a command: this thread goes on meanwhile, one figure is drawn after the other, and for the one after a
 * failure another Chromium is started.
 * @param type an SVG brings its fonts along; a PDF is one page as large as the figure. Default PNG.
 * @param patience milliseconds; default a minute
 * @throws WhylightError where the Chromium does not draw it.
 */
export function drawFigure(
  figure: Figure,
  chromium: string,
  type: PictureType = 'png',
  patience = 60_000,
): Promise<Buffer> {
  const drawing = before.then(() => draw(figure, chromium, type, patience));
  before = drawing.catch(() => undefined);
  return drawing;
}

async function draw({ data, layout }: Figure, chromium: string, type: PictureType, patience: number): Promise<Buffer> {
  artist ??= { ...start(chromium), end: () => undefined };
  const { worker, port } = artist;
  const own = artist;
  port.postMessage({ data, layout, type });
  try {
    return await answered(own, patience);
  } catch (error) {
    artist = null;
    await worker.terminate();
    own.end();
    throw error;
  }
}

async function answered(own: Artist, patience: number): Promise<Buffer> {
  const { worker, port } = own;
  let finish = () => {};
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const refuse = (why: string) =>
        reject(new WhylightError(`Chromium did not draw the picture: ${why}; whylight doctor says how it is`));
      const onError = ({ message }: Error) => refuse(message);
      const onMessage = ({ pid, profile, picture, error }: Answer) => {
        if (profile !== undefined) own.end = endWithProcess(pid, profile);
        else if (picture) resolve(Buffer.from(picture));
        else refuse(error!);
      };
      const timer = setTimeout(() => refuse(`no answer in ${patience / 1000} s`), patience);
      worker.on('error', onError);
      port.on('message', onMessage);
      finish = () => {
        clearTimeout(timer);
        worker.off('error', onError);
        port.off('message', onMessage);
      };
    });
  } finally {
    finish();
  }
}
