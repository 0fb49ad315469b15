import { z } from 'zod';
import { type BackgroundBias, backgroundBias, type MapOutside, type NetworkBias } from '../../analyses/background-bias';
import { singleSet } from '../../analyses/claim-scenes';
import type { Network } from '../../explain/network/network';
import type { Estimate } from '../../explain/statistics/estimate';
import { backgroundEstimates } from '../../plots/background-estimates';
import { called, headed, inTable } from '../network-names';
import { percentage } from '../numbers';
import { type Verdict, verdict } from '../prose/grammar';
import { list, prose, ref, sentences, tableRef } from '../prose/make';
import { defineClaim, sampleOf } from './claim';
import { type Detail, difference, MARGIN, verdictOf } from './verdict';
import { change, comparison, share } from './words';

const keys = {
  /** Networks of the drawn animals whose training backgrounds differ, and animals that stand on each background for them. */
  background: z
    .strictObject({ networks: z.array(z.string().min(1)).min(1).max(4), scenes: z.int().min(8).max(2000) })
    .optional(),
};

const findingOf = (of: string, { dependence }: NetworkBias) => difference(`right, own less swapped: ${of}`, dependence);

const answerOf = (network: NetworkBias): Verdict => verdictOf(findingOf('', network));

/** Where a map's mass is, against a blob at the centre: less outside, more, or neither. */
const centreVerdict = ({ low, high }: Estimate) => (high < 0 ? 'less' : low > 0 ? 'more' : 'open');

type Measured = { readonly [Key in keyof Omit<MapOutside, 'label'>]: Estimate };
const measuredMaps = (outside: Omit<MapOutside, 'label'>): Measured | null =>
  outside.mass === null ? null : (outside as Measured);

/** Shares of mass outside the animal, each beside what maps that know nothing have there. */
const mapRows = (of: string, outside: Omit<MapOutside, 'label'>): Detail[] => {
  const maps = measuredMaps(outside);
  return maps === null
    ? []
    : [
        { measure: `${of}, map outside`, estimate: maps.mass, unit: '%' },
        { measure: `${of}, centre blob outside`, estimate: maps.centre, unit: '%' },
        { measure: `${of}, even map outside`, estimate: maps.even, unit: '%' },
      ];
};

const centreWords = ({ beyondCentre }: Measured): string =>
  ({
    less: `Scene by scene the map has ${comparison(beyondCentre, 'more', 'less')} outside than that blob.`,
    more: `Scene by scene the map has ${comparison(beyondCentre, 'more', 'less')} outside than that blob: one that has seen neither picture nor network has more of its mass on the animal.`,
    open: `Scene by scene the map has ${comparison(beyondCentre, 'more', 'less')} outside than that blob, which settles no difference.`,
  })[centreVerdict(beyondCentre)];

/** What the map alone would have said of a network whose answers depend on the background. */
function centreClause({ camOutside }: NetworkBias): string {
  const maps = measuredMaps(camOutside);
  if (maps === null || centreVerdict(maps.beyondCentre) !== 'less') return '';
  return `Its class activation map alone would not tell: ${percentage(maps.mass.value)} of its positive mass lies outside the animal, less than the ${percentage(maps.centre.value)} of a plain blob at the centre.`;
}

