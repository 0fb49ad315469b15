import { Command, InvalidArgumentError, Option } from 'commander';
import type { EvaluateRequest } from './evaluate-work';
import {
  jsonOption,
  list,
  mirrorOption,
  networkHelp,
  offlineOption,
  priorityOption,
  recordsOption,
  setting,
  shareOption,
  wholeNumber,
  withOption,
} from './options';

/** `whylight evaluate`: which explanation can be trusted. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'Measure which maps can be believed: methods × measures, beside maps that know nothing of the network.',
    )
    .requiredOption('-n, --network <names>', `${networkHelp}; several with commas`, list)
    .option(
      '--data <dir>',
      'scenes: drawn ones; or a folder: of whylight scenes, of photos with masks (index.json), of photos',
      'scenes',
    )
    .option(
      '--masks <dir>',
      'masks of the objects in photos: PHOTO.png or PHOTO-*.png, white on the object, of the photo’s size; without, those of index.json',
    )
    .option(
      '--classes <list>',
      'what the categories of photos are to the network: dog=151-268,cat=281;282',
      categoryClasses,
    )
    .addOption(
      new Option(
        '--backgrounds <what>',
        'of photos with masks: drawn sets each object before one of six drawn backgrounds, by lot; default: the photo as it is',
      ).choices(['drawn']),
    )
    .option('-m, --methods <names>', 'methods, with commas, or all; default: those of the preset', list)
    .option('--measures <names>', 'measures, with commas, or all; default: those of the preset', list)
    .addOption(
      new Option('--preset <name>', 'fast: minutes on the drawn scenes; thorough: every method and measure')
        .choices(['fast', 'thorough'])
        .default('fast'),
    )
    .option(
      '-o, --option <name=value>',
      'an option of a method or measure: deletion.fill=blur; may be given again',
      setting,
    )
    .option('--maps <dir>', 'maps made elsewhere: DIR/LIBRARY/PHOTO.npy, height × width of the network’s input')
    .option('-c, --scenes <number>', 'drawn scenes (fast 20, thorough 100)', wholeNumber(2))
    .addOption(
      new Option('--target <which>', 'which class is explained: the network’s answer, or the right one')
        .choices(['answer', 'label'])
        .default('answer'),
    )
    .option('--seed <number>', 'of scenes, baselines and what measures draw by chance', wholeNumber(0), 1)
    .option('--fair <names>', 'networks that are known to be fair: draws detection curves over the others', list)
    .option('--compare <file>', 'evaluation.json of other networks or photos: do both order the methods alike?')
    .option('--support <file>', 'keep there which methods it supports: what whylight why chooses its methods by')
    .option('--out <dir>', 'folder for evaluation.json, evaluation.csv and the pictures')
    .option('--memory <MB>', 'upper bound on the memory of one batch of activations', wholeNumber(1))
    .option('--no-cache', 'compute everything again')
    .addOption(shareOption())
    .addOption(priorityOption())
    .addOption(recordsOption('the folder of --out'))
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Of every measure (whylight measures) the mean over photos with its 95 % interval (Student's), and the place among methods and baselines with the places between which it lies in 95 % of draws of
photos. Networks whose names differ only in -seed-N are trainings of one kind and stand in one table, for other trainings
and other photos (crossed). A method is called better than nothing where it beats the best of the baselines, photo by photo (sign
test, Holm's correction for all methods). Scenes are drawn again without each thing in them, so that what it is worth to the
network is measured and not assumed. The index.json of photos with masks is a list of { image, mask, category }, masks PNG
of the photo's size, white where the object is; with --target label a photo whose class a network has not is left out. An interrupted run goes on where it was.
Fast takes 20 steps of integrated gradients and occluders side by side (stride 16), also of methods that are named: --option
integrated-gradients.steps=50 and occlusion.stride=8 are the methods' own. Maps made elsewhere are of one network and of the
class that --target says; measures that make a map again (whylight measures) say nothing of them. docs/maps-of-others.md has
an example with Captum.

With --queue the workers of a queue compute, a photo under a network each at a time, with all maps and measures of it; this
command waits for them and writes what it would have written alone. Workers need the folders of --data, --masks and --maps
under the same path, or say where they see the photos (whylight worker --photos). Interrupted, it waits again when it is given again.

Examples:
  whylight evaluate --network scenes-fair
  whylight evaluate --network scenes-fair,scenes-biased --preset thorough --out evaluated
  whylight evaluate --network efficientnet-lite0 --data photos-with-masks --classes dog=151-268 --target label
  whylight evaluate --network scenes-fair --data set --maps maps-of-captum
  whylight evaluate --network scenes-fair --out /shared/evaluated --queue redis://queue.example:6379`,
    )
    .action(async (request: EvaluateRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { evaluateNetworks } = await import('./evaluate-work.js');
      await evaluateNetworks(request);
    });
}

/** Reads `dog=151-268,cat=281;282`. */
function categoryClasses(text: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    list(text).map((entry) => {
      const match = /^([^=]+)=(.+)$/.exec(entry);
      if (!match) throw new InvalidArgumentError('Allowed: category=class, several classes with ; between them.');
      return [match[1]!.trim(), match[2]!.split(';').map((one) => one.trim())];
    }),
  );
}
