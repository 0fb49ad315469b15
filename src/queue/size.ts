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

/** Milliseconds that a job lasts at least: below, what the queue itself costs would count. */
const LEAST = 1000;

/**
 * Photos of the next job: as many as last for `aim`, and towards the end no more than a quarter of a worker's share of what
 * is left, so that all workers end together; but never less than a second's work.
 */
export function jobSize({ perPhoto, left, workers, aim }: SizeFacts): number {
  const cost = perPhoto ?? ASSUMED.perPhoto;
  const most = Math.floor(aim / Math.max(cost, aim / MOST));
  const least = Math.ceil(Math.min(LEAST, aim) / Math.max(cost, 1));
  const share = Math.ceil(left / (4 * Math.max(ASSUMED.workers, workers)));
  return Math.max(1, Math.min(Math.max(share, least), most, left));
}
