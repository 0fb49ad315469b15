import { z } from 'zod';
import { type BackgroundBias, backgroundBias, type NetworkBias } from '../../analyses/background-bias';
import type { Network } from '../../explain/network/network';
import { backgroundEstimates } from '../../plots/background-estimates';
import { called, headed, inTable } from '../network-names';
import { percentage } from '../numbers';
import { type Verdict, verdict } from '../prose/grammar';
import { list, prose, ref, sentences } from '../prose/make';
import { defineClaim } from './claim';
import { difference, MARGIN, verdictOf } from './verdict';
import { comparison, share } from './words';

const keys = {
  /** Networks of the drawn animals whose training backgrounds differ, and animals that stand on each background for them. */
  background: z
    .strictObject({ networks: z.array(z.string().min(1)).min(1).max(4), scenes: z.int().min(8).max(2000) })
    .optional(),
};

const findingOf = (of: string, { dependence }: NetworkBias) => difference(`right, own less swapped: ${of}`, dependence);

const answerOf = (network: NetworkBias): Verdict => verdictOf(findingOf('', network));

/** The network whose answers change most with the background first. */
const byDependence = ({ networks }: BackgroundBias) =>
  [...networks].sort((a, b) => b.dependence.value - a.dependence.value);

export const background = defineClaim<typeof keys, BackgroundBias>({
  role: 'claim',
  id: 'C2',
  title: 'The classifier depends on the background',
  introduction: 'a classifier may rest on the background',
  methods: ['cam'],
  intervals: ['wilson', 'paired'],
  keys,
  example: `  # Networks of the drawn animals, and how many animals are put on each background for them.
  # background: { networks: [scenes-fair, scenes-biased], scenes: 400 }`,
  networks: ({ background }) => background?.networks ?? [],
  measure: async ({ background, scenes: maps, seed }, { network, measure, photo: _, ...run }) => {
    const { networks: names, scenes } = background!;
    const networks: Network[] = [];
    for (const name of names) networks.push(await network(name));
    const options = { scenes, maps: Math.min(scenes, maps), seed };
    return measure({ name: 'C2', detail: `on ${scenes} scenes of each background`, networks, options }, () =>
      backgroundBias(networks, { ...run, ...options }),
    );
  },
  subjects: ({ result, names }) =>
    result.networks.map((network) => ({
      findings: [findingOf(inTable(names, network), network)],
      question: 'does it depend on the background?',
    })),
  figure: ({ result: { networks }, names }) => {
    const figure = backgroundEstimates(networks.map((network) => ({ ...network, title: headed(names, network) })));
    return { ...figure, caption: `C2: ${figure.caption.replace(/^R/, 'r')}` };
  },
  section: ({ result, names }, figure) =>
    byDependence(result).map((network, i) => {
      const { accuracy, dependence, camOutside } = network;
      const title = called(names, network);
      const judged = verdict(answerOf(network), {
        holds: 'it depends on the background',
        fails:
          dependence.low > -MARGIN
            ? `to within ${100 * MARGIN} percentage points it does not depend on which of the two backgrounds there is`
            : 'it is not helped by the class’s own background',
        open: 'whether it depends on the background stays open',
      });
      return sentences(
        prose`Of ${String(dependence.count)} animals on their class’s own background ${title} is right on ${share(accuracy.own)}, and of the same animals on the other class’s on ${share(accuracy.swapped)}${i === 0 && prose` (${ref(figure)})`}, ${comparison(dependence, 'fewer', 'more')}: ${judged}.`,
        camOutside !== null &&
          prose`Of the positive mass of its class activation map, for the true class on its own background (${String(camOutside.count)} scenes), ${share(camOutside)} lies outside the animal, where ${percentage(result.areaOutside)} of the picture is.`,
      );
    }),
  abstract: ({ result, names }) => {
    const [most] = byDependence(result);
    const { own, swapped } = most!.accuracy;
    return prose`On swapped backgrounds ${called(names, most!)} is right on ${percentage(swapped.value)} of the animals, after ${percentage(own.value)} on their class’s own.`;
  },
  discussion: ({ result, names }) => {
    const that = (answer: Verdict) => byDependence(result).filter((network) => answerOf(network) === answer);
    const [learned, free, open] = [that('holds'), that('fails'), that('open')];
    const namesOf = (networks: readonly NetworkBias[], last = 'and') =>
      list(
        networks.map((network) => called(names, network)),
        last,
      );
    return sentences(
      ...learned.map(
        (network) =>
          prose`The answers of ${called(names, network)} depend on the background: it is right on ${percentage(network.accuracy.own.value)} of the animals as long as the background goes with the class, and on ${percentage(network.accuracy.swapped.value)} where it does not${
            network.camOutside !== null &&
            network.camOutside.high < result.areaOutside &&
            prose`. Of the positive mass of its class activation map ${percentage(network.camOutside.value)} lies outside the animal, less than the ${percentage(result.areaOutside)} of the picture that does`
          }.`,
      ),
      free.length > 0 &&
        prose`That the class’s own background helps by more than ${String(100 * MARGIN)} percentage points is ruled out for ${namesOf(free)}.`,
      open.length > 0 && prose`For ${namesOf(open)} these scenes do not decide whether the background matters.`,
    );
  },
  sample: ({ result: { networks } }) => `${networks[0]!.dependence.count} animals, each on three backgrounds`,
});
