import { Command, Option } from 'commander';
import { WhylightError } from '../explain/errors';
import { fits } from '../explain/image/preprocessing';
import { qualities } from '../explain/quality-names';
import { overlayLayouts } from '../plots/overlay-layouts';
import type { ExplainRequest } from './explain-choice';
import type { SubmitRequest } from './explain-submit';
import { figureKinds } from './figure-kinds';
import {
  jsonOption,
  list,
  listOf,
  mirrorOption,
  networkHelp,
  offlineOption,
  pixels,
  priorityOption,
  setting,
  shareOption,
  wholeNumber,
  withOption,
} from './options';
import { shard } from './shard';

const target = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Whether the work is left to a queue. @throws WhylightError for a priority without one */
function isSubmission(request: ExplainRequest | SubmitRequest): request is SubmitRequest {
  if ('queue' in request) return true;
  if ('priority' in request) throw new WhylightError('--priority goes with --queue');
  return false;
}

/** `whylight explain`: overlays, raw maps and numbers for photos. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('Explain what a network saw in photos: overlays, raw maps and numbers.')
    .argument('<photo...>', 'photos, or folders of photos (searched with their subfolders, links too)')
    .requiredOption('-n, --network <name>', networkHelp)
    .option(
      '-m, --method <names>',
      'methods and views, with commas, or all: every method that the network allows (whylight methods); default: saliency,occlusion,cam',
      list,
    )
    .option(
      '-t, --target <class>',
      'class by label or index; top2: the two best; "wolf - dog": the difference of two; may be given again',
      target,
    )
    .option('--size <px>', 'occluder, px or HEIGHTxWIDTH', pixels)
    .option('--stride <px>', 'step of the occluder, px or VERTICALxHORIZONTAL', pixels)
    .option('--fill <kind>', 'what the occluder is filled with: black, zero, mean, blur or noise; default: black')
    .option(
      '--layer <nodes>',
      'layer to look at (layer4.1.relu2, or layer4 for its last), for methods that take one; several with commas are averaged',
      list,
    )
    .addOption(
      new Option(
        '--fit <way>',
        'what becomes of a photo of another shape than the input: crop its middle, pad it with black, or stretch it; default: as the card says',
      ).choices(fits),
    )
    .addOption(
      new Option(
        '--quality <how>',
        'of methods that run many copies: exact; good (rounded where that is faster, the error said); draft (less still); default: exact',
      ).choices(qualities),
    )
    .option('--seed <number>', 'seed of random draws', wholeNumber(0))
    .option(
      '--option <name=value>',
      'any other option of a method (whylight methods NAME), of one alone as lime.samples=50; may be given again',
      setting,
    )
    .option(
      '--figure <kinds>',
      'also draw, with commas: scores (best classes), grid (occluder positions), best (best class at each of them), methods (side by side), classes (targets on one scale), errors (of RISE and LIME: the map hatched where it is nearer than two standard errors to nothing, and its standard error, as .npy too)',
      listOf(figureKinds),
    )
    .option('--memory <MB>', 'memory one batch of activations may take', wholeNumber(16))
    .option(
      '--max-megapixels <number>',
      'larger photos are refused before they are decoded; default: 64',
      wholeNumber(1),
    )
    .option('--shard <i/n>', 'only one of n parts of the photos, from 1/n to n/n: for as many machines', shard)
    .option(
      '--jobs <number>',
      'photos in so many processes at once, each with the network in memory; default: 1',
      wholeNumber(1),
    )
    .option('--no-cache', 'begin anew where an earlier run was interrupted, and keep nothing to go on from')
    .option('-o, --out <dir>', 'folder for the results', 'explained')
    .option(
      '-f, --format <kinds>',
      'png (overlay), npy (raw float32 map), json (all numbers, which are always written), with commas; default: all three',
      listOf(['png', 'npy', 'json'] as const),
    )
    .addOption(
      new Option(
        '--overlay <layout>',
        'full: photo and map side by side with a title and values; plain: only the map over what the network sees, in its px; default: full',
      ).choices(overlayLayouts),
    )
    .addOption(shareOption())
    .addOption(priorityOption())
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Writes for each photo PHOTO.METHOD.png, PHOTO.METHOD.npy (float32, as large as the network's input) and PHOTO.json;
with several targets PHOTO.METHOD.TARGET.png; those of photos in subfolders lie in subfolders. PHOTO.json has words for
each picture that say what it shows, and comes last: where it is, all is.

A folder's photos are told by their first bytes, whatever they are called; hidden files are passed by, and what is no photo
is counted. What goes wrong with one photo is its own error line, the others go on, and the exit code is 1; the last
line counts: explained 118, left out 4 (.heic 3, .psd 1), failed 1. What was interrupted goes on where it was when the same
command is given again, and photos whose results are there whole, of the same photo, network, options and version, are
skipped. A folder that holds results of another network or other options is refused.

Of several photos manifest.csv and manifest.parquet have a row for each map and figure, and for each photo that failed:
photo, error, classes, options, hashes and files, the same bytes however the work was cut. Shards have their own
(manifest-2-of-8.csv); the command without --shard then writes the whole one, and computes nothing anew. A run of other photos into
the same folder adds its rows before those that are there, and says so; a manifest.csv that is none is not replaced.

With --quality good convolutions of copies multiply in bfloat16 where the processor gains by it; methods of which it could
change nothing stay exact. Occlusion is exact unless that, --option growth=0.75 (what the occluder changes is followed over at most three quarters of
each axis), --option coarse=2 (every second position first, the rest interpolated or refined) or, in a network with gates
of channels, --option gates=frozen (they keep the photo's own values) asks for less; the result then states its error.

Examples:
  whylight explain wolf.jpg --network squeezenet1_0 --method saliency,cam --target top2
  whylight explain wolf.jpg --network resnet18 --method grad-cam,smoothgrad --option statistic=square --target "wolf - dog"
  whylight explain wolf.jpg --network resnet18 --method smoothgrad,lime --option lime.samples=300 --option smoothgrad.samples=50
  whylight explain wolf.jpg --network resnet18 --with my-method.mjs --method my-method
  whylight explain wolf.jpg --network vgg16 --method feature-maps,activation-maximisation --option channels=24
  whylight explain wolf.jpg --network resnet18 --method occlusion,cam --target top3 --figure scores,grid,classes
  whylight explain wolf.jpg --network resnet18 --method lime --figure errors
  whylight explain leaf.jpg --network keras_model.h5 --fit pad
  whylight explain photos/ --network my-card.yaml --method occlusion --size 16 --stride 8 --format npy,json
  whylight explain wolf.jpg --network resnet50 --method occlusion --option growth=0.75 --option coarse=2`,
    )
    .action(async (photos: readonly string[], request: ExplainRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not; nor should what only --with needs, the paper's claims.
      if (request.with !== undefined) (await import('./with.js')).addModules(request.with);
      if (isSubmission(request)) {
        const { submitPhotos } = await import('./explain-submit.js');
        process.exitCode = await submitPhotos(photos, request);
        return;
      }
      const { explainPhotos } = await import('./explain-photos.js');
      process.exitCode = await explainPhotos(photos, request);
    });
}
