import { type CamPointing, camPointing, type PointingShares, UNEVEN } from '../../analyses/cam-pointing';
import { rivalSet, unevenSet } from '../../analyses/claim-scenes';
import { type UnevenPointing, unevenPointing } from '../../analyses/uneven-pointing';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { percentage } from '../numbers';
import { plural, type Verdict, verdict } from '../prose/grammar';
import { cite, list, prose, ref, sentences, tableRef } from '../prose/make';
import { type ClaimSettings, type ClaimTools, defineClaim, sampleOf } from './claim';
import { type Detail, difference, MARGIN, verdictOfAll } from './verdict';
import { bySign, comparison, points, share, spoken, unsettled } from './words';

interface Result {
  /** Scenes as they are drawn. */
  readonly pointing: CamPointing;
  /** Scenes drawn for uneven scores. */
  readonly uneven: UnevenPointing;
}

const findingsOf = ({ beyondOther, gain, beyondPoint }: PointingShares, where = '') => [
  difference(`peak on own animal less other${where}`, beyondOther),
  difference(`the same less centre${where}`, gain),
  difference(`the same less random point${where}`, beyondPoint),
];

const answerOf = (shares: PointingShares): Verdict => verdictOfAll(findingsOf(shares));

const margin = `${100 * MARGIN} percentage points`;

/** A bin that has a case. */
const filled = ({ bins }: CamPointing) =>
  bins.flatMap(({ shares, ...bin }) => (shares === null ? [] : { ...bin, shares }));

/** What is said of scores as uneven as they get. */
function unevenScores({ pointing, uneven: { weaker, stronger, ratio, candidates } }: Result) {
  if (weaker === null || stronger === null) {
    return `None of ${plural(candidates, 'scene')} in which one animal is drawn smaller makes its class ${ratio} times less probable than the other: what the maps show at scores so uneven was not tested.`;
  }
  return sentences(
    prose`For uneven scores one of the two animals is drawn smaller, by a factor drawn by lot down to a quarter. Of ${String(candidates)} such scenes ${String(weaker.own.count)} are taken in which its class is at least ${String(ratio)} times less probable than the other’s, picked by their probabilities, not by their maps, and as many of each class where there are enough. The peak of the less probable class lies on its own animal in ${share(weaker.own)} of them and on the other one in ${share(weaker.other)}, ${comparison(weaker.beyondOther, 'more often', 'less often')} on its own; the picture’s centre would hit in ${share(weaker.centre)}, a point at random in ${share(weaker.point)}. The peak of the more probable class hits its own in ${share(stronger.own)}.`,
    weaker.classes.length > 1 &&
      bySign(
        weaker.classes.map(({ label, beyondOther }) => ({ label, estimate: beyondOther })),
        'By class the interval of own less other',
      ),
    sizeWords(pointing),
    verdict(answerOf(weaker), {
      holds: 'The maps separate classes at scores so uneven too.',
      fails: `At scores so uneven the maps do not hit their own animal by more than ${margin} more often than each of the three.`,
      open: 'At scores so uneven the claim stays open.',
    }),
  );
}

/** What is uneven beside the scores. */
function sizeWords({ bins }: CamPointing) {
  const [least] = bins;
  const sizes = 'These animals are smaller too, which may tell on the maps as much as the scores do';
  return least === undefined || least.shares === null
    ? `${sizes}.`
    : `${sizes}: of the usual size, at a ratio as uneven, the peak hits its own in ${percentage(least.shares.own.value)} (${plural(least.cases, 'map')}).`;
}

const shareRows = (of: string, { own, other, centre, point }: PointingShares): Detail[] => [
  { measure: `${of}: own animal`, estimate: own, unit: '%' },
  { measure: `${of}: other animal`, estimate: other, unit: '%' },
  { measure: `${of}: centre would hit`, estimate: centre, unit: '%' },
  { measure: `${of}: random point would hit`, estimate: point, unit: '%' },
];

const differenceRows = (of: string, { beyondOther, gain, beyondPoint }: PointingShares): Detail[] => [
  { measure: `${of}: own less other`, estimate: beyondOther, unit: 'pp' },
  { measure: `${of}: own less centre`, estimate: gain, unit: 'pp' },
  { measure: `${of}: own less random point`, estimate: beyondPoint, unit: 'pp' },
];

async function measureBoth(
  { network: card, ...settings }: ClaimSettings<Record<never, never>>,
  { network: find, measure, photo: _, ...run }: ClaimTools,
): Promise<Result> {
  const network = await find(card);
  const options = sampleOf(settings);
  const detail = `on ${options.scenes} scenes`;
  return {
    pointing: await measure({ name: 'C4', detail, networks: [network], options }, () =>
      camPointing(network, options, run),
    ),
    uneven: await measure({ name: 'C4 at uneven scores', detail, networks: [network], options }, () =>
      unevenPointing(network, options, run),
    ),
  };
}

