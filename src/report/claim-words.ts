import type { BackgroundBias, NetworkBias } from '../analyses/background-bias';
import type { PoolingCompared, PoolingGain } from '../analyses/pooling-compared';
import { type Estimate, estimateDifference, tooFewForSpread } from '../explain/statistics/estimate';
import { estimatesFigure } from '../plots/estimates';
import type { ClaimResults } from './claims';
import { called, headed, inTable, type NetworkNames } from './network-names';
import { alignOnPoint, decimal, interval, inWords, percentage } from './numbers';
import type { ReportFigure } from './render';

/** What the numbers say of a claim. */
export type Verdict = 'holds' | 'fails' | 'open';

/** A row of the table of claims. */
export interface ClaimRow {
  readonly claim: string;
  readonly measure: string;
  readonly unit: string;
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly count: string;
  readonly verdict: Verdict;
}

const verdictOf = (holds: boolean, fails: boolean): Verdict => (holds ? 'holds' : fails ? 'fails' : 'open');

type Unit = 'r' | '%' | 'pp';

const row = (claim: string, measure: string, unit: Unit, of: Estimate, verdict: Verdict): ClaimRow => {
  const number = (value: number) => (unit === 'r' ? decimal(value) : decimal(100 * value, 1));
  const [value, low, high] = [of.value, of.low, of.high].map(number) as [string, string, string];
  return { claim, measure, unit, value, low, high, count: String(of.count), verdict };
};

/** The rows with the decimal points of every column of numbers under one another. */
function aligned(rows: readonly ClaimRow[]) {
  const columns = (['value', 'low', 'high'] as const).map(
    (name) => [name, alignOnPoint(rows.map((one) => one[name]))] as const,
  );
  return rows.map((one, i) => ({ ...one, ...Object.fromEntries(columns.map(([name, cells]) => [name, cells[i]!])) }));
}

/** The claims in numbers, rows of their table, and what the sentences need to know. */
export function describeClaims(results: ClaimResults, names: NetworkNames) {
  const { gradients, photoGradients, covered, pointing, instances, network } = results;
  const c1 = verdictOf(
    !gradients.byConstruction && gradients.absolute.low > 0.5 && gradients.signed.high < gradients.absolute.low,
    !gradients.byConstruction && gradients.absolute.high < 0.5,
  );
  const c2 = results.background === null ? null : describeBackground(results.background, names);
  const c3 = verdictOf(covered.rivalCovered.low > 0, covered.rivalCovered.high < 0);
  const c4 = verdictOf(pointing.own.low > pointing.centre.value, pointing.own.high < pointing.centre.value);
  const [one, ...more] = instances.counts;
  const most = more.at(-1)!;
  const missed = estimateDifference(one!.found, most.found);
  const c5 = verdictOf(missed.low > 0, missed.value <= 0);
  const c6 = results.pooling === null ? null : describePooling(results.pooling, names);
  const [first] = pointing.bins;
  // Fewer cases say nothing about uneven scores.
  const rare = first!.own !== null && first!.own.count >= 5 ? { label: first!.label, own: first!.own } : null;
  const share = (estimate: Estimate) => ({ value: percentage(estimate.value), interval: interval(estimate, 1, 100) });
  const number = (estimate: Estimate) => ({ value: decimal(estimate.value), interval: interval(estimate) });
  const resampled = [gradients.absolute, covered.rivalCovered, most.found, photoGradients?.result.absolute];
  return {
    network: called(names, network),
    scenes: String(gradients.pairs.length),
    /** Some mean has too few values for percentiles of resampled means. */
    few: resampled.some((mean) => mean && tooFewForSpread(mean)),
    rows: aligned([
      ...(gradients.byConstruction
        ? []
        : [
            row('C1', 'correlation of two classes’ maps, absolute', 'r', gradients.absolute, c1),
            row('C1', 'the same, with sign', 'r', gradients.signed, c1),
          ]),
      ...(photoGradients === null || photoGradients.result.byConstruction
        ? []
        : [
            row('C1', 'on photos, absolute', 'r', photoGradients.result.absolute, photoVerdict(results)),
            row('C1', 'on photos, with sign', 'r', photoGradients.result.signed, photoVerdict(results)),
          ]),
      ...(c2?.rows ?? []),
      row('C3', 'change of P(target), rival covered', 'pp', covered.rivalCovered, c3),
      row('C4', 'peak on the class’s own animal', '%', pointing.own, c4),
      row('C5', `found of ${inWords(most.animals)} animals`, '%', most.found, c5),
      row('C5', 'the same, less than of one', 'pp', missed, c5),
      ...(c6?.rows ?? []),
    ]),
    c1: {
      ...flags(c1),
      byConstruction: gradients.byConstruction,
      shown: !gradients.byConstruction || photoGradients?.result.byConstruction === false,
      absolute: number(gradients.absolute),
      signed: number(gradients.signed),
      photos:
        photoGradients === null || photoGradients.result.byConstruction
          ? null
          : {
              network: called(names, photoGradients.network),
              count: String(photoGradients.result.pairs.length),
              absolute: number(photoGradients.result.absolute),
              signed: number(photoGradients.result.signed),
              ...flags(photoVerdict(results)),
            },
    },
    c2,
    c3: {
      ...flags(c3),
      change: points(covered.rivalCovered),
      own: points(covered.targetCovered),
      raised: share(covered.raised),
    },
    c4: {
      ...flags(c4),
      own: share(pointing.own),
      other: share(pointing.other),
      centre: percentage(pointing.centre.value),
      tolerance: String(pointing.tolerance),
      rare: rare && { label: rare.label, count: String(rare.own.count), ...share(rare.own) },
      rareHolds: rare !== null && rare.own.low > pointing.centre.value,
    },
    c5: {
      ...flags(c5),
      one: share(one!.found),
      most: share(most.found),
      animals: inWords(most.animals),
      missed: percentage(1 - most.found.value),
      fewer: points(missed),
      onAnimals: share(most.onAnimals),
      least: percentage(instances.least, 0),
    },
    c6,
  };
}

