import { Command, InvalidArgumentError, Option } from 'commander';
import { jsonOption, list, mirrorOption, offlineOption, wholeNumber, withOption } from './options';
import type { TrainRequest } from './train-work';

/** `whylight train`: a classifier from a folder of photos. */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a classifier on photos: a linear head on a backbone, or a whole small network.')
    .argument('<name>', 'name of the new network')
    .requiredOption('-d, --data <dir|zip>', 'photos, a folder per class; or a zip of that')
    .requiredOption(
      '-b, --backbone <card>',
      'a network card whose layers are kept, or an architecture to train from scratch (tiny-resnet)',
    )
    .option(
      '-o, --out <dir>',
      "folder for the network; cards in the current folder's networks/ are found by name",
      'networks',
    )
    .option('--title <words>', 'title of the network')
    .option('--classes <labels>', "labels, in the order of the class folders' names; default: these names", list)
    .option('--test <dir|zip>', 'measure on these photos too; those that look like ones of --data are left out')
    .option('--seed <number>', 'seed of the split, the starting weights and the order of photos', wholeNumber(0), 0)
    .option('--duplicates <bits>', 'bits by which near-duplicate photos may differ, 0-63, or none', duplicates, 6)
    .option('--l2 <strengths>', 'strengths of L2 to choose from, with commas (a head)', numbers)
    .option('--no-augment', 'train on the photos as they are, not mirrored, shifted and relit')
    .option('--unfreeze <node>', "then train the backbone's layers from this node on, too")
    .option('--from-scratch', 'train the architecture of that name even where there is a card of that name')
    .option('--side <px>', 'input size of a network trained from scratch; default: 96', wholeNumber(16))
    .option('--epochs <number>', 'most passes over the photos (from scratch: 12, --unfreeze: 5)', wholeNumber(1))
    .option('--patience <number>', 'passes without a better validation loss before it stops', wholeNumber(1))
    .option('--rate <number>', 'learning rate (from scratch: 0.003, --unfreeze: 0.0001)', positive)
    .option('--sparse <weight>', 'penalty on evidence anywhere in the class activation maps; default: 0', positive)
    .option('--batch <number>', 'photos a step (from scratch: 32, --unfreeze: 16)', wholeNumber(2))
    .addOption(
      new Option(
        '--labels <which>',
        "labels of the training photos (from scratch): their folders', or random: these shuffled; default: folders",
      ).choices(['folders', 'random']),
    )
    .addOption(
      new Option(
        '--keep <which>',
        'which weights are kept (from scratch): best: of the lowest validation loss; last: after all epochs; default: best',
      ).choices(['best', 'last']),
    )
    .option('--half', 'weights of 16 bits (from scratch): half the file; what is measured is measured with them')
    .option('--memory <MB>', 'memory one batch of activations may take', wholeNumber(16))
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The photos are split by class into 70 % for training, 15 % to choose by (validation: L2, when to stop) and 15 % held
out (test); near-duplicates stay on one side. Two classes get one sigmoid output, the second folder being the
positive class; more get a softmax.

Writes
  OUT/NAME.yaml             the network's card, for --network
  OUT/NAME.safetensors      its weights: with a backbone only the head, or what --unfreeze trained
  OUT/NAME.training.json    settings, data and its sha256, learning curve; for validation, test and --test: accuracy
                            with its 95 % interval, confusion matrix, ROC and its area, calibration, every mistake
  OUT/NAME.mistakes.png     the worst mistakes on held-out photos, as pictures
With --labels random a network can only learn its photos by heart: take --keep last with it, for the lowest validation
loss is then that of a network that has learnt nothing. How many of its photos it has by heart is printed, and its card
says what it is. A card that names it (randomLabels: NAME) lets whylight evaluate compare both (--measures random-labels).
An interrupted training goes on where it was when the same command is given again: a backbone's answers are kept in
the cache folder, the state of a training through layers in OUT/.NAME.checkpoint, which is removed at the end.

Examples:
  whylight train dogs-and-wolves --data dogs-vs-wolves.zip --backbone resnet50 --classes dog,wolf
  whylight train dogs-and-wolves-tuned --data photos --backbone resnet50 --unfreeze layer4.0.conv1 --epochs 3
  whylight scenes --count 3000 --bias 0.5 --size 128 --out drawn
  whylight train drawn --data drawn/photos --backbone tiny-resnet --epochs 10`,
    )
    .action(async (name: string, options: Omit<TrainRequest, 'duplicates'> & { duplicates: number | 'none' }) => {
      const request = { ...options, duplicates: options.duplicates === 'none' ? null : options.duplicates };
      // Loaded here: TensorFlow takes a second, and --help should not.
      if (options.with !== undefined) (await import('./with.js')).addModules(options.with);
      const { train } = await import('./train-work.js');
      await train(name, request);
    });
}

/** Commander takes null for a value that is missing, so `none` stays a word here. */
function duplicates(text: string): number | 'none' {
  if (text === 'none') return 'none';
  if (!/^\d+$/.test(text) || Number(text) > 63) throw new InvalidArgumentError('Allowed: 0 to 63, or none.');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('Allowed: a number above 0.');
  return value;
}

function numbers(text: string): readonly number[] {
  return list(text).map((word) => {
    const value = Number(word);
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new InvalidArgumentError('Allowed: numbers from 0, with commas between them.');
    }
    return value;
  });
}
