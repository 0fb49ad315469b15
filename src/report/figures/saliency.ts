import { z } from 'zod';
import { methodPanel } from '../../plots/method-panel';
import { targetName } from '../../plots/words';
import { called } from '../network-names';
import { inSentence } from '../prose/grammar';
import { prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, network, target } from './entry';
import { defineFigure } from './kind';
import { animalMass, animalSentence, halfMass, peakPlace } from './map-words';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('saliency'),
  ...common,
  network,
  /** What is explained, one target. Default: the best class. */
  target: target.optional(),
});

/** A photo and its saliency map. */
export const saliency = defineFigure<z.infer<typeof schema>>({
  kind: 'saliency',
  title: 'Saliency maps',
  schema,
  example: `# The photo and the map of one gradient: which pixels the score hangs on.
- id: map
  kind: saliency
  shows: a wolf in snow
  photo: { scene: single, kind: wolf, background: snow, seed: 3 }
  network: mine
  # What to explain: a class by label or index, top1, or a difference of classes, dog - wolf. Default: the best class.
  target: wolf`,
  compute: async ({ target }, { photo, networks, targets, explain }) => ({
    maps: [await explain('saliency', networks[0]!, photo, { target: targets[0]!.one(target) })],
  }),
  plot: (result, names) => {
    const [map] = result.maps;
    const figure = methodPanel([map!], { title: () => 'Saliency map', picture: photoBehind(result, 2) });
    const of = `${called(names, result.networks[0]!)} for ${targetName(map!.target)}`;
    return [captioned(result.entry, figure, `the photo, and the saliency map of ${of}.`)];
  },
  sentences: (result, names) => {
    const { entry, maps, scene } = result;
    const [map] = maps;
    const half = halfMass(map!);
    return sentences(
      prose`${ref(entry.id)} shows ${inSentence(entry.shows)}.`,
      answerSentence(result, names, map),
      half === null
        ? 'The saliency map is zero everywhere.'
        : prose`Half of the mass of the saliency map lies in ${half} of the picture, and its strongest point is ${peakPlace(map!)}.`,
      animalSentence(animalMass(map!, scene), 'the mass'),
    );
  },
});
