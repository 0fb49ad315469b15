import { type CamInstances, camInstances } from '../../analyses/cam-instances';
import { instancesSet } from '../../analyses/claim-scenes';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { inWords, verdict } from '../prose/grammar';
import { prose, ref, sentences, tableRef } from '../prose/make';
import { defineClaim, measureScenes, sampleOf } from './claim';
import { type Detail, difference, MARGIN, verdictOf } from './verdict';
import { bySign, change, comparison, share, spoken, unsettled } from './words';

/** The fewest animals and the most. */
function ends({ counts }: CamInstances) {
  const [one, most] = [counts[0]!, counts.at(-1)!];
  return { one, most, animals: inWords(most.animals) };
}

function findingOf(result: CamInstances) {
  const { animals } = ends(result);
  return difference(`found alone, less among ${animals}`, result.missed);
}

/** Whether the maps do better than as many peaks placed at random over the animals' boxes. */
function againstBoxes({ beyondBoxes }: CamInstances['counts'][number]): string {
  const { low, high } = beyondBoxes;
  const words = `${comparison(beyondBoxes, 'more', 'fewer')}`;
  return low > 0
    ? `the maps find ${words}`
    : high < 0
      ? `the maps find ${words}: peaks placed without looking do better`
      : `the maps find ${words}, which settles no difference`;
}

export const instances = defineClaim<Record<never, never>, CamInstances>({
  role: 'claim',
  id: 'C5',
  title: 'Class activation maps miss some of several instances',
  introduction: 'class activation maps miss some of several instances',
  methods: ['cam'],
  measure: measureScenes('C5', camInstances),
  scenes: (settings, [network]) => [instancesSet(network!, sampleOf(settings))],
  subjects: ({ result }) => [{ findings: [findingOf(result)] }],
  details: ({ result }) => {
    const { one, most, animals } = ends(result);
    const of = (number: number) => (number === 1 ? '1 animal' : `${number} animals`);
    return {
      caption: 'animals with a peak, by their number and kind, beside as many peaks placed at random',
      rows: [
        ...result.counts.map(
          ({ animals, found: share }): Detail => ({ measure: `${of(animals)}: map`, estimate: share, unit: '%' }),
        ),
        ...[one, most].flatMap(({ animals, boxes, points }): Detail[] => [
          { measure: `${of(animals)}: peaks at random in boxes`, estimate: boxes.found, unit: '%' },
          { measure: `${of(animals)}: peaks at random`, estimate: points.found, unit: '%' },
        ]),
        { measure: `peaks on an animal, of ${animals}`, estimate: most.onAnimals, unit: '%' },
        { measure: 'the same, at random', estimate: most.points.onAnimals, unit: '%' },
        { measure: `alone less among ${animals}, in boxes`, estimate: result.missedByBoxes, unit: 'pp' },
        ...result.classes.flatMap(({ label, most, missed }): Detail[] => [
          { measure: `${label}: map, of ${animals}`, estimate: most, unit: '%' },
          { measure: `${label}: alone less among ${animals}`, estimate: missed, unit: 'pp' },
        ]),
      ],
    };
  },
  figure: ({ result: { counts } }) => {
    const series = [
      { name: 'class activation map', estimates: counts.map(({ found: share }) => share) },
      { name: 'as many peaks at random in the animals’ boxes', estimates: counts.map(({ boxes }) => boxes.found) },
      { name: 'as many at random in the picture', estimates: counts.map(({ points }) => points.found) },
    ];
    return estimatesFigure(
      counts.map(({ animals }) => `${animals} ${animals === 1 ? 'animal' : 'animals'}`),
      series,
      {
        quantity: 'share of the animals with a peak, %',
        scale: 100,
        range: [0, 102],
        alt: `Points with intervals. ${series
          .map(
            ({ name, estimates }) =>
              `${name}: ${counts.map(({ animals }, i) => spoken(String(animals), estimates[i]!)).join('; ')}.`,
          )
          .join(' ')}`,
        caption: `C5: share of the animals of one kind on which the class activation map has a peak, by their number in the picture, and what as many peaks placed at random would give; the same animals at the same size in every number; means over ${counts[0]!.found.count} scenes with 95 % intervals.`,
      },
    );
  },
  section: ({ result, networks, names }, figure, table) => {
    const { one, most, animals } = ends(result);
    return [
      sentences(
        prose`A scene of ${animals} animals of one kind is drawn again with only some of them, so that an animal has the same place and size however many there are. A peak is a local maximum of at least ${percentage(result.least, 0)} of the map’s largest value. In the maps of ${called(names, networks[0]!)} a single animal has one in ${share(one.found)} of ${String(one.found.count)} scenes, and of ${animals} animals in the same scenes ${share(most.found)} have one: ${comparison(result.missed, 'fewer', 'more')} (${ref(figure)}, ${tableRef(table)}). Of the peaks among ${animals} animals ${share(most.onAnimals)} lie on one of them, where ${share(most.points.onAnimals)} would by chance.`,
        result.classes.length > 1 &&
          bySign(
            result.classes.map(({ label, missed }) => ({ label, estimate: missed })),
            'By the kind of animal the interval of alone less among several',
          ),
        verdict(verdictOf(findingOf(result)), {
          holds: 'The claim holds.',
          fails: `The claim fails: of ${animals} animals the share is smaller by less than ${100 * MARGIN} percentage points, if at all.`,
          open: 'The claim stays open.',
        }),
        `As many peaks as the map has, placed at random over the animals’ bounding boxes, would be on ${share(most.boxes.found)} of ${animals} animals, and over the whole picture on ${share(most.points.found)}: against the boxes ${againstBoxes(most)}. That fewer of several are found is no mark of these maps: of the peaks at random in boxes the share is ${change(result.missedByBoxes, 'smaller', 'larger')} among ${animals} than alone.`,
      ),
    ];
  },
  abstract: ({ result, networks, names }) => {
    const { one, most, animals } = ends(result);
    return [
      `Of ${animals} animals of one kind ${percentage(most.found.value)} have a peak of the map of ${called(names, networks[0]!)}, of one of them alone ${percentage(one.found.value)}${unsettled(verdictOf(findingOf(result)))}.`,
    ];
  },
  discussion: ({ result }) => {
    const { one, most, animals } = ends(result);
    return [
      verdict(verdictOf(findingOf(result)), {
        holds: `Class activation maps are no counter of objects: of ${animals} animals they miss ${percentage(1 - most.found.value)}, of one alone ${percentage(1 - one.found.value)}.`,
        fails: `Class activation maps find ${animals} animals as well as one, to within ${100 * MARGIN} percentage points.`,
        open: 'Whether class activation maps miss more of several animals than of one, these scenes do not decide.',
      }),
    ];
  },
  sample: ({ result: { counts } }) =>
    `${counts[0]!.found.count} scenes, each with one to ${inWords(counts.at(-1)!.animals)} of its animals`,
});
