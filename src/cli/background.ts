import { Command, Option } from 'commander';
import { listAllowed, WhylightError } from '../explain/errors';
import type { BackgroundRequest } from './background-work';
import { jsonOption, mirrorOption, sceneSetOption, wholeNumber } from './options';
import { haveMasks } from './photos';

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Options that mean nothing beside `--photos`, and those that mean something only there. */
const ofScenes = ['scenes', 'maps', 'set'];
const ofPhotos = ['masks', 'backgrounds', 'each', 'objectAlone', 'fill'];
const ofMasks = ['backgrounds', 'each', 'objectAlone'];

/** `whylight background`: how much networks look at the background, and which background turns which answer. */
export function backgroundCommand(): Command {
  return new Command('background')
    .description(
      'Measure how much networks look at the background, and search the flip: the same object, another background, another answer.',
    )
    .argument(
      '<network...>',
      'networks of drawn animals (scenes-fair, scenes-biased); with --photos any that name classes',
    )
    .option('-c, --scenes <number>', 'animals, each drawn on all six backgrounds', wholeNumber(1), 400)
    .option(
      '--maps <number>',
      'of them those whose maps are measured, and whose flips are searched',
      wholeNumber(1),
      100,
    )
    .option('--seed <number>', 'seed of the scenes; no training set of the same seed shares them', wholeNumber(0), 1)
    .addOption(sceneSetOption())
    .option('--photos <path>', 'photos instead of scenes: a photo, or a folder of photos; may be given again', collect)
    .option(
      '--masks <dir>',
      'masks of their objects: PHOTO.png or PHOTO-*.png, white on the object, of the photo’s size; without, those of an index.json in the folder of photos',
    )
    .option(
      '--backgrounds <what>',
      'what objects are set before: photos (backgrounds of the other photos with masks), drawn, or a folder of pictures; may be given again; default: photos',
      collect,
    )
    .option('--each <number>', 'backgrounds tried with each photo at most, drawn by lot', wholeNumber(1), 40)
    .option('--object-alone', 'only photos whose object alone, on grey, gets the same answer')
    .option('--from <class>', 'only flips from this class, by label or index')
    .option('--to <class>', 'only flips to this class')
    .option('--flips <number>', 'flips whose smallest change is searched, the most telling first', wholeNumber(0), 3)
    .option('--segments <number>', 'segments of the picture, about', wholeNumber(2), 50)
    .addOption(
      new Option('--fill <kind>', 'what takes the place of a segment in photos without masks')
        .choices(['mean', 'blur', 'grey'])
        .default('mean'),
    )
    .option('-o, --out <dir>', 'folder for pictures of the flips; default: none are written')
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

BACKGROUND BY REDRAWING sets beside the map what the same scenes say when they are drawn again: once on the rival's
background, once with the rival's markings on the same body (dog and wolf, bee and ant are rivals). What each is worth is
the score of the scene, logit(class) − logit(rival), less the score of the other drawing (as in whylight interventions);
the share is |background| / (|markings| + |background|) of the mean worths (as in whylight reliance), 0 where only the
animal decides and 1 where only the background does, with BCa intervals over scenes. A map may lie where nothing decides,
and miss what does: the two columns measure different things.

Flips: each animal that is answered rightly on its own background is tried on the other five. The most telling flip has the
largest min(margin before, margin after); a margin is the logit of the answer less the highest other logit. It was picked:
how often trials flip is printed first, as the mean over animals (photos) of the share of their backgrounds that flip. The
smallest change is searched in segments (SLIC) of the picture: the one is exchanged for the other background's that leaves
the margin least, then the next, until the answer turns; then every segment that is not needed is put back, the largest
first. The set is minimal in that none of its segments can be left out; it need not be the smallest of all.

With --photos and --masks objects are pasted, pixel for pixel, before other backgrounds; backgrounds of photos have their own
object, and 2 % of the shorter side around it, filled with its surroundings; a photo of which more than half would be filled
gives none. Nobody told the right answer: a flip is another answer than to the photo. Controls: an object whose answer changes
when it is pasted on its own background is not tried, and the margin before is the lesser of both; the answers to the
background alone and to the object alone, on grey, are printed. An answer need not be about the masked object;
--object-alone keeps those that the object alone gets too. Without a mask the
smallest set of segments is searched that turns the answer when it is filled, with each segment's mean colour, the blurred
photo or grey; the object's count too.

Writes with --out NETWORK.PHOTO.BACKGROUND.png or NETWORK.PHOTO.segments.png for each flip that is printed in full: the photo
as it is, on the other background, with the smallest change, and where that change is.

Examples:
  whylight background scenes-fair scenes-biased
  whylight background scenes-biased --from dog --to wolf --out flips
  whylight background efficientnet-lite0 --photos animals/images --masks animals/masks --backgrounds photos --backgrounds drawn
  whylight background squeezenet1_0 --photos wolf.jpg --fill blur --out flips`,
    )
    .action(async (names: readonly string[], request: BackgroundRequest, command: Command) => {
      refuseIdle(request, command);
      // Loaded here: TensorFlow takes a second, and --help should not.
      const { runBackground } = await import('./background-work.js');
      await runBackground(names, request);
    });
}

/** Options that would change nothing are a mistake. */
function refuseIdle({ photos, masks }: BackgroundRequest, command: Command): void {
  const isSet = (name: string) => command.getOptionValueSource(name) === 'cli';
  const idle = (photos === undefined ? ofPhotos : ofScenes).filter(isSet);
  if (idle.length > 0) {
    const why = photos === undefined ? 'without --photos' : 'beside --photos';
    throw new WhylightError(`${listAllowed(idle.map((name) => flagOf(name)))} changes nothing ${why}`);
  }
  if (photos === undefined || haveMasks({ photos, masks })) return;
  const unmasked = ofMasks.filter(isSet);
  if (unmasked.length > 0) {
    throw new WhylightError(
      `${listAllowed(unmasked.map((name) => flagOf(name)))} changes nothing without --masks, or an index.json in the folder of photos`,
    );
  }
}

const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
