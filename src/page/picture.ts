import path from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Figure } from '../plots/figure';
import { removeProfile } from './profile';

/** Starting Chromium takes about a second; nothing in a notebook may hang on a picture. */
const PATIENCE = 20_000;

interface Painter {
  readonly port: MessagePort;
  readonly flag: Int32Array;
}

/** What the worker says: which Chromium it started, then the picture or why there is none. */
interface Answer {
  readonly pid?: number;
  readonly profile?: string;
  readonly png?: Uint8Array;
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
function endWithProcess(pid: number | undefined, profile: string): void {
  process.once('exit', () => {
    try {
      // It leads a group, with all that it started.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    removeProfile(profile);
  });
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
    painter = null;
  });
  worker.unref();
  port.unref();
  return { port, flag };
}

/**
 * A figure as a PNG (twice its size in px), for viewers that run no scripts. Waits for a Chromium in another thread,
 * so that a cell's output is complete when the cell ends; null where there is none or it does not answer.
 */
export function figurePng({ data, layout }: Figure, chromium: string | null): Buffer | null {
  if (chromium === null || painter === null) return null;
  painter ??= start(chromium);
  const { port, flag } = painter;
  Atomics.store(flag, 0, 0);
  port.postMessage({ data, layout });
  const answered = Atomics.wait(flag, 0, 0, PATIENCE) !== 'timed-out';
  const answer = answerOf(port);
  if (!answered) painter = null;
  return answer?.png ? Buffer.from(answer.png) : null;
}