function detailsOf(network: NetworkBias, name: string): Detail[] {
  const { accuracy, worst, probability, classes, camOutside, outside } = network;
  return [
    { measure: `${name}: right, any background`, estimate: accuracy.fair, unit: '%' },
    { measure: `${name}: right, ${worst.label} on ${worst.background} (worst)`, estimate: worst.accuracy, unit: '%' },
    { measure: `${name}: P(class), own less swapped`, estimate: probability, unit: 'pp' },
    ...classes.map(
      ({ label, dependence }): Detail => ({
        measure: `${name}: right, own less swapped, ${label}`,
        estimate: dependence,
        unit: 'pp',
      }),
    ),
    ...mapRows(`${name}: all`, camOutside),
    ...outside.flatMap((one) => mapRows(`${name}: ${one.label}`, one)),
  ];
}

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
  measure: async ({ background, scenes: maps, seed, set }, { network, measure, photo: _, ...run }) => {
    const { networks: names, scenes } = background!;
    const networks: Network[] = [];
    for (const name of names) networks.push(await network(name));
    const options = { scenes, maps: Math.min(scenes, maps), seed, ...(set === undefined ? {} : { set }) };
    return measure({ name: 'C2', detail: `on ${scenes} animals, each on six backgrounds`, networks, options }, () =>
      backgroundBias(networks, { ...run, ...options, redraw: false }),
    );
  },
  scenes: ({ background, ...settings }, networks) =>
    networks.map((network) => singleSet(network, { ...sampleOf(settings), scenes: background!.scenes })),
  subjects: ({ result, names }) =>
    result.networks.map((network) => ({
      findings: [findingOf(inTable(names, network), network)],
      question: 'does it depend on the background?',
    })),
  details: ({ result, names }) => ({
    caption: 'class by class, the worst group, and the map’s mass outside the animal beside maps that know nothing',
    rows: result.networks.flatMap((network) => detailsOf(network, inTable(names, network))),
  }),
  figure: ({ result: { networks }, names }) => {
    const figure = backgroundEstimates(networks.map((network) => ({ ...network, title: headed(names, network) })));
    return { ...figure, caption: `C2: ${figure.caption.replace(/^R/, 'r')}` };
  },
  section: ({ result, names }, figure, table) =>
    byDependence(result).map((network, i) => {
      const { accuracy, dependence, probability, worst, camOutside } = network;
      const title = called(names, network);
      const maps = measuredMaps(camOutside);
      const judged = verdict(answerOf(network), {
        holds: 'it depends on the background',
        fails:
          dependence.low > -MARGIN
            ? `to within ${100 * MARGIN} percentage points it does not depend on which of the two backgrounds there is`
            : 'it is not helped by the class’s own background',
        open: 'whether it depends on the background stays open',
      });
      return sentences(
        i === 0 &&
          prose`Each animal is drawn again with another background behind it, the same animal in the same place and light; nothing else differs but what grass or snow covers of its feet (${ref(figure)}, ${tableRef(table)}).`,
        prose`Of ${String(dependence.count)} animals on their class’s own background ${title} is right on ${share(accuracy.own)}, and of the same animals on the other class’s on ${share(accuracy.swapped)}, ${comparison(dependence, 'fewer', 'more')}: ${judged}.`,
        prose`The probability of the true class ${change({ ...probability, value: -probability.value, low: -probability.high, high: -probability.low }, 'rises', 'falls')} with the swap. Over all six backgrounds it is right on ${share(accuracy.fair)}; the worst of the ${String(network.groups.length)} groups of one class on one background is ${worst.label} on “${worst.background}”, with ${share(worst.accuracy)} of ${String(worst.accuracy.count)}; that interval is one for the least of all groups.`,
        maps !== null &&
          prose`Of the positive mass of its class activation map, for the true class on its own background (${String(maps.mass.count)} scenes), ${share(maps.mass)} lies outside the animal; of ${i === 0 ? 'a plain Gaussian at the picture’s centre, which has a quarter of the side as its standard deviation,' : 'the Gaussian at the centre'} ${share(maps.centre)} does, and of an even map ${share(maps.even)}. ${centreWords(maps)}`,
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
      ...learned.map((network) =>
        sentences(
          prose`The answers of ${called(names, network)} depend on the background: it is right on ${percentage(network.accuracy.own.value)} of the animals as long as the background goes with the class, and on ${percentage(network.accuracy.swapped.value)} where it is the other class’s.`,
          centreClause(network),
        ),
      ),
      free.length > 0 &&
        prose`That the class’s own background helps by more than ${String(100 * MARGIN)} percentage points is ruled out for ${namesOf(free)}.`,
      open.length > 0 && prose`For ${namesOf(open)} these scenes do not decide whether the background matters.`,
    );
  },
  sample: ({ result: { networks } }) => `${networks[0]!.dependence.count} animals, each on six backgrounds`,
});
