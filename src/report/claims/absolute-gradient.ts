import { z } from 'zod';
import { rivalSet } from '../../analyses/claim-scenes';
import {
  type GaugeCorrelations,
  type GradientDiscrimination,
  gradientDiscrimination,
  rivalClassPairs,
} from '../../analyses/gradient-discrimination';
import { classify } from '../../explain/classify';
import type { ImageSample } from '../../explain/image/sample';
import type { Network } from '../../explain/network/network';
import type { Estimate } from '../../explain/statistics/estimate';
import { estimatesFigure } from '../../plots/estimates';
import { called } from '../network-names';
import { decimal } from '../numbers';
import type { Prose } from '../prose/blocks';
import { type Verdict, verdict } from '../prose/grammar';
import { list, prose, ref, sentences, tableRef } from '../prose/make';
import { type ClaimsSettings, type ClaimTools, defineClaim, sampleOf } from './claim';
import { type Detail, type Finding, verdictOfAll } from './verdict';
import { correlationWords, spoken } from './words';

/** Maps that correlate by less are not alike. */
const ALIKE = 0.5;
/** Correlations that differ by less are the same. */
const LOST = 0.1;

const keys = {
  /** Photos on which it is measured as well, for their two best classes, and the network for it. */
  photos: z.strictObject({ network: z.string().min(1), files: z.array(z.string().min(1)).min(2) }).optional(),
};

interface Result {
  readonly scenes: GradientDiscrimination;
  readonly photos: GradientDiscrimination | null;
}

type InBothGauges = GaugeCorrelations & { readonly centred: GaugeCorrelations | null };

/** The gauges in which the gradient was measured: of the logits, and of the logits less their mean. */
const gaugesOf = ({ centred, ...logits }: InBothGauges) => [
  { gauge: 'logits', result: logits as GaugeCorrelations },
  ...(centred === null ? [] : [{ gauge: 'centred logits', result: centred }]),
];

/** In every gauge: which one is taken is no property of the network. */
function findingsOf(all: InBothGauges, of: Finding['of']): Finding[] {
  const gauges = gaugesOf(all);
  return gauges.flatMap(({ gauge, result: { absolute, lost } }) => {
    const on = `${of === 'photos' ? ', photos' : ''}${gauges.length > 1 ? `, ${gauge}` : ''}`;
    return [
      { measure: `r of absolute maps${on}`, estimate: absolute, unit: 'r', above: ALIKE, of },
      { measure: `the same less with sign${on}`, estimate: lost, unit: 'r', above: LOST, of },
    ];
  });
}

/** With sign, against classes that are absent, and kind of pair by kind. */
function detailsOf(all: GradientDiscrimination, of: Finding['of']): Detail[] {
  const on = of === 'photos' ? 'photos' : 'all';
  return [{ ...all, label: on }, ...all.kinds].flatMap((kind) =>
    gaugesOf(kind).flatMap(({ gauge, result: { signed, absolute, absent } }) => {
      const row = (what: string, estimate: Estimate | null): Detail[] =>
        estimate === null
          ? []
          : [{ measure: `${kind.label}: ${what}, ${gauge.split(' ')[0]}`, estimate, unit: 'r', of }];
      return [
        ...row('absolute', absolute),
        ...row('with sign', signed),
        ...row('absolute, one absent', absent?.absolute ?? null),
        ...row('absolute, both absent', absent?.neither ?? null),
      ];
    }),
  );
}

/** The pictures on which the numbers are no identity. */
const measured = ({ scenes, photos }: Result) =>
  [
    { of: 'scenes' as const, where: 'On drawn scenes', pictures: 'scene', result: scenes },
    { of: 'photos' as const, where: 'On photos', pictures: 'photo', result: photos },
  ].flatMap(({ result, ...one }) =>
    result === null || result.byConstruction ? [] : [{ ...one, result, verdict: verdictOf(result) }],
  );

const verdictOf = (result: InBothGauges): Verdict => verdictOfAll(findingsOf(result, 'scenes'));

