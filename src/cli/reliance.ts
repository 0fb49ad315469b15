import { Command } from 'commander';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { jsonOption, mirrorOption, wholeNumber } from './options';
import { createReporter } from './progress';
import { relianceCells, relianceColumns } from './reliance-table';
import { table } from './table';

interface RelianceRequest {
  readonly bodies: number;
  readonly seed: number;
  readonly mirror?: string;
  readonly json?: boolean;
}

/** `whylight reliance`: what decides, the animal's markings or the background, by drawing scenes again. */
export function relianceCommand(): Command {
  return new Command('reliance')
    .description('Measure by drawing scenes again what decides: the markings of the animal, or the background.')
    .argument('<network...>', 'network cards whose classes are drawn animals (scenes-fair, scenes-biased)')
    .option('-c, --bodies <number>', 'bodies of each pair of rivals', wholeNumber(2), 100)
    .option('--seed <number>', 'seed of the scenes; no training set of the same seed shares them', wholeNumber(0), 1)
    .addOption(mirrorOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Every body is drawn as either of two rivals (dog and wolf, bee and ant: only the markings differ) on each of the six
backgrounds. Of the score, the difference of the two logits, the table shows the mean change (Student's 95 % interval over
bodies) when only the markings become the other's, and when only the background becomes the other's own; reliance on the
background is |background| / (|markings| + |background|), 0 where only the animal decides and 1 where only the background
does (BCa interval over bodies). Flips: answers on the animal's own background that change when the rival's replaces it.
The worst group is the class and background with the fewest right answers; its interval is one for the least of all groups.

Example:
  whylight reliance scenes-fair scenes-biased`,
    )
    .action(async (names: readonly string[], { mirror, json, ...request }: RelianceRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { reliance, reliancePictures } = await import('../analyses/reliance.js');
      const { loadNetwork } = await import('../explain/network/load-network.js');
      const reporter = createReporter();
      const results = await interruptible(async (signal) => {
        const onNote = noteOnce(reporter);
        const measured = [];
        for (const name of names) {
          const network = await loadNetwork(name, { mirror, signal, onNote });
          const run = { onProgress: reporter.onProgress, signal };
          measured.push(...(await reliance(network, await reliancePictures(network, { ...request, ...run }), run)));
        }
        return measured;
      }).finally(() => reporter.stop());
      process.stdout.write(
        json
          ? `${JSON.stringify(results, null, 2)}\n`
          : `${table([
              ['NETWORK', 'PAIR', ...relianceColumns],
              ...results.map((one) => [one.network, one.pair.join(', '), ...relianceCells(one)]),
            ])}\n`,
      );
    });
}
