import type { Run } from './run';

/** One unit to work on. */
export interface Task {
  /** The photo on this machine; empty for another task. */
  readonly local: string;
  /** As it was submitted: of a photo its place below the run's photos. */
  readonly name: string;
  /** What is to be done beside the plan; none for a photo. */
  readonly task?: unknown;
  /** What its results are called. */
  readonly base: string;
}

/** What came of one unit, beside the files in its folder. */
export interface Outcome {
  /** Plain JSON: what is said of it beside its files. */
  readonly record: unknown;
  /** The unit's own error: it is done, and failed. null: all is well. */
  readonly error: string | null;
}

/** A plan with all that it needs in memory: the network is loaded once. */
export interface OpenPlan {
  /** Of the plan, the code and the network that are here. */
  readonly identity: string;
  /**
   * Works on a unit and writes its files into a folder that is empty. What it throws is this unit's error.
   * @throws CrashError where the process that worked on it ended
   */
  readonly work: (task: Task, folder: string) => Promise<Outcome>;
  readonly close?: () => Promise<void>;
}

/** Makes a plan ready to work. @throws WhylightError where this machine cannot */
export type Opener = (run: Run) => Promise<OpenPlan>;

/** The process that worked on a unit ended: nobody knows yet whether that unit is why. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}
