import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { AbortedError, WhylightError } from '../explain/errors';
import type { ExplainRequest } from './explain-choice';
import type { PhotoRecord, PhotoTask } from './explain-one';

/** What a process of the pool is told first. */
export interface PoolStart {
  readonly request: ExplainRequest;
  readonly inputs: readonly string[];
}

/** What it says: a note, that the plan cannot be opened, or what became of a photo. */
export type PoolMessage =
  | { readonly note: string }
  | { readonly refusal: string }
  | { readonly id: number; readonly record: PhotoRecord };

/** Processes that each hold the network and explain photos. */
export interface Pool {
  /** @throws WhylightError where the plan cannot be opened; AbortedError when interrupted. */
  readonly explain: (task: PhotoTask) => Promise<PhotoRecord>;
  readonly close: () => void;
}

interface PoolOptions {
  readonly onNote: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** One process, and the photos that it is at. */
interface Member {
  readonly child: ChildProcess;
  readonly open: Map<number, (outcome: PhotoRecord | Error | null) => void>;
}

/** How often a photo is tried whose process ends: it may have been another's fault. */
const TRIES = 2;

/** Opens a pool of so many processes; one that ends is replaced, and what it was at is tried once more. */
export function openPool(size: number, start: PoolStart, { onNote, signal }: PoolOptions): Pool {
  const members: Member[] = [];
  let count = 0;

  function enter(): Member {
    const child = fork(path.join(__dirname, 'explain-worker.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const member: Member = { child, open: new Map() };
    const leave = (outcome: Error | null) => {
      if (members.includes(member)) members.splice(members.indexOf(member), 1);
      for (const settle of member.open.values()) settle(outcome);
      member.open.clear();
    };
    child.on('message', (message: PoolMessage) => {
      if ('note' in message) onNote(message.note);
      else if ('refusal' in message) leave(new WhylightError(message.refusal));
      else {
        member.open.get(message.id)?.(message.record);
        member.open.delete(message.id);
      }
    });
    child.on('error', () => leave(null));
    child.on('exit', () => leave(null));
    child.send(start);
    members.push(member);
    return member;
  }

  function once(task: PhotoTask): Promise<PhotoRecord | null> {
    const idle = members.length < size ? enter() : members.reduce((a, b) => (b.open.size < a.open.size ? b : a));
    const id = count++;
    return new Promise((resolve, reject) => {
      idle.open.set(id, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      idle.child.send({ id, task });
    });
  }
  return {
    explain: async (task) => {
      for (let tries = 0; tries < TRIES; tries++) {
        const record = await once(task);
        if (signal.aborted) throw new AbortedError('interrupted');
        if (record !== null) return record;
      }
      const { photo, base, file } = task;
      const error = `cannot explain ${file}: its process ended ${TRIES} times, which the system does when memory runs out`;
      return { photo, base, state: 'failed', results: null, elapsedMs: [], error, remark: null, stack: null };
    },
    close: () => {
      for (const { child } of members.splice(0)) if (child.connected) child.disconnect();
    },
  };
}
