import { Command } from 'commander';
import type { Estimate } from '../explain/statistics/estimate';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { jsonOption, mirrorOption, wholeNumber } from './options';
import { createReporter } from './progress';
import { table } from './table';

interface InterventionsRequest {
  readonly scenes: number;
  readonly seed: number;
  readonly mirror?: string;
  readonly json?: boolean;
}

/** `whylight interventions`: what each thing in drawn scenes is worth to a network. */
export function interventionsCommand(): Command {
  return new Command('interventions')
    .description('Measure what each thing in drawn scenes is worth to a network, by drawing them again without it.')
    .argument('<network...>', 'network cards whose classes are drawn animals (scenes-fair, scenes-biased)')
    .option('-c, --scenes <number>', 'scenes', wholeNumber(1), 100)
    .option('--seed <number>', 'seed of the scenes; no training set of the same seed shares them', wholeNumber(0), 1)
    .addOption(mirrorOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Every scene, an animal on its class's own background, in half of them a person, a ball or a tree beside it, is drawn
again: without each object, without each part of the animal, on the rival's background (dog and wolf, bee and ant are
rivals), and with the rival's markings on the same body. A thing's worth is the score of the scene less the score
without it; it includes what comes to light behind the thing, and is negative where the thing speaks for the rival.
Worths do not add up to the score: a network's things work together.

  LOGITS       of the difference of the class's logit and its rival's: a number added to all logits changes nothing
  PROBABILITY  of the class, in percentage points
  FLIPS        share of the scenes whose answer is another without it
Means over scenes in which the thing is seen, with 95 % intervals: Student's, and of fewer than six scenes Hoeffding's,
which for logits, having no bounds, has no ends. --json has every scene's worths too.

Example:
  whylight interventions scenes-fair scenes-biased`,
    )
    .action(async (names: readonly string[], { mirror, json, scenes, seed }: InterventionsRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { interventions } = await import('../analyses/interventions.js');
      const { loadNetwork } = await import('../explain/network/load-network.js');
      const reporter = createReporter();
      const results = await interruptible(async (signal) => {
        const onNote = noteOnce(reporter);
        const all = [];
        for (const name of names) {
          const network = await loadNetwork(name, { mirror, signal, onNote });
          all.push(await interventions(network, { scenes, seed, onProgress: reporter.onProgress, signal }));
        }
        return all;
      }).finally(() => reporter.stop());
      if (json) {
        process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
        return;
      }
      const rows = results.flatMap(({ name, means }) =>
        means.map(({ thing, label, logit, probability, flips }) => [
          name,
          thing,
          label ?? 'all',
          String(logit.count),
          interval(logit, 1, 2),
          interval(probability, 100, 1),
          `${interval(flips, 100, 1)} %`,
        ]),
      );
      process.stdout.write(
        `${table([['NETWORK', 'THING', 'CLASS', 'SCENES', 'LOGITS', 'PROBABILITY', 'FLIPS'], ...rows])}\n`,
      );
    });
}

function interval({ value, low, high }: Estimate, scale: number, digits: number): string {
  const [is, from, to] = [value, low, high].map((one) => (scale * one).toFixed(digits));
  return Number.isFinite(low) && Number.isFinite(high) ? `${is} (${from} to ${to})` : `${is} (too few for an interval)`;
}
