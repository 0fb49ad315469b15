import { z } from 'zod';
import { methodPanel } from '../../plots/method-panel';
import { targetName, targetWords, titleInside } from '../../plots/words';
import { called, headed, type NetworkNames } from '../network-names';
import { wholePercentage } from '../numbers';
import type { Prose } from '../prose/blocks';
import { agree, inSentence } from '../prose/grammar';
import { joined, list, prose, ref, sentences } from '../prose/make';
import { decisionClause, decisionsOf } from './decision';
import { common, network, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure, type FigureResult } from './kind';
import { animalMass, besideNothing, halfMass, peakPlace } from './map-words';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('networks'),
  ...common,
  target: target.optional(),
  networks: z.tuple([network, network]),
  method: z.enum(['saliency', 'cam']),
});

/** One method for two networks on one photo. */
export const networks = defineFigure<z.infer<typeof schema>>({
  kind: 'networks',
  title: 'Two networks on one photo',
  schema,
  example: `# One method, saliency or cam, for two networks on one photo.
# - id: two-networks
#   kind: networks
#   shows: a dog in snow
#   photo: { scene: single, kind: dog, background: snow, seed: 2 }
#   networks: [scenes-fair, scenes-biased]
#   method: cam
#   target: wolf`,
  networks: ({ networks }) => networks,
  compute: async ({ method, target }, { photo, networks, targets, explain }) => ({
    maps: await inTurn([...networks.keys()], (i) =>
      explain(method, networks[i]!, photo, { target: targets[i]!.one(target) }),
    ),
  }),
  plot: (result, names) => {
    const { entry, maps, networks } = result;
    const figure = methodPanel(maps, {
      bars: false,
      picture: photoBehind(result, 3),
      title: ({ network }) => headed(names, network),
    });
    const each = maps.map((map, i) => `${called(names, networks[i]!)} (for ${targetWords(map)})`);
    return [captioned(entry, figure, `${titleInside(maps[0]!)}s of ${each.join(' and ')}.`)];
  },
  sentences: (result, names) => {
    const { entry } = result;
    const decisions = decisionsOf(result);
    const answers = decisions.map((decision) => decisionClause(decision, names));
    return sentences(
      prose`${ref(entry.id)} asks two networks about ${inSentence(entry.shows)}: ${joined(answers, '; ')}.`,
      targetSentence(result, names),
      massSentence(result, names),
    );
  },
});

/** Of which class each map is, and whether its network chose it. */
function targetSentence({ maps, networks, classifications }: FigureResult, names: NetworkNames): Prose {
  const labels = maps.map(({ target }) => targetName(target));
  const chose = maps.map(({ target }, i) => target.index === classifications[i]!.classes[0]!.index);
  const choosers = networks.filter((_, i) => chose[i]).map((network) => called(names, network));
  if (choosers.length === maps.length) {
    return prose`Each map is for the class that its network chose, ${list([...new Set(labels)])}.`;
  }
  const what = labels[0] === labels[1] ? `Both maps are for ${labels[0]}` : `The maps are for ${labels.join(' and ')}`;
  if (maps.some(({ target }) => target.index === null)) return [`${what}.`];
  return [`${what}, which ${choosers.length === 0 ? 'neither network' : `only ${choosers[0]}`} chose.`];
}

/** Where the maps' mass lies, in numbers: what it means that one network errs they do not tell. */
function massSentence({ maps, networks, scene }: FigureResult, names: NetworkNames): Prose {
  const of = (i: number) => `the map of ${called(names, networks[i]!)}`;
  const empty = maps.flatMap((map, i) => (halfMass(map) === null ? [`${of(i)} has no positive value`] : []));
  if (empty.length > 0) return prose`Of the two, ${list(empty)}.`;
  const masses = maps.map((map) => animalMass(map, scene)).filter((mass) => mass !== null);
  if (masses.length === maps.length) {
    const areas = [...new Set(masses.map(({ area }) => wholePercentage(area)))];
    const animals = agree(masses[0]!.animals, 'animal, which fills', 'animals, which fill');
    const each = masses.map(
      (one, i) => `${wholePercentage(one.mass)} of the positive mass of ${of(i)}, ${besideNothing(one)}`,
    );
    return prose`On the ${animals} ${list(areas)} of what ${areas.length === 1 ? 'the networks see' : 'the two networks see'}, lies ${joined(each, ', and ')}.`;
  }
  const each = maps.map(
    (map, i) =>
      `${of(i)} has half of its positive mass in ${halfMass(map)} of the picture and its strongest point ${peakPlace(map)}`,
  );
  return prose`Of the two, ${list(each)}.`;
}
