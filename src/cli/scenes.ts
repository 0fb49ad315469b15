import { Command, InvalidArgumentError } from 'commander';
import type { LeakChecks } from '../analyses/leak-checks';
import type { LabelledSpec } from '../scenes/dataset';
import type { AnimalKind, BackgroundKind, DistractorKind } from '../scenes/spec';
import { animalKinds, backgroundKinds, distractorKinds } from '../scenes/spec';
import { interruptible } from './interrupt';
import { describeLeaks } from './leaks-text';
import { jsonOption, listOf, sceneSet, sceneSetOption, wholeNumber } from './options';
import { createReporter } from './progress';
import { table } from './table';

interface ScenesRequest {
  readonly count?: number;
  readonly redraw?: string;
  readonly claims?: string;
  readonly counterfactuals?: boolean;
  readonly bias: number;
  readonly kinds?: readonly AnimalKind[];
  readonly backgrounds?: readonly BackgroundKind[];
  readonly animals: readonly [number, number];
  readonly distraction: number;
  readonly watermark?: number;
  readonly blur?: number;
  readonly cast?: { readonly name: 'warm' | 'cold'; readonly share: number };
  readonly companion?: { readonly name: DistractorKind; readonly share: number };
  readonly suppressor?: number;
  readonly size: readonly [number, number];
  readonly set: '1' | '2';
  readonly seed: number;
  readonly leaks: number | 'none';
  readonly out: string;
  readonly json?: boolean;
}

