/** What decides how many units the next job has. */
export interface SizeFacts {
  /** Milliseconds that one unit takes, as measured so far; null: none was, and it is taken for a second. */
  readonly perUnit: number | null;
  /** Units of the run that are in no job yet. */
  readonly left: number;
  /** Workers that are there; fewer than eight count as eight, for more may come. */
  readonly workers: number;
  /** Milliseconds that a job should last. */
  readonly aim: number;
  /** Units in one job at most. Default: 500. */
  readonly most?: number;
}

/** Units in one job at most: what a worker that is killed loses, and what its message weighs. */
const MOST = 500;

/** What is taken for granted before anything is measured: a job that is too long for it loses nothing but its evenness. */
const ASSUMED = { perUnit: 1000, workers: 8 };

/** Milliseconds that a job lasts at least: below, what the queue itself costs would count. */
const LEAST = 1000;

/**
 * Units of the next job: as many as last for `aim`, and towards the end no more than a quarter of a worker's share of what
 * is left, so that all workers end together; but never less than a second's work, and never more than `most`.
 */
export function jobSize({ perUnit, left, workers, aim, most = MOST }: SizeFacts): number {
  const cost = perUnit ?? ASSUMED.perUnit;
  const fitting = Math.floor(aim / Math.max(cost, aim / MOST));
  const least = Math.ceil(Math.min(LEAST, aim) / Math.max(cost, 1));
  const share = Math.ceil(left / (4 * Math.max(ASSUMED.workers, workers)));
  return Math.max(1, Math.min(Math.max(share, least), fitting, most, left));
}
