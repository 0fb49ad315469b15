import { type CamInstances, camInstances } from '../../analyses/cam-instances';
import { estimateDifference } from '../../explain/statistics/estimate';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { inWords, verdict } from '../prose/grammar';
import { prose, ref } from '../prose/make';
import { defineClaim, measureScenes } from './claim';
import { difference, MARGIN, verdictOf } from './verdict';
import { comparison, share, spoken } from './words';

/** The fewest animals and the most, and how much less is found of the most. */
function ends({ counts }: CamInstances) {
  const [one, most] = [counts[0]!, counts.at(-1)!];
  return { one, most, animals: inWords(most.animals), missed: estimateDifference(one.found, most.found) };
}

function findingOf(result: CamInstances) {
  const { animals, missed } = ends(result);
  return difference(`found alone, less among ${animals}`, missed);
}

export const instances = defineClaim<Record<never, never>, CamInstances>({
  role: 'claim',
  id: 'C5',
  title: 'Class activation maps miss some of several instances',
  introduction: 'class activation maps miss some of several instances',
  methods: ['cam'],
  intervals: ['newcombe'],
  measure: measureScenes('C5', camInstances),
  subjects: ({ result }) => [{ findings: [findingOf(result)] }],
  figure: ({ result: { counts } }) =>
    estimatesFigure(
      counts.map(({ animals }) => `${animals} ${animals === 1 ? 'animal' : 'animals'}`),
      [{ name: 'found', estimates: counts.map(({ found: share }) => share) }],
      {
        quantity: 'share of the animals with a peak, %',
        scale: 100,
        range: [0, 102],
        alt: `Points with intervals: ${counts.map(({ animals, found: share }) => spoken(String(animals), share)).join('; ')}.`,
        caption: `C5: share of the animals of one kind on which the class activation map has a peak, by their number in the picture; means over ${counts[0]!.found.count} scenes each, with 95 % intervals.`,
      },
    ),
  section: ({ result, networks, names }, figure) => {
    const { one, most, animals, missed } = ends(result);
    return [
      prose`A peak is a local maximum of at least ${percentage(result.least, 0)} of the map’s largest value. In the maps of ${called(names, networks[0]!)} a single animal has one in ${share(one.found)} of ${String(one.found.count)} scenes, and of ${animals} animals in each of ${String(most.found.count)} other scenes ${share(most.found)} have one: ${comparison(missed, 'fewer', 'more')} (${ref(figure)}). Of the peaks among ${animals} animals ${share(most.onAnimals)} lie on one of them. ${verdict(
        verdictOf(findingOf(result)),
        {
          holds: 'The claim holds.',
          fails: `The claim fails: of ${animals} animals the share is smaller by less than ${100 * MARGIN} percentage points, if at all.`,
          open: 'The claim stays open.',
        },
      )}`,
    ];
  },
  abstract: ({ result }) => {
    const { one, most, animals } = ends(result);
    return [
      `Of ${animals} animals of one kind ${percentage(most.found.value)} have a peak of the map, of single ones ${percentage(one.found.value)}.`,
    ];
  },
  discussion: ({ result }) => {
    const { most, animals } = ends(result);
    return [
      verdict(verdictOf(findingOf(result)), {
        holds: `Class activation maps are no counter of objects: of ${animals} animals they miss ${percentage(1 - most.found.value)}.`,
        fails: `Class activation maps find ${animals} animals as well as one, to within ${100 * MARGIN} percentage points.`,
        open: 'Whether class activation maps miss more of several animals than of one, these scenes do not decide.',
      }),
    ];
  },
  sample: ({ result: { counts } }) =>
    `${counts[0]!.found.count} scenes of each number of animals from one to ${inWords(counts.at(-1)!.animals)}`,
});
