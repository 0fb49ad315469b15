/** What decides how many photos the next job has. */
export interface SizeFacts {
  /** Milliseconds that one photo takes, as measured so far; null: none was. */
  readonly perPhoto: number | null;
  /** Photos of the run that are in no job yet. */
  readonly left: number;
  readonly workers: number;
  /** Milliseconds that a job should last. */
  readonly aim: number;
}

/** Photos in one job at most: what a worker that is killed loses, and what its message weighs. */
const MOST = 500;

/**
 * Photos of the next job: as many as last for `aim`, but one until it is known how long that takes; and towards the end no
 * more than a quarter of a worker's share of what is left, so that all workers end together.
 */
export function jobSize({ perPhoto, left, workers, aim }: SizeFacts): number {
  const byCost = perPhoto === null ? 1 : Math.floor(aim / Math.max(perPhoto, aim / MOST));
  const share = Math.ceil(left / (4 * Math.max(1, workers)));
  return Math.max(1, Math.min(byCost, share, left));
}
