import { z } from 'zod';
import type { Attribution } from '../../explain/attribution';
import type { Network } from '../../explain/network/network';
import { methodPanel } from '../../plots/method-panel';
import { methodTitle, targetName, targetWords, titleInside } from '../../plots/words';
import { called, type NetworkNames } from '../network-names';
import { decimal } from '../numbers';
import type { Prose } from '../prose/blocks';
import { agree, capitalised, inSentence, inWords, plural } from '../prose/grammar';
import { list, prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, method, methodOf, network, occluder, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure } from './kind';
import { absoluteCorrelation, isFlat } from './map-words';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('methods'),
  ...common,
  network,
  target: target.optional(),
  methods: z.array(method).min(2).max(20).default(['saliency', 'occlusion', 'cam']),
  occluder,
});

/** Several methods side by side. */
export const methods = defineFigure<z.infer<typeof schema>>({
  kind: 'methods',
  title: 'The methods side by side',
  schema,
  example: `# Several methods on one photo; a method may have options: { method: smoothgrad, options: { statistic: square } }.
- id: side-by-side
  kind: methods
  shows: a dog beside a person
  photo: { scene: beside-person, kind: dog, background: grass, seed: 4 }
  network: mine
  occluder: { size: 10, stride: 5 }`,
  compute: async (entry, { photo, networks, targets, explain }) => {
    const target = targets[0]!.one(entry.target);
    const maps = await inTurn(entry.methods, (each) => {
      const { method, options } = methodOf(each);
      return explain(method, networks[0]!, photo, {
        ...(method === 'occlusion' && entry.occluder),
        ...options,
        target,
      });
    });
    return { maps };
  },
  plot: (result) => {
    const { entry, maps } = result;
    const figure = methodPanel(maps, {
      bars: false,
      picture: photoBehind(result, 4),
      columns: maps.length < 4 ? maps.length + 1 : 4,
      title: (map) => methodTitle(map).replace(' sensitivity', ''),
    });
    const words = `${inWords(maps.length)} methods on one photo, for ${targetWords(maps[0]!)}; each map has a scale of its own.`;
    return [captioned(entry, figure, words)];
  },
  sentences: (result, names) => {
    const { entry, maps, networks } = result;
    return sentences(
      prose`${ref(entry.id)} shows ${inSentence(entry.shows)}, explained by ${plural(maps.length, 'method')} for ${targetName(maps[0]!.target)}.`,
      answerSentence(result, names, maps[0]),
      agreementSentence(maps, networks[0]!),
      ...constructionSentences(maps, networks[0]!, names),
    );
  },
});

/** Methods that on a pooled linear head weigh each channel alike: their maps differ by scale and by what is below zero. */
const oneOnPooledHead = ['cam', 'grad-cam', 'hires-cam', 'xgrad-cam'];

const onPooledHead = ({ method, layer }: Attribution, { camNode }: Network) =>
  camNode !== null && layer === camNode && oneOnPooledHead.includes(method);

/** Whether it was known before that two maps are equal. */
function equalByConstruction(a: Attribution, b: Attribution, network: Network): boolean {
  if (onPooledHead(a, network) && onPooledHead(b, network)) return true;
  return a.method === b.method && a.layer === b.layer && JSON.stringify(a.options) === JSON.stringify(b.options);
}

/** The most and the least alike of several maps; pairs that cannot differ, and maps without a difference, are left out. */
function agreementSentence(maps: readonly Attribution[], network: Network): Prose {
  const title = (map: Attribution) => {
    const alone = maps.filter((other) => titleInside(other) === titleInside(map)).length === 1;
    return alone ? titleInside(map) : `${titleInside(map)} (${map.layer ?? `map ${maps.indexOf(map) + 1}`})`;
  };
  const pairs = maps
    .flatMap((a, i) => maps.slice(i + 1).map((b) => [a, b] as const))
    .filter(([a, b]) => !equalByConstruction(a, b, network))
    .flatMap(([a, b]) => {
      const r = absoluteCorrelation(a, b);
      return r === null ? [] : [{ names: `${title(a)} and ${title(b)}`, r }];
    })
    .sort((one, other) => other.r - one.r);
  const [most, least] = [pairs[0], pairs.at(-1)];
  if (most === undefined || least === undefined) return [];
  if (pairs.length === 1) return [`The absolute values of ${most.names} correlate by ${decimal(most.r)}.`];
  return [
    `By the correlation of their absolute values ${most.names} are most alike (${decimal(most.r)}), ${least.names} least (${decimal(least.r)}).`,
  ];
}

/** What was left out, and why. */
function constructionSentences(maps: readonly Attribution[], network: Network, names: NetworkNames): Prose[] {
  const titles = (all: readonly Attribution[]) => [...new Set(all.map(titleInside))];
  const pooled = titles(maps.filter((map) => onPooledHead(map, network)));
  const flat = titles(maps.filter(isFlat));
  return [
    pooled.length > 1
      ? prose`On the pooled head of ${called(names, network)}, ${list(pooled)} are one map by construction, but for its scale and for what is below zero, and are not set against each other.`
      : [],
    flat.length > 0
      ? prose`${capitalised(list(flat))} ${agree(flat.length, 'has', 'have')} one value everywhere, and ${agree(flat.length, 'correlates', 'correlate')} with nothing.`
      : [],
  ];
}
