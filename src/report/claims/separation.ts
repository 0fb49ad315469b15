import { type CamPointing, camPointing, type PointingBin } from '../../analyses/cam-pointing';
import type { Estimate } from '../../explain/statistics/estimate';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { plural, verdict } from '../prose/grammar';
import { cite, list, prose, ref, sentences } from '../prose/make';
import { defineClaim, measureScenes } from './claim';
import { difference, MARGIN, verdictOf } from './verdict';
import { comparison, points, share, spoken } from './words';

const findingOf = ({ gain }: Pick<CamPointing, 'gain'>) => difference('peak on own animal less centre', gain);

const margin = `${100 * MARGIN} percentage points`;

type Filled = PointingBin & Readonly<Record<'own' | 'gain', Estimate>>;
const filled = ({ bins }: CamPointing) => bins.filter((bin): bin is Filled => bin.cases > 0);

/** The maps of a class that the network all but rules out; null where there are none. */
const unlikely = (result: CamPointing) => filled(result).find(({ label }) => label === result.bins[0]!.label) ?? null;

const unlikelyFinding = ({ gain, label }: Filled) => difference(`the same, class ${label}`, gain);

/** What is said of scores as uneven as they get. */
function unevenScores(result: CamPointing): string {
  const bin = unlikely(result);
  if (bin === null) {
    return `No map is of a class ${result.bins[0]!.label}: what the maps show at scores so uneven was not tested.`;
  }
  return `For classes ${bin.label}, ${plural(bin.cases, 'map')}, the peak hits ${comparison(bin.gain, 'more often', 'less often')} than the centre: ${verdict(
    verdictOf(unlikelyFinding(bin)),
    {
      holds: 'the maps separate classes at scores so uneven too.',
      fails: `at scores so uneven the maps are not better than the centre by more than ${margin}.`,
      open: 'at scores so uneven the claim stays open.',
    },
  )}`;
}

export const separation = defineClaim<Record<never, never>, CamPointing>({
  role: 'claim',
  id: 'C4',
  title: 'Class activation maps separate two classes',
  introduction: 'class activation maps separate classes',
  methods: ['cam'],
  measure: measureScenes('C4', camPointing),
  subjects: ({ result }) => {
    const bin = unlikely(result);
    return [{ findings: [findingOf(result)] }, ...(bin === null ? [] : [{ findings: [unlikelyFinding(bin)] }])];
  },
  figure: (telling) => {
    const bins = filled(telling.result);
    const { centre, tolerance } = telling.result;
    return estimatesFigure(
      bins.map(({ label }) => label),
      [{ name: 'peak on the own animal', estimates: bins.map(({ own }) => own) }],
      {
        quantity: 'share of maps, %',
        scale: 100,
        range: [0, 102],
        baseline: { name: 'picture’s centre', value: centre.value },
        alt: `Points with intervals, by the class’s probability: ${bins.map(({ label, own }) => spoken(label, own)).join('; ')}. The picture’s centre would hit in ${percentage(centre.value)}.`,
        caption: `C4: share of class activation maps whose peak lies on the class’s own animal (within ${tolerance} px), by the probability of the class, in scenes with two animals; means over scenes with 95 % intervals. Dashed: the picture’s centre.`,
      },
    );
  },
  section: ({ result, networks, names }, figure) => {
    const { own, other, centre, gain, tolerance, cases } = result;
    return [
      sentences(
        prose`In ${String(own.count)} scenes with two animals the pointing game ${cite('zhang2016topdown')} asks where the peak of a class’s map lies: of ${String(cases.length)} maps of ${called(names, networks[0]!)}, on its own animal (within ${String(tolerance)} px) in ${share(own)}, on the other one in ${share(other)}. The picture’s centre would hit in ${share(centre)}: the peak hits ${comparison(gain, 'more often', 'less often')} (${ref(figure)}).`,
        verdict(verdictOf(findingOf(result)), {
          holds: 'The claim holds.',
          fails: `The claim fails: the maps are not better than the centre by more than ${margin}.`,
          open: 'The claim stays open.',
        }),
        prose`By the class’s probability the share is ${list(
          filled(result).map(({ label, own, cases }) => `${percentage(own.value)} (${label}, ${plural(cases, 'map')})`),
        )}.`,
        unevenScores(result),
      ),
    ];
  },
  abstract: ({ result: { own, centre } }) => [
    `The peak of a class activation map lies on the class’s own animal in ${percentage(own.value)} of the maps, where the picture’s centre would lie there in ${percentage(centre.value)}.`,
  ],
  discussion: ({ result }) => {
    const bin = unlikely(result);
    return [
      verdict(verdictOf(findingOf(result)), {
        holds: `Class activation maps separate the two classes: their peak finds its own animal ${points(result.gain)} more often than the picture’s centre would${bin !== null && verdictOf(unlikelyFinding(bin)) === 'holds' ? `, and for a class ${bin.label} too` : ''}.`,
        fails: 'Class activation maps do not separate the two classes here better than a fixed point would.',
        open: 'Whether class activation maps separate the two classes, these scenes do not decide.',
      }),
    ];
  },
  sample: ({ result: { own, cases } }) => `${own.count} scenes of two animals, ${cases.length} maps`,
});