export type ClaimWords = ReturnType<typeof describeClaims>;

/** The background's part: the network whose answers depend on it most is the one the sentences speak of. */
function describeBackground({ networks, areaOutside }: BackgroundBias, names: NetworkNames) {
  const gap = ({ accuracy }: NetworkBias) => accuracy.own.value - accuracy.swapped.value;
  const sides = [...networks].sort((a, b) => gap(b) - gap(a));
  const verdict = ({ accuracy }: NetworkBias) =>
    verdictOf(accuracy.swapped.high < accuracy.own.low, accuracy.swapped.value >= accuracy.own.value);
  const words = (network: NetworkBias) => ({
    title: called(names, network),
    own: percentage(network.accuracy.own.value),
    swapped: percentage(network.accuracy.swapped.value),
    swappedInterval: interval(network.accuracy.swapped, 1, 100),
    fair: percentage(network.accuracy.fair.value),
    outside: network.camOutside && percentage(network.camOutside.value),
    outsideInterval: network.camOutside && interval(network.camOutside, 1, 100),
    avoids: network.camOutside !== null && network.camOutside.high < areaOutside,
    ...flags(verdict(network)),
  });
  const [most, ...others] = sides;
  return {
    rows: networks.map((network) =>
      row(
        'C2',
        `right on swapped backgrounds, ${inTable(names, network)}`,
        '%',
        network.accuracy.swapped,
        verdict(network),
      ),
    ),
    most: words(most!),
    others: others.map(words),
    areaOutside: percentage(areaOutside),
  };
}

/** Whether a network's maps are better or worse than those of the one with global average pooling. */
const poolingVerdict = ({ pointingGain, foundGain, onAnimalsGain }: PoolingGain): Verdict => {
  const gains = [pointingGain, foundGain, onAnimalsGain];
  const [better, worse] = [gains.some(({ low }) => low > 0), gains.some(({ high }) => high < 0)];
  return verdictOf(better && !worse, worse && !better);
};

