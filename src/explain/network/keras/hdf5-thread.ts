import path from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { WhylightError } from '../../errors';
import { unpackLimit } from '../weights/zip';

/** Ms that loading the library may take, on a busy machine. */
const LOADING = 60_000;
/** Ms that one question may take, and more for each byte of the file: whole files answer in a thousandth of it. */
const PATIENCE = 4000;
const FOR_BYTE = 1e-4;
/** Bytes that the library takes before it reads. */
const OWN = 32 * 2 ** 20;
/** Files after which the thread ends with all memory that its library has taken. */
const FILES = 50;

interface Thread {
  readonly port: MessagePort;
  readonly flag: Int32Array;
  readonly worker: Worker;
  files: number;
}

let thread: Thread | null = null;

function start(): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.resolve(__dirname, '../../../../scripts/hdf5-worker.cjs'), {
    workerData: { port: port2, flag },
    transferList: [port2],
    stdout: true,
    stderr: true,
  });
  worker.unref();
  port.unref();
  return { port, flag, worker, files: 0 };
}

function end(): void {
  void thread?.worker.terminate();
  thread = null;
}

function ask<T>(question: object, patience: number): T | null {
  thread ??= start();
  const { port, flag } = thread;
  Atomics.store(flag, 0, 0);
  port.postMessage(question);
  if (Atomics.wait(flag, 0, 0, patience) === 'timed-out') return null;
  return receiveMessageOnPort(port)?.message as T;
}

/** Asks the file that lies open. */
export type Questions = <T>(question: string, more?: object) => T;

/**
 * Lies a file open in a thread of its own and asks it, waiting for each answer.
 * @throws WhylightError where an answer does not come; the thread is ended then. Error with the library's words where it
 *   refuses.
 */
export function withOpenHdf5<T>(bytes: Uint8Array, what: string, read: (ask: Questions) => T): T {
  if (thread !== null && thread.files >= FILES) end();
  const patience = PATIENCE + FOR_BYTE * bytes.length;
  const answerTo: Questions = <A>(question: string, more: object = {}) => {
    const answer = ask<{ value?: unknown; error?: string; isBroken?: boolean }>({ question, ...more }, patience);
    if (answer === null) {
      end();
      const seconds = (patience / 1000).toFixed(0);
      throw new WhylightError(`${what} is damaged: HDF5 did not come to an end with it in ${seconds} s`);
    }
    if (answer.isBroken) end();
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as A;
  };
  if (ask({ question: 'close' }, LOADING) === null) {
    end();
    throw new WhylightError(`${what} cannot be read: the HDF5 library did not load in ${LOADING / 1000} s`);
  }
  thread!.files++;
  answerTo('open', { bytes, memory: OWN + unpackLimit(bytes.length) });
  try {
    return read(answerTo);
  } finally {
    if (thread !== null) answerTo('close');
  }
}
