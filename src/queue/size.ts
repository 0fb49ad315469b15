/** What decides how many photos the next job has. */
export interface SizeFacts {
  /** Milliseconds that one photo takes, as measured so far; null: none was, and it is taken for a second. */
  readonly perPhoto: number | null;
  /** Photos of the run that are in no job yet. */
  readonly left: number;
  /** Workers that are there; fewer than eight count as eight, for more may come. */
  readonly workers: number;
  /** Milliseconds that a job should last. */
  readonly aim: number;
}

/** Photos in one job at most: what a worker that is killed loses, and what its message weighs. */
const MOST = 500;

/** What is taken for granted before anything is measured: a job that is too long for it loses nothing but its evenness. */
const ASSUMED = { perPhoto: 1000, workers: 8 };

/**
 * Photos of the next job: as many as last for `aim`, and towards the end no more than a quarter of a worker's share of what
 * is left, so that all workers end together.
 */
export function jobSize({ perPhoto, left, workers, aim }: SizeFacts): number {
  const byCost = Math.floor(aim / Math.max(perPhoto ?? ASSUMED.perPhoto, aim / MOST));
  const share = Math.ceil(left / (4 * Math.max(ASSUMED.workers, workers)));
  return Math.max(1, Math.min(byCost, share, left));
}
