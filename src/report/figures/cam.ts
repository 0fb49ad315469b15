import { z } from 'zod';
import { methodPanel } from '../../plots/method-panel';
import { targetName, targetWords } from '../../plots/words';
import { decimal } from '../numbers';
import type { Prose } from '../prose/blocks';
import { inSentence } from '../prose/grammar';
import { prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, network, target } from './entry';
import { defineFigure, type FigureResult } from './kind';
import { animalMass, animalSentence, mapCorrelation, peakClause, scoreWords } from './map-words';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('cam'),
  ...common,
  network,
  target: target.optional(),
  rival: target.optional(),
});

/** The activation maps of the target and of a rival. Default rival: the best class that is not the target. */
export const cam = defineFigure<z.infer<typeof schema>>({
  kind: 'cam',
  title: 'Class activation maps',
  schema,
  example: `# The class activation maps of a class and of a rival. Default rival: the best other class.
- id: two-classes
  kind: cam
  shows: a dog and a wolf
  photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
  network: mine
  target: dog
  rival: wolf`,
  compute: async ({ target, rival }, { photo, networks, targets, explain }) => {
    const [network, { one, several }] = [networks[0]!, targets[0]!];
    const map = await explain('cam', network, photo, { target: one(target) });
    const [first, second] = several(['top2'], 2);
    const other = one(rival) ?? (map.target.index === first ? second : first);
    return { maps: [map, await explain('cam', network, photo, { target: other })] };
  },
  plot: (result) => {
    const { entry, maps } = result;
    const title = ({ target }: (typeof maps)[number]) => targetName(target);
    const figure = methodPanel(maps, { shared: true, picture: photoBehind(result, 3), title });
    const [first, second] = maps.map((map) => targetWords(map));
    return [captioned(entry, figure, `class activation maps for ${first}, and for ${second}, on one colour scale.`)];
  },
  sentences: (result, names) => {
    const { entry, maps, scene } = result;
    return sentences(
      prose`${ref(entry.id)} shows ${inSentence(entry.shows)}.`,
      answerSentence(result, names, maps[0]),
      mapsSentence(result),
      animalSentence(animalMass(maps[0]!, scene), 'the positive mass of the first map'),
    );
  },
});

function mapsSentence({ maps, networks }: FigureResult): Prose {
  const [map, rival] = [maps[0]!, maps[1]!];
  const label = ({ target }: typeof map) => targetName(target);
  const first = `The map of ${label(map)}, at ${map.layer}, ${peakClause(map)}`;
  const other = `${label(rival)}, at ${scoreWords(rival.target)},`;
  if (networks[0]!.output === 'sigmoid') {
    const differences = maps.some(({ target }) => target.probability === null);
    return [
      `${first}. With one logit for two classes the map of ${other} is ${differences ? 'a multiple of it' : 'its negative'} by construction and shows nothing of its own.`,
    ];
  }
  const alike = mapCorrelation(map.coarse!, rival.coarse!);
  const correlated = alike === null ? '' : `; the two correlate by ${decimal(alike)}`;
  return [`${first}, that of ${other} ${peakClause(rival)}${correlated}.`];
}
