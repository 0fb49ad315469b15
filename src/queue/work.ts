import type { Run } from './run';

/** One photo to work on. */
export interface Task {
  /** On this machine. */
  readonly local: string;
  /** As it was submitted, below the run's photos. */
  readonly file: string;
  /** What its results are called. */
  readonly base: string;
}

/** What came of one photo, beside the files in its folder. */
export interface Outcome {
  /** Plain JSON: what the manifest says of it. */
  readonly record: unknown;
  /** The photo's own error: it is done, and failed. null: all is well. */
  readonly error: string | null;
}

/** A plan with all that it needs in memory: the network is loaded once. */
export interface OpenPlan {
  /** Of the plan, the code and the network that are here. */
  readonly identity: string;
  /**
   * Works on a photo and writes its files into a folder that is empty. What it throws is this photo's error.
   * @throws CrashError where the process that worked on it ended
   */
  readonly work: (task: Task, folder: string) => Promise<Outcome>;
  readonly close?: () => Promise<void>;
}

/** Makes a plan ready to work. @throws WhylightError where this machine cannot */
export type Opener = (run: Run) => Promise<OpenPlan>;

/** The process that worked on a photo ended: nobody knows yet whether the photo is why. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}
