import { z } from 'zod';
import { methodPanel } from '../../plots/method-panel';
import { targetName, targetWords } from '../../plots/words';
import { called } from '../network-names';
import { decimal } from '../numbers';
import { inSentence } from '../prose/grammar';
import { prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, network, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { absoluteCorrelation } from './map-words';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('deconvolution'),
  ...common,
  network,
  target: target.optional(),
});

/** A photo, its saliency map and its deconvolution. */
export const deconvolution = defineFigure<z.infer<typeof schema>>({
  kind: 'deconvolution',
  title: 'Deconvolution',
  schema,
  example: `# The saliency map beside the deconvolution.
# - id: behind
#   kind: deconvolution
#   shows: a wolf in snow
#   photo: { scene: single, kind: wolf, background: snow, seed: 3 }
#   network: mine`,
  compute: async ({ target }, { photo, networks, targets, explain }) => ({
    maps: await inTurn(['saliency', 'deconvolution'], (method) =>
      explain(method, networks[0]!, photo, { target: targets[0]!.one(target) }),
    ),
  }),
  plot: (result, names) => {
    const of = `${called(names, result.networks[0]!)} for ${targetWords(result.maps[0]!)}`;
    const figure = methodPanel(result.maps, { picture: photoBehind(result, 3) });
    return [captioned(result.entry, figure, `the saliency map and the deconvolution of ${of}.`)];
  },
  sentences: (result, names) => {
    const { entry, maps } = result;
    const alike = absoluteCorrelation(maps[0]!, maps[1]!);
    const empty = maps[1]!.values.every((value) => value === 0);
    return sentences(
      prose`${ref(entry.id)} sets the deconvolution of ${inSentence(entry.shows)} beside the saliency map, both for ${targetName(maps[0]!.target)}.`,
      answerSentence(result, names, maps[0]),
      empty
        ? 'The deconvolution is zero everywhere: nothing positive comes back through all layers to the input.'
        : alike !== null && `The two correlate by ${decimal(alike)}; only what the ReLUs pass backwards differs.`,
    );
  },
});