const judgements = { holds: 'holds', fails: 'fails', open: 'stays open' } as const;

/** The verdict of each kind of pair alone, where there are several: what holds for one need not hold for another. */
function kindWords(result: GradientDiscrimination): Prose {
  const { kinds } = result;
  if (kinds.length < 2) return [];
  const judged = kinds.map((kind) => ({ label: `“${kind.label}”`, verdict: verdictOf(kind) }));
  const [first] = judged;
  if (judged.every(({ verdict }) => verdict === first!.verdict))
    return prose`For each kind of pair alone the claim ${verdict(first!.verdict, judgements)} as well.`;
  const parts = (['holds', 'fails', 'open'] as const).flatMap((answer) => {
    const those = judged.filter((one) => one.verdict === answer).map(({ label }) => label);
    return those.length === 0 ? [] : [prose`${judgements[answer]} for ${list(those)}`];
  });
  return prose`By the kind of pair the claim ${list(parts)}.`;
}

/** The gauge in which a correlation is the smallest decides whether it is large enough in both. */
const leastHigh = (result: GradientDiscrimination, of: (gauge: GaugeCorrelations) => Estimate) =>
  Math.min(...gaugesOf(result).map(({ result }) => of(result).high));

function judgement(result: GradientDiscrimination): string {
  const both = result.centred === null ? '' : ' in both gauges';
  return verdict(verdictOf(result), {
    holds: `The absolute maps correlate by more than ${ALIKE}, and by more than ${LOST} more than those with sign${both}: the claim holds.`,
    fails:
      leastHigh(result, ({ absolute }) => absolute) < ALIKE
        ? `The absolute maps correlate by less than ${ALIKE}${result.centred === null ? '' : ' in one gauge at least'}, so they differ from class to class as well: the claim fails.`
        : `The sign lowers the correlation by less than ${LOST}${result.centred === null ? '' : ' in one gauge at least'}: the absolute value tells the classes apart as well, and the claim fails.`,
    open: `That does not settle whether the absolute maps correlate by more than ${ALIKE}, and by ${LOST} more than those with sign${both}: the claim stays open.`,
  });
}

const numbers = ({ absolute, signed, lost }: GaugeCorrelations) =>
  `correlate by ${correlationWords(absolute)} and the gradients with their sign by ${correlationWords(signed)}, a difference of ${correlationWords(lost)}`;

/** What the gradient is the gradient of. */
function gaugeWords({ centred, oppositeCentred }: GradientDiscrimination) {
  if (centred === null && !oppositeCentred) return null;
  const shift =
    'These are gradients of the logits. A softmax gives the same probabilities when all logits are shifted alike, so they are defined up to a term that all classes share.';
  return oppositeCentred
    ? `${shift} Of the two logits less their mean the gradients differ by their sign alone, by construction.`
    : `${shift} Of the logits less their mean the absolute maps ${numbers(centred!)}. These gradients add up to zero over all classes: that two of them are opposed is in part by construction.`;
}

/** Against maps of classes of which nothing is in the picture. */
function absentWords(result: GradientDiscrimination): string | null {
  const { absent } = result;
  if (absent === null) return null;
  const centred = (of: (absent: NonNullable<GaugeCorrelations['absent']>) => Estimate | null) => {
    const estimate = result.centred?.absent ? of(result.centred.absent) : null;
    return estimate === null ? '' : ` (centred ${correlationWords(estimate)})`;
  };
  const one = `The absolute map of a class in the picture and that of one of which nothing is there correlate by ${correlationWords(absent.absolute)}${centred(({ absolute }) => absolute)}`;
  const { neither, beyondNeither } = absent;
  if (neither === null || beyondNeither === null) return `${one}.`;
  const all = [beyondNeither, result.centred?.absent?.beyondNeither ?? []].flat();
  const small = all.every(({ low, high }) => low > -LOST && high < LOST);
  const more = (estimate: Estimate) =>
    estimate.value < 0
      ? `${correlationWords({ ...estimate, value: -estimate.value, low: -estimate.high, high: -estimate.low })} less`
      : `${correlationWords(estimate)} more`;
  const rest = all.length > 1 ? ` (centred ${more(all[1]!)})` : '';
  return `${one}, those of two that are both not there by ${correlationWords(neither)}${centred(({ neither }) => neither)}. Two classes that are there correlate by ${more(beyondNeither)}${rest} than two that are not${small ? `: to within ${LOST} their likeness does not depend on whether they are in the picture` : ''}.`;
}

