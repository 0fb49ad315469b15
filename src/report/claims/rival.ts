import { rivalSet } from '../../analyses/claim-scenes';
import { type Paint, paints, type RivalChanges, type RivalEffect, rivalEffect } from '../../analyses/rival-effect';
import { isExclusive } from '../../explain/network/output-kind';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { verdict } from '../prose/grammar';
import { list, prose, ref, sentences, tableRef } from '../prose/make';
import { defineClaim, measureScenes, sampleOf } from './claim';
import { type Detail, difference, MARGIN, verdictOf } from './verdict';
import { bySign, change, points, share, spoken } from './words';

const findingOf = ({ withoutRival }: RivalEffect) => difference('P(target), rival drawn out', withoutRival);

const small = `less than ${100 * MARGIN} percentage points`;

const paintWords: Readonly<Record<Paint, string>> = {
  black: 'black',
  grey: 'grey',
  'mean colour': 'the picture’s mean colour',
};

/** All cases, and where there are several classes each alone. */
const groupsOf = (result: RivalEffect): readonly (RivalChanges & { readonly label: string })[] => [
  { ...result, label: 'all' },
  ...result.classes,
];

/** The classes that a paint lowers, interval and all. */
function paintsThatLower({ classes }: RivalEffect) {
  const lowered = classes.flatMap(({ label, painted }) => {
    const colours = paints.filter((paint) => painted[paint].high < 0).map((paint) => paintWords[paint]);
    return colours.length === 0 ? [] : [prose`${label} (${list(colours)})`];
  });
  return lowered.length === 0
    ? 'No class has one of these changes wholly below zero.'
    : prose`Wholly below zero are the intervals of ${list(lowered)}.`;
}

export const rival = defineClaim<Record<never, never>, RivalEffect>({
  role: 'claim',
  id: 'C3',
  title: 'Removing a competing object raises the target',
  introduction: 'covering a competing object helps the target',
  measure: measureScenes('C3', rivalEffect),
  scenes: (settings, [network]) => [rivalSet(network!, sampleOf(settings))],
  subjects: ({ result }) => [{ findings: [findingOf(result)] }],
  details: ({ result }) => {
    const rows = (measure: string, of: (changes: RivalChanges) => Detail['estimate'], groups = groupsOf(result)) =>
      groups.map((one): Detail => ({ measure: `${measure}: ${one.label}`, estimate: of(one), unit: 'pp' }));
    return {
      caption: 'change of P(target) class by class, and with the rival painted instead of drawn out',
      rows: [
        ...rows('rival drawn out', ({ withoutRival }) => withoutRival, result.classes),
        { measure: 'P(target) beside the rival: all', estimate: result.clean, unit: '%' },
        { measure: 'P(target), rival drawn out: all', estimate: result.alone, unit: '%' },
        ...rows('target drawn out', ({ withoutTarget }) => withoutTarget, [{ ...result, label: 'all' }]),
        ...rows('rival black', ({ painted }) => painted.black),
        ...rows('rival grey', ({ painted }) => painted.grey),
        ...rows('rival mean colour', ({ painted }) => painted['mean colour']),
      ],
    };
  },
  figure: ({ result }) => {
    const groups = groupsOf(result);
    const series = [
      { name: 'rival drawn out', estimates: groups.map(({ withoutRival }) => withoutRival) },
      { name: 'rival painted black', estimates: groups.map(({ painted }) => painted.black) },
    ];
    return estimatesFigure(
      groups.map(({ label }) => label),
      series,
      {
        quantity: 'change of P(target), percentage points',
        scale: 100,
        alt: `Points with intervals, by the target’s class. ${series
          .map(
            ({ name, estimates }) =>
              `${name}: ${groups.map(({ label }, i) => spoken(label, estimates[i]!)).join('; ')}.`,
          )
          .join(' ')}`,
        caption:
          'C3: change of the target’s probability when the scene is drawn again without the other of two animals, and when that animal’s pixels are painted black; means over scenes with 95 % intervals, in all and by the target’s class.',
      },
    );
  },
  section: ({ result, networks, names }, figure, table) => {
    const { withoutRival, withoutTarget, painted, clean, alone, raised, lowered, cases, classes } = result;
    return [
      sentences(
        prose`In ${String(withoutRival.count)} scenes of two animals the class of each is the target once, ${String(cases.length)} cases. Each scene is drawn again without the rival, its shadow, and the grass or snow over its feet; what they hid is then seen, and nothing else differs. The target’s probability, as ${called(names, networks[0]!)} gives it, ${change(withoutRival, 'rises', 'falls')} in the mean; it rises in ${share(raised)} of the cases and falls in ${share(lowered)} (${ref(figure)}).`,
        prose`That is from ${share(clean)} beside the rival to ${share(alone)} alone.`,
        isExclusive(networks[0]!.output) &&
          'Beside the rival it is a half at most for any network with such a head, as each of the two classes is the target once and their probabilities add up to 1 at most: one that knows most animals alone shows a rise in the mean by that already.',
        bySign(classes.map(({ label, withoutRival }) => ({ label, estimate: withoutRival }))),
        prose`Without the target’s own animal it ${change(withoutTarget, 'rises', 'falls')}.`,
        verdict(verdictOf(findingOf(result)), {
          holds: lowered.value > 0 ? 'In the mean the claim holds, not in every case.' : 'The claim holds.',
          fails:
            withoutRival.high < -MARGIN
              ? 'The claim fails: in the mean the target is lowered.'
              : `The claim fails: in the mean the target is raised by ${small}, if at all.`,
          open: `Whether the target is raised by more than ${100 * MARGIN} percentage points stays open.`,
        }),
      ),
      sentences(
        prose`Painting the rival’s pixels in one colour leaves its shape and its shadow, which may be evidence of their own. The target ${list(
          paints.map((paint) => `${change(painted[paint], 'rises', 'falls')} with ${paintWords[paint]}`),
        )} (${tableRef(table)}).`,
        paintsThatLower(result),
      ),
    ];
  },
  abstract: ({ result: { withoutRival, lowered }, networks, names }) =>
    prose`Drawing a scene again without a competing animal ${withoutRival.value < 0 ? 'lowers' : 'raises'} the target’s probability, as ${called(names, networks[0]!)} gives it, by ${points(withoutRival)} in the mean${withoutRival.value >= 0 && lowered.value > 0 && `, and lowers it in ${percentage(lowered.value)} of the cases`}.`,
  discussion: ({ result }) => {
    const { withoutRival, raised } = result;
    return [
      verdict(verdictOf(findingOf(result)), {
        holds: `Without its competitor the target’s probability is higher by ${points(withoutRival)} in the mean, and higher in ${percentage(raised.value)} of the cases: a probability is shared out among classes, and not about one object alone.`,
        fails:
          withoutRival.high < -MARGIN
            ? 'Without its competitor the target’s probability is lower here, against what the source report supposes.'
            : `Without its competitor the target’s probability is higher by ${small} here, if at all, against what the source report supposes.`,
        open: 'Whether removing a competitor raises the target, these scenes do not decide.',
      }),
    ];
  },
  sample: ({ result: { withoutRival, cases } }) => `${withoutRival.count} scenes of two animals, ${cases.length} cases`,
});
