import type { BackgroundBias, MapOutside } from '../../src/analyses/background-bias';
import type { CamInstances } from '../../src/analyses/cam-instances';
import type { CamPointing, PointingShares } from '../../src/analyses/cam-pointing';
import type { GradientDiscrimination } from '../../src/analyses/gradient-discrimination';
import type { PoolingCompared } from '../../src/analyses/pooling-compared';
import type { RivalEffect } from '../../src/analyses/rival-effect';
import type { UnevenPointing } from '../../src/analyses/uneven-pointing';
import type { Network } from '../../src/explain/network/network';
import { type Estimate, estimateShare } from '../../src/explain/statistics/estimate';
import type { MeasuredClaim } from '../../src/report/claims/claim';
import { claims } from '../../src/report/claims/index';

/** A value with an interval of `half` on either side. */
const estimate = (value: number, half = 0.02, count = 40): Estimate => ({
  value,
  low: value - half,
  high: value + half,
  count,
});

export const gradients = (
  absolute: number,
  signed: number,
  {
    half = 0.02,
    count = 40,
    byConstruction = false,
    oppositeCentred = false,
    absent = null as number | null,
    centred = null as readonly [number, number] | null,
    /** Of the other kind of pair, which differs by so much in all. */
    other = null as number | null,
  } = {},
): GradientDiscrimination => {
  const gauge = (absolute: number, signed: number) => ({
    absolute: estimate(absolute, half, count),
    signed: estimate(signed, half, count),
    lost: estimate(absolute - signed, half, count),
    absent:
      absent === null
        ? null
        : {
            absolute: estimate(absent - 0.1, half, count),
            neither: estimate(absent, half, count),
            beyondNeither: estimate(absolute - absent, half, count),
          },
  });
  const both = { ...gauge(absolute, signed), centred: centred === null ? null : gauge(...centred) };
  return {
    ...both,
    kinds: [
      { label: 'dog, wolf', ...both },
      ...(other === null ? [] : [{ label: 'bee, ant', ...gauge(absolute + other, signed), centred: both.centred }]),
    ],
    oppositeCentred,
    pairs: [],
    byConstruction,
  };
};

const outsideOf = (mass: number | null, centre: number): Omit<MapOutside, 'label'> =>
  mass === null
    ? { mass: null, far: null, centre: null, even: null, beyondCentre: null }
    : {
        mass: estimate(mass, 0.02, 100),
        far: estimate(mass / 2, 0.02, 100),
        centre: estimate(centre, 0.02, 100),
        even: estimate(0.8, 0.02, 100),
        beyondCentre: estimate(mass - centre, 0.02, 100),
      };

export const biasOf = (
  networks: readonly {
    title: string;
    own: number;
    swapped: number;
    half?: number;
    outside?: number | null;
    centre?: number;
  }[],
): BackgroundBias => ({
  networks: networks.map(({ title, own, swapped, half = 0.01, outside = 0.6, centre = 0.7 }) => {
    const [onOwn, onSwapped] = [estimateShare(400 * own, 400), estimateShare(400 * swapped, 400)];
    const dependence = estimate(own - swapped, half, 400);
    const groups = (['grass', 'snow'] as const).flatMap((background) =>
      ['dog', 'wolf'].map((label) => ({ label, background, accuracy: estimate(swapped, half, 33) })),
    );
    return {
      name: title.toLowerCase(),
      title,
      accuracy: { fair: estimateShare(300, 400), own: onOwn, swapped: onSwapped },
      dependence,
      probability: estimate(0.9 * (own - swapped), half, 400),
      classes: ['dog', 'wolf'].map((label) => ({ label, own: onOwn, swapped: onSwapped, dependence })),
      groups,
      worst: groups[1]!,
      camOutside: outsideOf(outside, centre),
      outside: ['dog', 'wolf'].map((label) => ({ label, ...outsideOf(outside, centre) })),
      redrawn: [],
    };
  }),
  seed: 1,
  figures: { accuracy: { data: [], layout: {}, alt: '', caption: '' } },
});

