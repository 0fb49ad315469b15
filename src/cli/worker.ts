import { Command } from 'commander';
import { mirrorOption, offlineOption, queueOption, wholeNumber } from './options';
import type { WorkerRequest } from './worker-work';

/** `whylight worker`: does what others submitted. */
export function workerCommand(): Command {
  return new Command('worker')
    .description(
      'Work on what explain, evaluate and trainings left to a queue (--queue), on this machine or any other.',
    )
    .addOption(queueOption())
    .option('--photos <place>', 'where this machine sees the photos, if elsewhere: a folder or s3://BUCKET/PREFIX')
    .option(
      '-o, --out <place>',
      'where this machine sees the folder for results (the one of --out or --records), if elsewhere',
    )
    .option('--jobs <number>', 'so many at once, each in a process with the network in memory', wholeNumber(1), 1)
    .option('--until-done', 'end when all that was submitted is done; otherwise it waits for more')
    .option(
      '--timeout <seconds>',
      'how long one photo or training may take before it counts as failed',
      wholeNumber(1),
      3600,
    )
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addHelpText(
      'after',
      `
Any number of workers work on one queue, whatever is in it: photos to explain, photos to evaluate methods on, trainings. The
network is loaded once; a photo that makes its process crash, hang or run out of memory twice is a failure of that photo, and
the worker goes on. Ctrl-C or SIGTERM lets the present photo or training finish and gives the rest back; a second one, or a
kill, loses nothing either: another worker takes it within a minute.

User and password of the queue come from WHYLIGHT_QUEUE_USER and WHYLIGHT_QUEUE_PASSWORD, keys of an S3 store from
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (docs/queue.md).

Examples:
  whylight worker --queue redis://queue.example:6379
  whylight worker --queue rediss://queue.example:6379 --until-done --mirror /shared/weights`,
    )
    .action(async (request: WorkerRequest) => {
      const { work } = await import('./worker-work.js');
      await work(request);
    });
}