/** What global average pooling costs: it is to blame where another pooling does better, not where all do worse. */
function describePooling({ average, others, centre }: PoolingCompared, names: NetworkNames) {
  const verdicts = others.map(poolingVerdict);
  const verdict = verdictOf(
    verdicts.includes('holds'),
    verdicts.every((one) => one === 'fails'),
  );
  const share = (estimate: Estimate) => ({ value: percentage(estimate.value), interval: interval(estimate, 1, 100) });
  const words = ({ right, pointing, found, onAnimals, ...network }: PoolingCompared['average']) => ({
    title: called(names, network),
    right: percentage(right.value),
    pointing: share(pointing),
    found: share(found),
    onAnimals: share(onAnimals),
  });
  return {
    ...flags(verdict),
    rows: others.flatMap(({ pointingGain, foundGain, onAnimalsGain, ...network }, i) =>
      [
        { what: 'peaks on the own animal', gain: pointingGain },
        { what: 'animals found', gain: foundGain },
        { what: 'peaks on any animal', gain: onAnimalsGain },
      ].map(({ what, gain }) => row('C6', `gain in ${what}, ${inTable(names, network)}`, 'pp', gain, verdicts[i]!)),
    ),
    centre: percentage(centre.value),
    average: words(average),
    others: others.map((other, i) => ({
      ...words(other),
      pointingGain: points(other.pointingGain),
      foundGain: points(other.foundGain),
      onAnimalsGain: points(other.onAnimalsGain),
      better: verdicts[i] === 'holds',
      worse: verdicts[i] === 'fails',
    })),
  };
}

const flags = (verdict: Verdict) => ({ holds: verdict === 'holds', fails: verdict === 'fails', verdict });

const points = (estimate: Estimate) => ({
  value: decimal(100 * Math.abs(estimate.value), 1),
  interval: interval(estimate, 1, 100),
  rises: estimate.value > 0,
});

function photoVerdict({ photoGradients }: ClaimResults): Verdict {
  const { absolute, signed } = photoGradients!.result;
  return verdictOf(absolute.low > 0.5 && signed.high < absolute.low, absolute.high < 0.5);
}

