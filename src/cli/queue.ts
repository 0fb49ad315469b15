import { Command } from 'commander';
import { jsonOption, queueOption } from './options';
import type { QueueRequest } from './queue-work';

/** `whylight queue`: how far the runs are, and what is to become of what failed. */
export function queueCommand(): Command {
  return new Command('queue')
    .description('Show how far submitted photos are; retry or drop what failed; bring results together.')
    .argument('[run]', 'a run as whylight explain --queue named it, or how it begins; default: all')
    .addOption(queueOption())
    .option('--wait', 'show progress until all photos have ended')
    .option('--retry', 'have what failed tried again')
    .option('--drop', 'let what failed rest: results still say that and why it failed')
    .option('--remove', 'take the run out of the queue, done or not; results stay')
    .option(
      '--collect [dir]',
      'once all photos have ended, put their results together as one machine would have written them; default: the folder of explain --out',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  whylight queue --queue redis://queue.example:6379
  whylight queue 6a6e --wait --collect
  whylight queue --retry`,
    )
    .action(async (run: string | undefined, request: QueueRequest) => {
      const { tendQueue } = await import('./queue-work.js');
      process.exitCode = await tendQueue(run ?? '', request);
    });
}
