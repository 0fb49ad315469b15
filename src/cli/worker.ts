import { Command } from 'commander';
import { mirrorOption, offlineOption, queueOption, wholeNumber } from './options';
import type { WorkerRequest } from './worker-work';

/** `whylight worker`: explains photos that others submitted. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Work on photos that whylight explain --queue submitted, on this machine or any other.')
    .addOption(queueOption())
    .option('--photos <place>', 'where this machine sees the photos, if elsewhere: a folder or s3://BUCKET/PREFIX')
    .option(
      '-o, --out <place>',
      'where this machine sees the folder for results (the one of explain --out), if elsewhere',
    )
    .option('--until-done', 'end when all that was submitted is done; otherwise it waits for more')
    .option('--timeout <seconds>', 'how long one photo may take before it counts as failed', wholeNumber(1), 3600)
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addHelpText(
      'after',
      `
Any number of workers work on one queue. The network is loaded once; a photo that makes its process crash, hang or run out of
memory twice is a failure of that photo, and the worker goes on. Ctrl-C or SIGTERM lets the present photo finish and gives
the rest back; a second one, or a kill, loses no photo either: another worker takes it within a minute.

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