/** `whylight scenes`: the drawn benchmark as files for any tool. */
export function scenesCommand(): Command {
  return new Command('scenes')
    .description('Draw labelled scenes with the exact mask of every object: a benchmark with known answers.')
    .option('-c, --count <number>', 'number of scenes, each class its equal share', wholeNumber(1))
    .option('--redraw <file>', 'draw the scenes of a specs.jsonl again, instead of new ones')
    .option('--claims <study>', 'the scenes that the claims of a study are measured on (below)')
    .option('--counterfactuals', 'masks of parts and shadows too, and every scene again with one thing changed')
    .option('-b, --bias <share>', 'how far the background gives the class away, 0 to 1 (below)', share, 0.5)
    .option(
      '-k, --kinds <names>',
      `classes, with commas: ${animalKinds.join(', ')}; default: dog,wolf`,
      listOf(animalKinds),
    )
    .option(
      '--backgrounds <names>',
      `backgrounds to draw from: ${backgroundKinds.join(', ')}; default: all`,
      listOf(backgroundKinds),
    )
    .option('--animals <number>', 'animals in a scene, or LEAST-MOST', range, [1, 1])
    .option('--distraction <share>', 'share of scenes with a person, a ball or a tree', share, 0.3)
    .option('--watermark <share>', 'a mark in a lower corner (shares: below)', share)
    .option('--blur <share>', 'the whole picture blurred', share)
    .option('--cast <share>', 'warm light; cold=SHARE: cold light', namedShare(['warm', 'cold'], 'warm'))
    .option(
      '--companion <kind=share>',
      `an object that comes along: ${distractorKinds.join(', ')}`,
      namedShare(distractorKinds),
    )
    .option('--suppressor <strength>', 'coats whose brightness must be divided by a grey card, 0 to 1', share)
    .option('--size <px>', 'picture size, px or HEIGHTxWIDTH, 16 to 4096', sides, [256, 256])
    .addOption(sceneSetOption())
    .option('--seed <number>', 'seed of the whole set; scene n is the same for any count', wholeNumber(0), 1)
    .option('--leaks <number>', 'scenes that the leak checks (below) draw again at most, or none', leakScenes, 400)
    .requiredOption('-o, --out <dir>', 'a new or empty folder; it appears whole or not at all')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Bias: 0.5 draws the background evenly, whatever the class. Above, the share 2·bias − 1 of the scenes stands on the
class's own background (wolf: snow, dog: grass, bee: flowers, ant: forest) and the rest is drawn evenly; below, the
share 1 − 2·bias stands on the rival's (dog and wolf swap, bee and ant swap). With --backgrounds snow,grass the bias
is exactly the share of wolves in snow and dogs on grass. How many answers a network changes between 1 and 0, on
the same animals, shows how much it looks at the background (whylight background).

Watermark, blur, cast, companion: the share is the chance that it is there in a scene of a wolf or a bee; in one of a
dog or an ant it is 1 − share. 0.5 says nothing about the class; without the option it is never there. Each is drawn
independently of the others and of the background.
Suppressor: a factor that the class does not decide (0.55 to 1.82) brightens or darkens the whole picture, a grey card
lies in an upper corner, and the coats of wolves and bees are darker, those of dogs and ants lighter, by the factor
exp(0.25·strength) each. Area under the ROC curve over 400 dogs and wolves, mean brightness of the card, of the coat, and
coat over card: 0.53, 0.69, 0.98 at strength 0.5; 0.53, 0.82, 1.00 at 1 (0.5 is chance, its standard error 0.03).

Writes
  DIR/photos/CLASS/NUMBER.png        the scenes, a folder per class, RGB
  DIR/masks/NUMBER-INDEX.png         one for each object, 8-bit grey: 255 where the object is seen (more than half of
                                     the pixel's colour is its own), 0 elsewhere; parts hidden by nearer objects, by
                                     grass, snow, a mark or a card are left out, shadows too; masks never overlap
  DIR/scenes.csv                     a line for each scene, columns:
    file             photo, relative to DIR
    label            class
    background       ${backgroundKinds.join(', ')}
    background_role  own (the class's), rival (the other class's) or other
    objects          kinds, farther ones first, with ; between them (so are the next three)
    areas            px in each mask; 0 where the object is hidden
    boxes            "x y width height" in px around each mask; nothing where the object is hidden
    masks            mask files, relative to DIR
    visible, parts, shadows   with --counterfactuals: the share of each object that nothing nearer hides; the masks of
                     its parts, with spaces between them; the mask of its shadow
    effects          exposure (a suppressor's), cast, blur, watermark, with ; between them
    sha256           of the photo's RGB bytes, row by row
  DIR/specs.jsonl                    a line for each scene: its label and all that draws it (--redraw)
  DIR/croissant.json                 what lies here, for machines (MLCommons' Croissant 1.0)
With --counterfactuals also
  DIR/masks/NUMBER-INDEX-PART.png    canines: body, legs, tail, head, ears, muzzle; insects: abdomen, thorax, legs,
                                     wings, head, feelers; together the animal's mask
  DIR/masks/NUMBER-INDEX-shadow.png  255 where the shadow takes more than a sixteenth of the light
  DIR/counterfactuals/NUMBER/NAME.png   the scene without-0 (its farthest object), without-0-head, with rival-0 (the same
                                     body, the rival's markings), on-snow, without-blur, empty: all else is the same
  DIR/counterfactuals.csv            file, scene, change, object, part, background, effect, sha256

With --claims, for programs that compute a paper's numbers again (docs/claims.md; scripts/claims is one), a folder
for each stream of scenes, its scenes drawn again as its claims need them, and
  DIR/index.json                     the study's claims, the networks, and which folder serves which claim

Leak checks, printed and written to DIR/leaks.json (--leaks none: not): how well two probes (logistic regression, nearest neighbours; 5-fold) tell
the class from what should say nothing: the background drawn again without the animals, mean colours, contrast, tones
without their place, silhouette, box, and the spec but for markings; 95 % intervals, of which one in twenty lies above
chance by luck. What a knob ties to the class is told, as intended. And how many scenes share a seed with those that
Whylight's own networks were trained on.

Examples:
  whylight scenes --count 2000 --bias 0.97 --kinds dog,wolf --size 128 --seed 1 --out biased
  whylight scenes --count 400 --bias 0 --size 128 --seed 2 --out swapped
  whylight scenes --count 200 --kinds bee,ant,dog,wolf --animals 1-4 --out several
  whylight scenes --count 50 --size 128 --counterfactuals --out redrawn
  whylight scenes --claims scenes --out of-claims`,
    )
    .action(async (request: ScenesRequest, command: Command) => {
      if (request.claims !== undefined) {
        const { writeClaimScenes } = await import('./scenes-claims.js');
        await writeClaimScenes({ ...request, claims: request.claims }, optionsOf(command));
        return;
      }
      // Loaded here: canvas and sharp take a moment, and --help should not.
      const { writeSceneDataset } = await import('../scenes/write-dataset.js');
      const { refuseContent } = await import('../explain/whole-folder.js');
      const specs = await specsOf(request, optionsOf(command));
      await refuseContent(request.out);
      const leaks = await leaksOf(request, specs);
      const texts: Record<string, string> =
        leaks === null ? {} : { 'leaks.json': `${JSON.stringify(leaks, null, 2)}\n` };
      const reporter = createReporter();
      const { counterfactuals } = request;
      const dataset = await interruptible((signal) =>
        writeSceneDataset(request.out, specs, { counterfactuals, texts, onProgress: reporter.onProgress, signal }),
      ).finally(() => reporter.stop());
      if (request.json) {
        process.stdout.write(`${JSON.stringify({ ...dataset, leaks }, null, 2)}\n`);
        return;
      }
      const rows = Object.entries(dataset.counts).sort(([a], [b]) => (a < b ? -1 : 1));
      process.stdout.write(`${table(rows.map(([what, number]) => [`  ${what}`, String(number)]))}\n`);
      process.stdout.write(
        `${dataset.scenes} scenes and ${dataset.masks} masks${dataset.counterfactuals > 0 ? `, ${dataset.counterfactuals} counterfactuals` : ''} in ${dataset.folder} (scenes.csv lists them)\n`,
      );
      if (leaks !== null) process.stdout.write(describeLeaks(leaks));
    });
}

/** What goes with `--redraw`: the file says all else. */
const besideRedraw = ['redraw', 'counterfactuals', 'out', 'json'];

/** The options that the command line has, by their long names. */
const optionsOf = (command: Command): readonly string[] =>
  command.options
    .map((option) => option.attributeName())
    .filter((name) => command.getOptionValueSource(name) === 'cli');

/** How well the class is told from what should say nothing; null where it was not asked. */
async function leaksOf({ leaks }: ScenesRequest, specs: readonly LabelledSpec[]): Promise<LeakChecks | null> {
  if (leaks === 'none') return null;
  const { leakChecks } = await import('../analyses/leak-checks.js');
  const reporter = createReporter();
  return interruptible((signal) =>
    leakChecks(specs, { scenes: leaks, onProgress: reporter.onProgress, signal }),
  ).finally(() => reporter.stop());
}

/** Which scenes are drawn: those of a file, or new ones. */
async function specsOf(request: ScenesRequest, options: readonly string[]): Promise<readonly LabelledSpec[]> {
  const { WhylightError } = await import('../explain/errors.js');
  if (request.redraw !== undefined) {
    const idle = options.find((name) => !besideRedraw.includes(name));
    if (idle !== undefined)
      throw new WhylightError(
        `--${idle} and --redraw: one of them, a file says all of its scenes (allowed beside --redraw: --counterfactuals, --out, --json)`,
      );
    const { readSpecs } = await import('../scenes/read-specs.js');
    return readSpecs(request.redraw);
  }
  if (request.count === undefined)
    throw new WhylightError('neither --count nor --redraw: one of them says which scenes');
  const { sceneSpecs } = await import('../scenes/dataset.js');
  return [
    ...sceneSpecs({
      count: request.count,
      bias: request.bias,
      classes: request.kinds,
      backgrounds: request.backgrounds,
      animals: request.animals,
      distraction: request.distraction,
      watermark: request.watermark,
      blur: request.blur,
      cast: request.cast && { light: request.cast.name, share: request.cast.share },
      companion: request.companion && { kind: request.companion.name, share: request.companion.share },
      suppressor: request.suppressor,
      height: request.size[0],
      width: request.size[1],
      set: sceneSet(request),
      seed: request.seed,
    }),
  ];
}

// Not null for none: commander makes an empty text of it.
function leakScenes(text: string): number | 'none' {
  return text === 'none' ? text : wholeNumber(1)(text);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('Allowed: 0 to 1.');
  return value;
}

/** Reads `name=share`, or a share alone where there is a usual name. */
function namedShare<T extends string>(names: readonly T[], usual?: T) {
  return (text: string): { readonly name: T; readonly share: number } => {
    const at = text.indexOf('=');
    const name = at < 0 ? usual : names.find((one) => one === text.slice(0, at));
    if (name === undefined) throw new InvalidArgumentError(`Allowed: NAME=SHARE, with a name of ${names.join(', ')}.`);
    return { name, share: share(text.slice(at + 1)) };
  };
}

function range(text: string): readonly [number, number] {
  const match = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text);
  const [least, most] = match ? [Number(match[1]), Number(match[2] ?? match[1])] : [0, 0];
  if (least < 1 || most < least || most > 6)
    throw new InvalidArgumentError('Allowed: 1 to 6, or LEAST-MOST such as 1-4.');
  return [least, most];
}

function sides(text: string): readonly [number, number] {
  const match = /^(\d{2,4})(?:[x×](\d{2,4}))?$/.exec(text);
  const [height, width] = match ? [Number(match[1]), Number(match[2] ?? match[1])] : [0, 0];
  if (Math.min(height, width) < 16 || Math.max(height, width) > 4096)
    throw new InvalidArgumentError('Allowed: px from 16 to 4096, or HEIGHTxWIDTH.');
  return [height, width];
}
