import path from 'node:path';
import { z } from 'zod';

/** A photo in a run: where it lies below the run's photos, and what its results are called. */
export interface QueuedPhoto {
  readonly file: string;
  readonly base: string;
  /** Why it cannot be read, where that was seen as it was submitted. */
  readonly error?: string;
}

/** A piece of a run that one worker does at a stretch: some photos that follow one another. */
export interface PhotoJob {
  /** The run's name: a hash of what is asked and of which photos. */
  readonly run: string;
  /** The place of the first photo in the run, from 0. */
  readonly first: number;
  /** From 0: how often a person had these photos tried again. */
  readonly attempt: number;
  readonly photos: readonly QueuedPhoto[];
}

/** Names below a folder: whoever writes to the queue does not choose others. */
const nameBelow = z
  .string()
  .refine((name) => !path.posix.isAbsolute(name) && !name.split('/').includes('..'), 'a name that leaves its folder');

const schema = z.object({
  run: z.string().regex(/^[0-9a-f]{16}$/),
  first: z.int().min(0),
  attempt: z.int().min(0),
  photos: z.array(z.object({ file: nameBelow, base: nameBelow, error: z.string().optional() })).min(1),
});

/** A job as it came back from the queue. @throws ZodError for what is none */
export const parseJob = (data: unknown): PhotoJob => schema.parse(data);

/** The same for the same piece of the same run, so that a job submitted twice is one. */
export const jobId = ({ run, first, attempt, photos }: PhotoJob): string =>
  `${run}.${first}.${photos.length}.${attempt}`;

/** How the queue stands on a job's retries and on what it keeps of it. */
export const jobOptions = (job: PhotoJob, priority: number) => ({
  jobId: jobId(job),
  priority,
  attempts: 5,
  backoff: { type: 'exponential', delay: 2000 },
  // What is done stands in the store; a queue that kept it would grow with every photo.
  removeOnComplete: true,
  removeOnFail: false,
  stackTraceLimit: 0,
});