/** One figure for each claim. */
export function claimFigures(results: ClaimResults, names: NetworkNames): ReportFigure[] {
  const { gradients, photoGradients, covered, pointing, instances } = results;
  const said = (name: string, estimate: Estimate, scale = 1, digits = 2) =>
    `${name} ${decimal(scale * estimate.value, digits)}, 95 % interval ${interval(estimate, digits, scale)}`;
  const onPhotos = photoGradients !== null && !photoGradients.result.byConstruction ? photoGradients.result : null;
  const own = gradients.byConstruction ? null : gradients;
  const c1 = {
    categories: [
      ...(own === null ? [] : ['scenes, absolute', 'scenes, with sign']),
      ...(onPhotos === null ? [] : ['photos, absolute', 'photos, with sign']),
    ],
    estimates: [own, onPhotos].flatMap((found) => (found === null ? [] : [found.absolute, found.signed])),
  };
  const figures: ReportFigure[] =
    c1.estimates.length === 0
      ? []
      : [
          {
            id: 'claim-c1',
            figure: estimatesFigure(c1.categories, [{ name: 'correlation', estimates: c1.estimates }], {
              quantity: 'correlation of two classes’ gradient maps',
              range: [-1, 1],
              alt: `Points with intervals: ${c1.categories.map((name, i) => said(name, c1.estimates[i]!)).join('; ')}.`,
              caption: `C1: correlation between the gradient maps of two classes of one picture, absolute and with sign; means with 95 % intervals.`,
            }),
          },
        ];
  const covers = [covered.rivalCovered, covered.targetCovered];
  const animals = ['the rival', 'the target itself'];
  const measured = pointing.bins.filter(({ own }) => own !== null);
  const counts = instances.counts;
  const { background, pooling } = results;
  return [
    ...figures,
    ...(background === null
      ? []
      : [
          {
            id: 'claim-c2',
            figure: estimatesFigure(
              ['any background', 'the class’s own', 'the other class’s'],
              background.networks.map(({ accuracy: { fair, own, swapped }, ...network }) => ({
                name: headed(names, network),
                estimates: [fair, own, swapped],
              })),
              {
                quantity: 'right answers, %',
                scale: 100,
                range: [-2, 102],
                alt: background.networks
                  .map(({ accuracy: { fair, own, swapped }, ...network }) =>
                    [
                      said(`${headed(names, network)}: right on any background`, fair, 100, 1),
                      said('on the class’s own', own, 100, 1),
                      said('on the other class’s', swapped, 100, 1),
                    ].join('; '),
                  )
                  .join('. '),
                caption:
                  'C2: right answers on drawn scenes by background: any, the class’s own, or the other class’s; with 95 % intervals.',
              },
            ),
          },
        ]),
    {
      id: 'claim-c3',
      figure: estimatesFigure(animals, [{ name: 'change', estimates: covers }], {
        quantity: 'change of P(target), percentage points',
        scale: 100,
        alt: `Points with intervals, by what is covered: ${animals.map((name, i) => said(name, covers[i]!, 100, 1)).join('; ')}.`,
        caption: `C3: change of the target’s probability when exactly one animal of two is covered in black; means with 95 % intervals.`,
      }),
    },
    {
      id: 'claim-c4',
      figure: estimatesFigure(
        measured.map(({ label }) => label),
        [{ name: 'peak on the own animal', estimates: measured.map(({ own }) => own) }],
        {
          quantity: 'share of maps, %',
          scale: 100,
          range: [0, 102],
          baseline: { name: 'picture’s centre', value: pointing.centre.value },
          alt: `Points with intervals, by the class’s probability: ${measured.map(({ label, own }) => said(label, own!, 100, 1)).join('; ')}. The picture’s centre would hit in ${percentage(pointing.centre.value)}.`,
          caption: `C4: share of class activation maps whose peak lies on the class’s own animal (within ${pointing.tolerance} px), by the probability of the class, in scenes with two animals. Dashed: the picture’s centre.`,
        },
      ),
    },
    {
      id: 'claim-c5',
      figure: estimatesFigure(
        counts.map(({ animals }) => `${animals} ${animals === 1 ? 'animal' : 'animals'}`),
        [{ name: 'found', estimates: counts.map(({ found }) => found) }],
        {
          quantity: 'share of the animals with a peak, %',
          scale: 100,
          range: [0, 102],
          alt: `Points with intervals: ${counts.map(({ animals, found }) => said(String(animals), found, 100, 1)).join('; ')}.`,
          caption: `C5: share of the animals of one kind on which the class activation map has a peak, by their number in the picture.`,
        },
      ),
    },
    ...(pooling === null ? [] : [poolingFigure(pooling, names)]),
  ];
}

function poolingFigure({ average, others, tolerance, centre }: PoolingCompared, names: NetworkNames): ReportFigure {
  const networks = [average, ...others];
  const measures = [
    { label: 'peak on the own animal', of: ({ pointing }: PoolingCompared['average']) => pointing },
    { label: 'found of 2–6 animals', of: ({ found }: PoolingCompared['average']) => found },
    { label: 'peaks on an animal', of: ({ onAnimals }: PoolingCompared['average']) => onAnimals },
  ];
  const said = (estimate: Estimate) => `${percentage(estimate.value)}, 95 % interval ${interval(estimate, 1, 100)}`;
  return {
    id: 'claim-c6',
    figure: estimatesFigure(
      measures.map(({ label }) => label),
      networks.map((network) => ({ name: headed(names, network), estimates: measures.map(({ of }) => of(network)) })),
      {
        quantity: 'share, %',
        scale: 100,
        range: [0, 102],
        alt: `Points with intervals. ${networks
          .map(
            (network) =>
              `${headed(names, network)}: ${measures.map(({ label, of }) => `${label} ${said(of(network))}`).join('; ')}`,
          )
          .join('. ')}.`,
        caption: `C6: Grad-CAM of networks that differ in their pooling alone: maps whose peak lies on the class’s own animal (within ${tolerance} px; the picture’s centre would hit in ${percentage(centre.value)}), and in pictures of two to six animals of one kind the animals with a peak, and the peaks on an animal.`,
      },
    ),
  };
}