export const separation = defineClaim<Record<never, never>, Result>({
  role: 'claim',
  id: 'C4',
  title: 'Class activation maps separate two classes',
  introduction: 'class activation maps separate classes',
  methods: ['cam'],
  measure: measureBoth,
  scenes: (settings, [network]) => [rivalSet(network!, sampleOf(settings)), unevenSet(network!, sampleOf(settings))],
  subjects: ({ result: { pointing, uneven } }) => [
    { findings: findingsOf(pointing) },
    ...(uneven.weaker === null ? [] : [{ findings: findingsOf(uneven.weaker, ', uneven') }]),
  ],
  details: ({ result: { pointing, uneven } }) => ({
    caption: 'peaks beside what the picture’s centre and a point at random would hit, class by class',
    rows: [
      ...shareRows('all', pointing),
      ...pointing.classes.flatMap(({ label, ...shares }) => differenceRows(label, shares)),
      ...(uneven.weaker === null
        ? []
        : [
            ...shareRows('uneven', uneven.weaker),
            ...uneven.weaker.classes.map(
              ({ label, beyondOther }): Detail => ({
                measure: `uneven, ${label}: own less other`,
                estimate: beyondOther,
                unit: 'pp',
              }),
            ),
          ]),
    ],
  }),
  figure: ({ result: { pointing, uneven } }) => {
    const rows = [
      { name: 'all', shares: pointing as PointingShares },
      ...pointing.classes.map(({ label, ...shares }) => ({ name: label, shares })),
      ...(uneven.weaker === null ? [] : [{ name: 'uneven scores', shares: uneven.weaker }]),
    ];
    const series = (
      [
        ['on its own animal', 'own'],
        ['on the other animal', 'other'],
        ['the picture’s centre', 'centre'],
        ['a point at random', 'point'],
      ] as const
    ).map(([name, key]) => ({ name, estimates: rows.map(({ shares }) => shares[key]) }));
    return estimatesFigure(
      rows.map(({ name }) => name),
      series,
      {
        quantity: 'share of maps, %',
        scale: 100,
        range: [-2, 102],
        alt: `Points with intervals. ${series
          .map(({ name, estimates }) => `${name}: ${rows.map((row, i) => spoken(row.name, estimates[i]!)).join('; ')}.`)
          .join(' ')}`,
        caption: `C4: share of class activation maps whose peak lies on the class’s own animal and on the other of two (within ${pointing.tolerance} px), and how often the picture’s centre and a point at random would lie on the own one; in all, by class${uneven.weaker === null ? '' : `, and for the less probable class, of the smaller animal, of scenes drawn for uneven scores (${uneven.ratio} times or more)`}; means over scenes with 95 % intervals.`,
      },
    );
  },
  section: ({ result: { pointing, uneven }, networks, names }, figure, table) => {
    const { own, other, centre, point, beyondOther, gain, beyondPoint, tolerance, cases } = pointing;
    return [
      sentences(
        prose`In ${String(own.count)} scenes with two animals the pointing game ${cite('zhang2016topdown')} asks where the peak of a class’s map lies: of ${String(cases.length)} maps of ${called(names, networks[0]!)}, on its own animal (within ${String(tolerance)} px) in ${share(own)}, on the other one in ${share(other)} (${ref(figure)}, ${tableRef(table)}). A map that is the same for both classes would hit the two alike; this one hits its own ${comparison(beyondOther, 'more often', 'less often')}. The picture’s centre would hit in ${share(centre)} and a point at random in ${share(point)}: the peak hits ${comparison(gain, 'more often', 'less often')} than the one and ${comparison(beyondPoint, 'more often', 'less often')} than the other.`,
        verdict(answerOf(pointing), {
          holds: 'The claim holds.',
          fails: `The claim fails: the maps are not better than each of the three by more than ${margin}.`,
          open: 'The claim stays open.',
        }),
        prose`By the ratio of the two classes’ probabilities the share on the own animal is ${list(
          filled(pointing).map(
            ({ label, shares, cases }) => `${percentage(shares.own.value)} (${label}, ${plural(cases, 'map')})`,
          ),
        )}.`,
      ),
      sentences(unevenScores({ pointing, uneven })),
    ];
  },
  abstract: ({ result: { pointing, uneven }, networks, names }) => [
    `The peak of a class activation map of ${called(names, networks[0]!)} lies on the class’s own of two animals in ${percentage(pointing.own.value)} of the maps and on the other in ${percentage(pointing.other.value)}${uneven.weaker === null ? '' : `; where its animal is drawn smaller and the class is at least ${UNEVEN} times less probable than the other, in ${percentage(uneven.weaker.own.value)} and ${percentage(uneven.weaker.other.value)}${unsettled(answerOf(uneven.weaker))}`}.`,
  ],
  discussion: ({ result: { pointing, uneven } }) => {
    const { weaker } = uneven;
    return sentences(
      verdict(answerOf(pointing), {
        holds: `Class activation maps separate the two classes: their peak finds its own animal ${points(pointing.beyondOther)} more often than the other.`,
        fails: 'By the rule of the table class activation maps do not separate the two classes here.',
        open: 'Whether class activation maps separate the two classes, these scenes do not decide.',
      }),
      weaker !== null &&
        verdict(answerOf(weaker), {
          holds: `For a class whose animal is drawn smaller and that is at least ${uneven.ratio} times less probable than the other their peak is on its own animal ${points(weaker.beyondOther)} more often than on the other.`,
          fails: `By the same rule they do not separate a class whose animal is drawn smaller and that is at least ${uneven.ratio} times less probable than the other.`,
          open: `Whether they separate a class whose animal is drawn smaller and that is at least ${uneven.ratio} times less probable than the other stays open: ${percentage(weaker.own.value)} of the peaks are on its own animal, ${percentage(weaker.other.value)} on the other.`,
        }),
    );
  },
  sample: ({ result: { pointing, uneven } }) =>
    `${pointing.own.count} scenes of two animals, ${pointing.cases.length} maps${uneven.weaker === null ? '' : `, and ${uneven.weaker.own.count} drawn for uneven scores`}`,
});
