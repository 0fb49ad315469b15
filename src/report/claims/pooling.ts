import { z } from 'zod';
import {
  comparePooling,
  type PooledCases,
  type PooledMaps,
  type PoolingCompared,
  type PoolingGain,
  pooledCases,
} from '../../analyses/pooling-compared';
import type { Network } from '../../explain/network/network';
import { estimatesFigure } from '../../plots/estimates';
import { called, headed, inTable } from '../network-names';
import { percentage } from '../numbers';
import { agree, inWords, type Verdict, verdict } from '../prose/grammar';
import { list, prose, ref } from '../prose/make';
import { defineClaim, sampleOf } from './claim';
import { difference, MARGIN, verdictOf, verdictOfAll } from './verdict';
import { comparison, share, spoken } from './words';

const keys = {
  /** Networks alike but for their pooling, the one with global average pooling first, and scenes for their maps. */
  pooling: z
    .strictObject({ networks: z.array(z.string().min(1)).min(2).max(3), scenes: z.int().min(4).max(1000) })
    .optional(),
};

const measures = [
  { label: 'peak on the own animal', gain: 'more peaks on own animal', of: ({ pointing }: PooledMaps) => pointing },
  { label: 'found of 2–6 animals', gain: 'more animals found', of: ({ found: share }: PooledMaps) => share },
  { label: 'peaks on an animal', gain: 'more peaks on animals', of: ({ onAnimals }: PooledMaps) => onAnimals },
] as const;

const gainsOf = ({ pointingGain, foundGain, onAnimalsGain }: PoolingGain) => [pointingGain, foundGain, onAnimalsGain];

const findingsOf = (network: PoolingGain, name: string) =>
  gainsOf(network).map((gain, i) => difference(`${measures[i]!.gain}: ${name}`, gain));

/** In how many of the measures it is better. */
const betterIn = (network: PoolingGain): number =>
  findingsOf(network, '').filter((finding) => verdictOf(finding) === 'holds').length;

const answerOf = (network: PoolingGain): Verdict => verdictOfAll(findingsOf(network, ''));

/** The claim is that one other pooling does better: one is enough, and none is needed to rule it out. */
function answerOfAll({ others }: PoolingCompared): Verdict {
  const answers = others.map(answerOf);
  return answers.includes('holds') ? 'holds' : answers.every((one) => one === 'fails') ? 'fails' : 'open';
}

/** `better in one of the three measures, not better in two`. */
function tally(network: PoolingGain): string {
  const verdicts = findingsOf(network, '').map(verdictOf);
  const parts = [
    ['holds', 'better in'],
    ['fails', 'not better in'],
    ['open', 'undecided in'],
  ].flatMap(([of, words]) => {
    const count = verdicts.filter((one) => one === of).length;
    return count === 0 ? [] : [`${words} ${inWords(count)}`];
  });
  return list([`${parts[0]} of the three measures`, ...parts.slice(1)]).join('');
}