async function onScenes(network: Network, settings: ClaimsSettings, { measure, ...run }: ClaimTools) {
  const options = sampleOf(settings);
  return measure({ name: 'C1', detail: `on ${settings.scenes} scenes`, networks: [network], options }, () =>
    gradientDiscrimination(network, rivalClassPairs(network, options), run),
  );
}

async function onPhotos(network: Network, files: readonly string[], { measure, photo, ...run }: ClaimTools) {
  const photos: ImageSample[] = [];
  for (const file of files) photos.push(await photo(file));
  const options = photos.map(({ source, sha256 }) => [source, sha256]);
  return measure({ name: 'C1', detail: `on ${photos.length} photos`, networks: [network], options }, async () => {
    const pairs = [];
    for (const one of photos) {
      const [best, second] = (await classify(network, one)).classes;
      pairs.push({ photo: one, classes: [best!.index, second!.index] as const });
    }
    return gradientDiscrimination(network, pairs, run);
  });
}

export const absoluteGradient = defineClaim<typeof keys, Result>({
  role: 'claim',
  id: 'C1',
  title: 'The absolute gradient does not tell classes apart',
  introduction: 'the absolute gradient does not tell classes apart',
  methods: ['saliency'],
  keys,
  example: `  # Photos on which it is measured as well, for their two best classes, and the network for it.
  # photos: { network: resnet18, files: [photos/my-wolf.jpg, photos/my-dog.jpg] }`,
  networks: ({ network, photos }) => [network, ...(photos === undefined ? [] : [photos.network])],
  withPhotos: (settings, name) => {
    const { photos } = settings;
    return photos === undefined ? settings : { ...settings, photos: { ...photos, files: photos.files.map(name) } };
  },
  measure: async (settings, tools) => {
    const { photos } = settings;
    return {
      scenes: await onScenes(await tools.network(settings.network), settings, tools),
      photos: photos === undefined ? null : await onPhotos(await tools.network(photos.network), photos.files, tools),
    };
  },
  scenes: (settings, [network]) => [rivalSet(network!, sampleOf(settings))],
  subjects: ({ result }) => measured(result).map(({ of, result }) => ({ findings: findingsOf(result, of) })),
  details: ({ result }) => {
    const rows = measured(result).flatMap(({ of, result }) => detailsOf(result, of));
    return rows.length === 0
      ? null
      : {
          caption: 'correlation of gradient maps by the kind of pair and the gauge, and with a class that is absent',
          rows,
        };
  },
  figure: ({ result }) => {
    const all = measured(result);
    const rows = all.flatMap(({ of, result: { absent } }) => [
      { of, name: `${of}, absolute`, value: ({ absolute }: GaugeCorrelations) => absolute },
      { of, name: `${of}, with sign`, value: ({ signed }: GaugeCorrelations) => signed },
      ...(absent === null
        ? []
        : [
            { of, name: `${of}, absolute, one absent`, value: ({ absent }: GaugeCorrelations) => absent!.absolute },
            { of, name: `${of}, absolute, both absent`, value: ({ absent }: GaugeCorrelations) => absent!.neither },
          ]),
    ]);
    if (rows.length === 0) return null;
    const gauges = ['logits', 'centred logits'].filter((name) =>
      all.some(({ result }) => gaugesOf(result).some(({ gauge }) => gauge === name)),
    );
    const series = gauges.map((name) => ({
      name,
      estimates: rows.map(({ of, value }) => {
        const { result } = all.find((one) => one.of === of)!;
        const gauge = gaugesOf(result).find((one) => one.gauge === name);
        return gauge === undefined ? null : value(gauge.result);
      }),
    }));
    const heard = series.flatMap(({ name, estimates }) =>
      estimates.flatMap((estimate, i) =>
        estimate === null ? [] : [spoken(`${rows[i]!.name}, ${name}`, estimate, 1, 2)],
      ),
    );
    return estimatesFigure(
      rows.map(({ name }) => name),
      series,
      {
        quantity: 'correlation of two classes’ gradient maps',
        range: [-1, 1],
        alt: `Points with intervals: ${heard.join('; ')}.`,
        caption: `C1: correlation between the gradient maps of two classes of one picture, absolute and with sign${rows.some(({ name }) => /absent/.test(name)) ? ', and of classes of which one or both are not in the picture' : ''}; means with 95 % intervals.`,
      },
    );
  },
  section: ({ result: { scenes, photos }, networks, names }, figure, table) => {
    const [network, onPhotos] = networks.map((one) => called(names, one));
    return [
      scenes.byConstruction
        ? prose`For ${network} there is nothing to measure: it has one logit for two classes, so the two gradients differ by their sign alone, and the absolute maps are equal by construction.`
        : sentences(
            prose`In ${String(scenes.absolute.count)} scenes with two animals the saliency maps of their two classes, computed for ${network}, ${numbers(scenes)} (${ref(figure)}, ${tableRef(table)}).`,
            gaugeWords(scenes),
            judgement(scenes),
            kindWords(scenes),
            absentWords(scenes),
          ),
      photos === null
        ? []
        : photos.byConstruction
          ? prose`The same goes for the photos and ${onPhotos}, which has one logit too.`
          : sentences(
              prose`On ${String(photos.absolute.count)} photos the maps of the two best classes, computed for ${onPhotos}, ${numbers(photos)} (${ref(figure)}, ${tableRef(table)}).`,
              gaugeWords(photos),
              judgement(photos),
            ),
    ];
  },
  abstract: ({ result, networks, names }) => {
    const [first] = measured(result);
    if (first === undefined) return null;
    const { absolute, signed, centred } = first.result;
    const both = (of: Estimate, ofCentred: Estimate | undefined, what: string) =>
      `${decimal(of.value)}${ofCentred === undefined ? '' : ` (${decimal(ofCentred.value)}${what})`}`;
    return [
      `For ${called(names, networks[first.of === 'photos' ? 1 : 0]!)} the saliency maps of two classes of one ${first.pictures} correlate by ${both(absolute, centred?.absolute, ' of the logits less their mean')}, with their sign by ${both(signed, centred?.signed, '')}.`,
    ];
  },
  discussion: ({ result }) => {
    const all = measured(result);
    const sentence = (where: string, of: Verdict, result: GradientDiscrimination) => {
      const { absolute, signed } = result;
      return verdict(of, {
        holds: `${where} the absolute gradients of two classes correlate by ${decimal(absolute.value)}, those with sign by ${decimal(signed.value)}: what tells the classes apart is the sign, so the map belongs beside a method that keeps it.`,
        fails:
          leastHigh(result, ({ absolute }) => absolute) < ALIKE
            ? `${where} the absolute gradients of two classes correlate by less than ${ALIKE}${result.centred === null ? '' : ' in one gauge of the logits at least'}, against what the source report supposes.`
            : `${where} the absolute gradient tells two classes apart as well as the sign does, to within a correlation of ${LOST}.`,
        open: `${where} the numbers do not decide whether the absolute gradient is blind to the class.`,
      });
    };
    return all.length === 0
      ? null
      : sentences(
          ...all.flatMap(({ where, verdict, result }) => [sentence(where, verdict, result), kindWords(result)]),
        );
  },
  sample: ({ result: { scenes, photos } }) =>
    [
      `${scenes.absolute.count} scenes of two animals`,
      ...(photos === null ? [] : [`${photos.absolute.count} photos`]),
    ].join(' and '),
});
