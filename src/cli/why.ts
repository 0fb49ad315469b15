import { Command } from 'commander';
import { jsonOption, list, mirrorOption, networkHelp, offlineOption, wholeNumber, withOption } from './options';
import type { WhyRequest } from './why-work';

/** `whylight why`: one photo's decision, and what can be concluded of it. */
export function whyCommand(): Command {
  return new Command('why')
    .description('Say in a few sentences what can be concluded about one decision, and what cannot, with one picture.')
    .argument('<photo>', 'a photo')
    .requiredOption('-n, --network <name>', networkHelp)
    .option(
      '-t, --target <class>',
      'class by label or index, or "wolf - dog", that the maps are of; default: the answer',
    )
    .option(
      '-m, --methods <names>',
      'methods with commas (whylight methods); default: of each of three ways to ask the best that an evaluation supports',
      list,
    )
    .option(
      '--support <file>',
      'evaluations to choose by (whylight evaluate --support FILE); default: those in networks/',
    )
    .option(
      '--fill <kinds>',
      'what covers, with commas, the first in every check: black, zero, mean, blur, noise; default: black,mean,blur',
      list,
    )
    .option('--seed <number>', 'of untrained networks, and of the order of equal places', wholeNumber(0), 0)
    .option('--quick', 'two shares, one untrained network, one fill, no pieces of like colour')
    .option('--memory <MB>', 'memory one batch of activations may take', wholeNumber(16))
    .option('-o, --out <dir>', 'folder for why.txt, why.png and why.json', 'why')
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
There are three ways to ask: what the last map of features holds, how the score slopes, what it loses when a part is covered.
Of each way that method is taken of which an evaluation (networks/support.json) showed that the score follows its maps best,
better than maps that know nothing: the evaluation of this network, else of one of its form, else of another for drawn scenes
or for photos. Without one: a class activation map (Grad-CAM where no pooled head reads one), integrated gradients, occlusion.
Which it was, is said. Checked on this photo, of each map:
  place     what it ranks first is covered, 5, 10 and 20 % of the input in turn, and the same shapes moved to 24 other
            places, by fifths of the sides (what leaves one comes in on the other). It passes where covering takes more
            from the score than at every other place: p = 1/25 for this map alone, were its place drawn by lot
  network   the same method on networks of the same form with weights drawn anew. It fails where its mean rank correlation
            with these maps is 0.5 or more: then it needs no training
  class     its rank correlation with its map of the best other class: from 0.5 on they are called alike,
            which what cannot be concluded says; the map passes all the same
The score is the class's logit less the best other one: below 0 the answer has turned. What turns it: squares of growing
size at every place of a grid, until one does (from one cell on, no size is passed over), and the pieces of like colour
that a greedy search covers. Px are those of the network's input.
Every number of a sentence stands in why.json at the place that its sentence names there.

Examples:
  whylight why wolf.jpg --network squeezenet1_0
  whylight why drawn/photos/wolf/0001.png --network scenes-fair --target "wolf - dog" --quick --json`,
    )
    .action(async (photo: string, request: WhyRequest) => {
      // Loaded here: TensorFlow takes a second, and --help should not; nor should what only --with needs, the paper's claims.
      if (request.with !== undefined) (await import('./with.js')).addModules(request.with);
      const { explainWhy } = await import('./why-work.js');
      await explainWhy(photo, request);
    });
}