export const rivals = (change: number, { half = 0.02, lowered = 0.2, black = change - 0.1 } = {}): RivalEffect => {
  const changes = (by: number) => ({
    withoutRival: estimate(change + by, half),
    withoutTarget: estimate(-0.3),
    painted: { black: estimate(black + by), grey: estimate(change + by), 'mean colour': estimate(change + by) },
  });
  return {
    ...changes(0),
    clean: estimate(0.45, half),
    alone: estimate(0.45 + change, half),
    raised: estimate(1 - lowered),
    lowered: estimate(lowered),
    classes: [
      { label: 'dog', ...changes(0.1) },
      { label: 'wolf', ...changes(-0.1) },
    ],
    cases: Array.from({ length: 80 }, (_, i) => ({
      scene: String(i >> 1),
      target: 'dog',
      clean: 0.5,
      withoutRival: 0.5,
      withoutTarget: 0.5,
      painted: { black: 0.5, grey: 0.5, 'mean colour': 0.5 },
    })),
  };
};

const sharesOf = (own: number, half: number, other = 0.05, centre = 0.5): PointingShares => ({
  own: estimate(own, half),
  other: estimate(other),
  centre: estimate(centre),
  point: estimate(0.2),
  beyondOther: estimate(own - other, half),
  gain: estimate(own - centre, half),
  beyondPoint: estimate(own - 0.2, half),
});

export const pointing = (
  own: number,
  { half = 0.02, other = 0.05, unlikely = null as number | null, usual = 0 } = {},
): { readonly pointing: CamPointing; readonly uneven: UnevenPointing } => {
  const shares = sharesOf(own, half, other);
  const weaker = unlikely === null ? null : sharesOf(unlikely, half, other, 0.1);
  return {
    pointing: {
      ...shares,
      classes: [{ label: 'dog', ...shares }],
      bins: [
        { label: 'rival over 10 times', cases: usual, shares: usual === 0 ? null : shares },
        { label: 'rival 1 to 10 times', cases: 73, shares },
      ],
      tolerance: 9,
      cases: [],
    },
    uneven: {
      weaker:
        weaker === null
          ? null
          : {
              ...weaker,
              classes: [
                { label: 'wolf', ...weaker },
                { label: 'bee', ...sharesOf(0.1, half, 0.4) },
              ],
            },
      stronger: weaker === null ? null : shares,
      ratio: 10,
      candidates: 480,
      cases: [],
    },
  };
};

export const instancesOf = (one: number, most: number, half = 0.005, boxes = 0.6): CamInstances => {
  const shares = (value: number) => ({ found: estimate(value, half, 50), onAnimals: estimate(0.8) });
  const missed = estimate(one - most, half, 50);
  return {
    counts: [
      { animals: 1, found: one },
      { animals: 6, found: most },
    ].map(({ animals, found }) => ({
      animals,
      ...shares(found),
      points: { found: estimate(0.3), onAnimals: estimate(0.4) },
      boxes: shares(boxes),
      beyondBoxes: estimate(found - boxes, half, 50),
      pictures: [],
    })),
    missed,
    missedByBoxes: estimate(0.1, half, 50),
    classes: [
      { label: 'dog', one: estimate(one), most: estimate(most), missed, missedByBoxes: missed },
      { label: 'ant', one: estimate(one), most: estimate(one), missed: estimate(0), missedByBoxes: missed },
    ],
    least: 0.2,
    tolerance: 9,
  };
};

export function poolingOf(...gains: readonly number[]) {
  const maps = {
    trainings: 5,
    right: [0.93, 0.97] as const,
    pointing: estimate(0.7),
    byTraining: [0.7, 0.7, 0.7, 0.7, 0.7],
  };
  const compared: PoolingCompared = {
    average: { pooling: 'average', ...maps },
    others: gains.map((gain, i) => ({ pooling: i === 0 ? 'maximum' : 'flat', ...maps, gain: estimate(gain) })),
    scenes: 40,
  };
  return { ...compared, centre: estimate(0.3), point: estimate(0.2), tolerance: 9 };
}

export const network = { name: 'net', title: 'the net', output: 'softmax' } as Network;

/** A claim as if it had been measured. */
export function measuredClaim(id: string, result: unknown, networks: readonly Network[] = [network]): MeasuredClaim {
  const claim = claims().find((one) => one.id === id)!;
  return { claim, settings: { network: 'net', scenes: 40, seed: 1 }, networks, result };
}

/** One result for each claim. */
export const allMeasured = (): MeasuredClaim[] => [
  measuredClaim('C1', { scenes: gradients(0.9, 0.1), photos: null }),
  measuredClaim('C2', biasOf([{ title: 'Biased', own: 1, swapped: 0 }])),
  measuredClaim('C3', rivals(0.2)),
  measuredClaim('C4', pointing(0.9)),
  measuredClaim('C5', instancesOf(1, 0.8)),
  measuredClaim('C6', poolingOf(0.1, -0.1)),
];
