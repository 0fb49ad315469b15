import { z } from 'zod';
import { classPanel } from '../../plots/class-panel';
import { COLUMN } from '../../plots/print-geometry';
import { targetWords, titleInside } from '../../plots/words';
import { called } from '../network-names';
import { capitalised, inSentence } from '../prose/grammar';
import { joined, prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, method, methodOf, network, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { halfMass, peakPlace } from './map-words';
import { captioned } from './panel';

const schema = z.strictObject({
  kind: z.literal('classes'),
  ...common,
  network,
  method: method.default('cam'),
  targets: z.array(target).min(1).max(4),
});

/** One method for two to four classes, on one scale; `top3` names three. */
export const classes = defineFigure<z.infer<typeof schema>>({
  kind: 'classes',
  title: 'Classes compared',
  schema,
  example: `# One method for several classes, on one colour scale.
# - id: compared
#   kind: classes
#   shows: A dog and a wolf
#   photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
#   network: scenes-animals
#   method: { method: grad-cam, options: { layer: layer2 } }
#   targets: [dog, wolf, dog - wolf]`,
  compute: async (entry, { photo, networks, targets, explain }) => {
    const { method, options } = methodOf(entry.method);
    const maps = await inTurn(targets[0]!.several(entry.targets, 2), (target) =>
      explain(method, networks[0]!, photo, { ...options, target }),
    );
    return { maps };
  },
  plot: ({ entry, maps }) => [
    captioned(
      entry,
      classPanel(maps, { width: COLUMN }),
      `${titleInside(maps[0]!)} for ${maps.length} targets, on one colour scale.`,
    ),
  ],
  sentences: (result, names) => {
    const { entry, maps, networks } = result;
    const each = maps.map((map) => {
      const half = halfMass(map);
      return `for ${targetWords(map)}, ${half === null ? 'it has no positive value' : `it peaks ${peakPlace(map)}, with half of its positive mass in ${half} of the picture`}`;
    });
    return sentences(
      prose`${capitalised(inSentence(entry.shows))} (${ref(entry.id)}), ${titleInside(maps[0]!)} of ${called(names, networks[0]!)}: ${joined(each, '; ')}.`,
      answerSentence(result, names),
    );
  },
});
