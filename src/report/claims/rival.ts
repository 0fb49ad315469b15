import { type RivalCovered, rivalCovered } from '../../analyses/rival-covered';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { verdict } from '../prose/grammar';
import { prose, ref } from '../prose/make';
import { defineClaim, measureScenes } from './claim';
import { difference, MARGIN, verdictOf } from './verdict';
import { change, points, share, spoken } from './words';

const findingOf = ({ rivalCovered }: RivalCovered) => difference('P(target), rival painted over', rivalCovered);

const small = `less than ${100 * MARGIN} percentage points`;

export const rival = defineClaim<Record<never, never>, RivalCovered>({
  role: 'claim',
  id: 'C3',
  title: 'Covering a competing object raises the target',
  introduction: 'covering a competing object helps the target',
  measure: measureScenes('C3', rivalCovered),
  subjects: ({ result }) => [{ findings: [findingOf(result)] }],
  figure: ({ result }) => {
    const covers = [result.rivalCovered, result.targetCovered];
    const animals = ['the rival', 'the target itself'];
    return estimatesFigure(animals, [{ name: 'change', estimates: covers }], {
      quantity: 'change of P(target), percentage points',
      scale: 100,
      alt: `Points with intervals, by what is painted over: ${animals.map((name, i) => spoken(name, covers[i]!)).join('; ')}.`,
      caption:
        'C3: change of the target’s probability when exactly one animal of two is painted black; means over scenes with 95 % intervals.',
    });
  },
  section: ({ result, networks, names }, figure) => {
    const { rivalCovered, targetCovered, raised, lowered, cases } = result;
    return [
      prose`In ${String(rivalCovered.count)} scenes of two animals the class of each is the target once, ${String(cases.length)} cases. With exactly the rival’s pixels black, the target’s probability, as ${called(names, networks[0]!)} gives it, ${change(rivalCovered, 'rises', 'falls')} in the mean; it rises in ${share(raised)} of the cases and falls in ${share(lowered)} (${ref(figure)}). With the target’s own animal black it ${change(targetCovered, 'rises', 'falls')}. A black shape is evidence of its own, so what is measured is the change from the rival to such a shape. ${verdict(
        verdictOf(findingOf(result)),
        {
          holds: lowered.value > 0 ? 'In the mean the claim holds, not in every case.' : 'The claim holds.',
          fails:
            rivalCovered.high < -MARGIN
              ? 'The claim fails: in the mean the target is lowered.'
              : `The claim fails: in the mean the target is raised by ${small}, if at all.`,
          open: `Whether the target is raised by more than ${100 * MARGIN} percentage points stays open.`,
        },
      )}`,
    ];
  },
  abstract: ({ result: { rivalCovered, lowered } }) =>
    prose`Painting exactly a competing animal black ${rivalCovered.value < 0 ? 'lowers' : 'raises'} the target’s probability by ${points(rivalCovered)} in the mean${rivalCovered.value >= 0 && lowered.value > 0 && `, and lowers it in ${percentage(lowered.value)} of the cases`}.`,
  discussion: ({ result }) => {
    const { rivalCovered, raised } = result;
    return [
      verdict(verdictOf(findingOf(result)), {
        holds: `Painting a competitor black raises the target by ${points(rivalCovered)} in the mean, and in ${percentage(raised.value)} of the cases: a probability is not about one object alone.`,
        fails:
          rivalCovered.high < -MARGIN
            ? 'Painting a competitor black lowers the target here, against what the source report supposes.'
            : `Painting a competitor black raises the target by ${small} here, if at all, against what the source report supposes.`,
        open: 'Whether removing a competitor raises the target, these scenes do not decide.',
      }),
    ];
  },
  sample: ({ result: { rivalCovered, cases } }) => `${rivalCovered.count} scenes of two animals, ${cases.length} cases`,
});