export const pooling = defineClaim<typeof keys, PoolingCompared>({
  role: 'claim',
  id: 'C6',
  title: 'Global average pooling is to blame',
  introduction: 'global average pooling may be to blame for what class activation maps miss',
  methods: ['grad-cam'],
  keys,
  example: `  # Networks alike but for their pooling, the one with global average pooling first.
  # pooling: { networks: [scenes-average, scenes-maximum, scenes-flat], scenes: 40 }`,
  networks: ({ pooling }) => pooling?.networks ?? [],
  measure: async ({ pooling, seed, set }, { network: find, measure, photo: _, ...run }) => {
    const { networks, scenes } = pooling!;
    const options = sampleOf({ scenes, seed, set });
    const of = async (network: Network): Promise<PooledCases> =>
      measure({ name: 'C6', detail: `on ${scenes} scenes`, networks: [network], options }, () =>
        pooledCases(network, options, run),
      );
    const cases: PooledCases[] = [];
    for (const name of networks) cases.push(await of(await find(name)));
    return comparePooling(cases);
  },
  subjects: ({ result: { others }, names }) =>
    others.map((network) => ({
      findings: findingsOf(network, inTable(names, network)),
      question: 'is it better?',
    })),
  figure: ({ result: { average, others, tolerance, centre }, names }) => {
    const networks = [average, ...others].map((network) => ({
      name: headed(names, network),
      estimates: measures.map(({ of }) => of(network)),
    }));
    return estimatesFigure(
      measures.map(({ label }) => label),
      networks,
      {
        quantity: 'share, %',
        scale: 100,
        range: [0, 102],
        alt: `Points with intervals. ${networks
          .map(
            ({ name, estimates }) =>
              `${name}: ${measures.map(({ label }, i) => spoken(label, estimates[i]!)).join('; ')}`,
          )
          .join('. ')}.`,
        caption: `C6: Grad-CAM of networks with different poolings: maps whose peak lies on the class’s own animal (within ${tolerance} px; the picture’s centre would hit in ${percentage(centre.value)}), and in pictures of two to six animals of one kind the animals with a peak, and the peaks on an animal; means over scenes with 95 % intervals.`,
      },
    );
  },
  section: ({ result, names }, figure) => {
    const { average, others } = result;
    const right = (of: PooledMaps) =>
      `right on ${percentage(of.right.value)} of ${of.right.count} newly drawn single animals`;
    return [
      prose`The source report closes with the guess that another pooling would localise better. To test it, the maps of networks that differ in the pooling before their linear head are asked whether their peak lies on the class’s own one of two animals, and on how many of several animals of one kind there is a peak (${ref(figure)}). They are Grad-CAM’s, which needs no pooled head; it averages the gradient over the map, so a head that tells places apart is explained less exactly than one that does not. With ${called(names, average)}, ${right(average)}, the peak lies on the own animal in ${share(average.pointing)} of the maps of ${String(average.pointing.count)} scenes; of two to six animals, in ${String(average.found.count)} scenes, ${share(average.found)} have a peak, and ${share(average.onAnimals)} of the peaks lie on an animal.`,
      ...others.map((other) => {
        const [pointing, share, onAnimals] = gainsOf(other);
        return prose`With ${called(names, other)}, ${right(other)}, the three shares are ${list(measures.map(({ of }) => percentage(of(other).value)))}. On the same scenes the peak hits its own animal ${comparison(pointing!, 'more often', 'less often')}, of the animals ${comparison(share!, 'more', 'fewer')} have a peak, and of the peaks ${comparison(onAnimals!, 'more', 'fewer')} lie on an animal: ${tally(other)}.`;
      }),
      prose`${verdict(answerOfAll(result), {
        holds: 'The guess holds: another pooling is better in all three measures.',
        fails: `The guess fails: ${agree(others.length, 'the other pooling is not', 'none of the other poolings is')} better in all three measures by more than ${100 * MARGIN} percentage points.`,
        open: 'The guess stays open.',
      })} Each network was trained once; how much two trainings of one pooling differ is not in these intervals.`,
    ];
  },
  abstract: ({ result: { average, others }, names }) =>
    prose`Against ${called(names, average)} Grad-CAM points better, by more than ${String(100 * MARGIN)} percentage points, ${list(
      others.map((other, i) => {
        return `in ${inWords(betterIn(other))}${i === 0 ? ' of three measures' : ''} with ${called(names, other)}`;
      }),
    )}.`,
  discussion: ({ result, names }) => {
    const better = result.others.filter((other) => answerOf(other) === 'holds');
    const partly = result.others
      .map((other) => ({ other, count: betterIn(other) }))
      .filter(({ count }) => count > 0)
      .map(({ other, count }) => `${called(names, other)} is better in ${inWords(count)} of them`);
    return verdict(answerOfAll(result), {
      holds: prose`Part of what the maps miss goes with global average pooling: ${list(better.map((other) => called(names, other)))} ${agree(better.length, 'localises', 'localise')} better in all three measures.`,
      fails: prose`That global average pooling is to blame for what the maps miss is not borne out: no other pooling localises better in all three measures${partly.length > 0 && prose`; ${list(partly)}`}.`,
      open: prose`Whether global average pooling is to blame for what the maps miss, these networks do not decide.`,
    });
  },
  sample: ({ result: { average } }) =>
    `${average.pointing.count} scenes of two animals and ${average.found.count} of two to six`,
});
