import { Command } from 'commander';
import type { Estimate } from '../explain/statistics/estimate';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { jsonOption, mirrorOption, sceneSet, sceneSetOption, wholeNumber } from './options';
import { createReporter } from './progress';
import { table } from './table';

interface BackgroundRequest {
  readonly scenes: number;
  readonly maps: number;
  readonly seed: number;
  readonly set: '1' | '2';
  readonly mirror?: string;
  readonly json?: boolean;
}

/** `whylight background`: how much networks look at the background, where the truth is known. */
export function backgroundCommand(): Command {
  return new Command('background')
    .description('Measure on drawn scenes how much networks of the drawn animals look at the background.')
    .argument('<network...>', 'network cards whose classes are drawn animals (scenes-fair, scenes-biased)')
    .option('-c, --scenes <number>', 'animals, each drawn on all six backgrounds', wholeNumber(1), 400)
    .option('--maps <number>', 'scenes whose class activation maps are measured', wholeNumber(1), 100)
    .option('--seed <number>', 'seed of the scenes; no training set of the same seed shares them', wholeNumber(0), 1)
    .addOption(sceneSetOption())
    .addOption(mirrorOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Right answers (95 % intervals) on unseen animals, each drawn again with nothing but the background changed: on its class's
own, on any (the mean over all six), on the other class's (swapped), and the difference of own and swapped in percentage
points, paired by animal. WORST is the least accuracy of one class on one background; its interval is one for the least of
all groups. For each class the share of the positive mass of its class activation map that lies outside the animal, on its
own background: all of it, what lies farther than one cell of the map, and beside them what a Gaussian at the picture's
centre and an even map have outside. Intervals of shares are Wilson's (of the worst group with Bonferroni's correction), of
paired differences Newcombe's, of means Student's, and of means of fewer than six values Hoeffding's.

Example:
  whylight background scenes-fair scenes-biased`,
    )
    .action(async (names: readonly string[], request: BackgroundRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { backgroundBias } = await import('../analyses/background-bias.js');
      const { loadNetwork } = await import('../explain/network/load-network.js');
      const reporter = createReporter();
      const result = await interruptible(async (signal) => {
        const { mirror } = request;
        const networks = [];
        const onNote = noteOnce(reporter);
        for (const name of names) networks.push(await loadNetwork(name, { mirror, signal, onNote }));
        return backgroundBias(networks, {
          ...request,
          set: sceneSet(request),
          onProgress: reporter.onProgress,
          signal,
        });
      }).finally(() => reporter.stop());
      if (request.json) {
        process.stdout.write(`${JSON.stringify({ ...result, figures: undefined }, null, 2)}\n`);
        return;
      }
      const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
      const share = (estimate: Estimate | null) =>
        estimate === null
          ? 'nothing measured'
          : `${percent(estimate.value)} (${(100 * estimate.low).toFixed(1)}–${(100 * estimate.high).toFixed(1)})`;
      const points = ({ value, low, high }: Estimate) =>
        `${(100 * value).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
      const rows = result.networks.map(({ name, accuracy, dependence, worst }) => [
        name,
        share(accuracy.own),
        share(accuracy.fair),
        share(accuracy.swapped),
        points(dependence),
        `${worst.label} on ${worst.background}: ${share(worst.accuracy)}`,
      ]);
      const maps = result.networks.flatMap(({ name, outside }) =>
        outside.map(({ label, mass, far, centre, even }) => [
          name,
          label,
          share(mass),
          share(far),
          share(centre),
          share(even),
        ]),
      );
      process.stdout.write(
        `${table([['RIGHT ON', 'OWN', 'ANY BACKGROUND', 'SWAPPED', 'OWN − SWAPPED', 'WORST'], ...rows])}\n\n${table([
          ['CAM OUTSIDE THE ANIMAL', 'CLASS', 'ALL', 'BEYOND ONE CELL', 'CENTRE BLOB', 'EVEN MAP'],
          ...maps,
        ])}\n`,
      );
    });
}
