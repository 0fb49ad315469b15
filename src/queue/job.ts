import path from 'node:path';
import { z } from 'zod';

/** What a run consists of, each worked on by itself: a photo, or another task that is told in full. */
export interface Unit {
  /** Where the photo lies below the run's photos; of another task, what people call it. */
  readonly name: string;
  /** What its results are called. */
  readonly base: string;
  /** All that is to be done beside the run's plan, as plain JSON; none for a photo, which says it by its bytes. */
  readonly task?: unknown;
  /** Why it cannot be read, where that was seen as it was submitted. */
  readonly error?: string;
}

/** A piece of a run that one worker does at a stretch: some units that follow one another. */
export interface UnitJob {
  /** The run's name: a hash of what is asked and of which units. */
  readonly run: string;
  /** The place of the first unit in the run, from 0. */
  readonly first: number;
  /** From 0: how often a person had these units tried again. */
  readonly attempt: number;
  readonly units: readonly Unit[];
}

/** Names below a folder: whoever writes to the queue does not choose others. */
const nameBelow = z
  .string()
  .refine((name) => !path.posix.isAbsolute(name) && !name.split('/').includes('..'), 'a name that leaves its folder');

const unit = z.object({
  name: nameBelow,
  base: nameBelow,
  task: z.unknown().optional(),
  error: z.string().optional(),
});

const schema = z.object({
  run: z.string().regex(/^[0-9a-f]{16}$/),
  first: z.int().min(0),
  attempt: z.int().min(0),
  units: z.array(unit).min(1),
});

/** A job as it came back from the queue. @throws ZodError for what is none */
export const parseJob = (data: unknown): UnitJob => schema.parse(data);

/** The same for the same piece of the same run, so that a job submitted twice is one. */
export const jobId = ({ run, first, attempt, units }: UnitJob): string => `${run}.${first}.${units.length}.${attempt}`;

/** How the queue stands on a job's retries and on what it keeps of it. */
export const jobOptions = (job: UnitJob, priority: number) => ({
  jobId: jobId(job),
  priority,
  attempts: 5,
  backoff: { type: 'exponential', delay: 2000 },
  // What is done stands in the store; a queue that kept it would grow with every unit.
  removeOnComplete: true,
  removeOnFail: false,
  stackTraceLimit: 0,
});
