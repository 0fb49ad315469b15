import { Argument, Command, InvalidArgumentError } from 'commander';
import { jsonOption, list, priorityOption, recordsOption, shareOption, wholeNumber } from './options';
import type { Series } from './training-networks';
import type { TrainingsRequest } from './trainings-work';

/** `whylight trainings`: many small networks on drawn scenes, each trained and measured once. */
export function trainingsCommand(): Command {
  return new Command('trainings')
    .description('Train and measure a series of small networks on drawn scenes; an interrupted series goes on.')
    .addArgument(
      new Argument('<series>', 'ladder: dogs and wolves over a dose of bias; poolings: three poolings').choices([
        'ladder',
        'poolings',
      ]),
    )
    .requiredOption('-o, --out <file>', 'the outcomes, as JSON; what is there already is not trained again')
    .option('--show', 'train nothing: show the outcomes that the file holds')
    .option('--seeds <number>', 'trainings of each rung or pooling', wholeNumber(1), 5)
    .option('--biases <shares>', 'rungs of the ladder, with commas; default: 0.5,0.6,0.7,0.8,0.9,1', shares)
    .option(
      '--scenes <number>',
      'scenes that each trains on; default: 2000 (ladder), 3000 (poolings)',
      wholeNumber(100),
    )
    .option('--weights <names>', 'keep the networks of these trainings too, with commas: bias-0.8-seed-1', list)
    .option('--picture <file>', 'of the ladder: draw reliance and the worst group against the bias, as PNG')
    .option('--weights-dir <dir>', 'where their cards and weights go', 'networks')
    .addOption(shareOption())
    .addOption(priorityOption())
    .addOption(recordsOption('the folder of --out'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A seed decides scenes, starting weights and order of a training together; the same seed draws the same animals on every
rung of the ladder, on other backgrounds. Each network is measured as soon as it is trained:
  ladder    on 100 unseen bodies, each drawn as a dog and as a wolf on all six backgrounds (whylight reliance): right
            answers, in the worst of the twelve groups too; what the score changes when only the markings or only the
            background is another; reliance = |background| / (|markings| + |background|)
  poolings  on 200 unseen scenes of two animals: does the Grad-CAM map of each animal's class peak on it
With --weights the cards are called scenes-NAME. With --queue the workers of a queue train, one network each at a time, and this command
waits for them and writes what it would have written alone; interrupted, it waits again when it is given again.

Examples:
  whylight trainings ladder --out networks/ladder.json
  whylight trainings poolings --out networks/poolings.json
  whylight trainings ladder --out /shared/ladder.json --queue redis://queue.example:6379
  whylight trainings ladder --out networks/ladder.json --show --picture ladder.png`,
    )
    .action(async (series: Series, request: TrainingsRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { trainings } = await import('./trainings-work.js');
      await trainings(series, request);
    });
}

function shares(text: string): readonly number[] {
  return list(text).map((word) => {
    const value = Number(word);
    if (!(value >= 0 && value <= 1))
      throw new InvalidArgumentError('Allowed: numbers from 0 to 1, with commas between.');
    return value;
  });
}
