import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { fillPicture } from '../../../src/explain/measures/fill-removed';
import { imputeLinearly } from '../../../src/explain/measures/linear-imputation';
import { seededRandom } from '../../../src/explain/random';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto, largestDifference } from '../../support/pictures';

interface GoldenMap {
  readonly seed: number;
  readonly target: number;
  readonly paper: {
    readonly mif: readonly number[];
    readonly lif: readonly number[];
    readonly insertion: readonly number[];
    readonly areas: Readonly<Record<'deletion' | 'lif' | 'insertion' | 'gain', number>>;
    readonly irof: { readonly curve: readonly number[]; readonly value: number };
    readonly masked: Readonly<Record<'photo' | 'through' | 'drop' | 'increase' | 'gain', number>>;
  };
  readonly library: {
    readonly mif: readonly number[];
    readonly lif: readonly number[];
    readonly irof: number;
    readonly drop: number;
    readonly increase: number;
  };
}

/** What test/golden/measures_follow.py wrote. */
const golden = JSON.parse(readFileSync(path.join(__dirname, '../../golden/measures_follow.json'), 'utf8')) as {
  readonly architecture: string;
  readonly seed: number;
  readonly size: readonly [number, number];
  readonly classes: number;
  readonly step: number;
  readonly segments: number;
  readonly riseBlur: readonly number[];
  readonly imputations: readonly {
    readonly seed: number;
    readonly share: number;
    readonly values: readonly number[];
  }[];
  readonly maps: readonly GoldenMap[];
};
const { architecture, classes, seed, step, segments } = golden;
const [height, width] = golden.size;
const seeded = seededNetwork(architecture, classes, [height, width, 3], seed);
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const network = { ...seeded, preprocessing: { ...seeded.preprocessing, ...imagenet } };
const at = look(network, drawnPhoto(height, width, seed + 1));
afterAll(() => at.close());

/** `smooth` of measures_follow.py. */
function smoothMap(mapSeed: number): MeasuredMap {
  const random = seededRandom(mapSeed);
  const values = Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return 0.3 * (2 * random() - 1) + Math.exp(-((y - 9) ** 2 + (x - 18) ** 2) / 60);
  });
  return { name: 'smooth', values, signed: true, seeded: false, remake: null, cost: null };
}

describe.each(golden.maps)('the map of seed $seed, class $target', ({ seed: mapSeed, target, paper, library }) => {
  const measured: MeasureCase = { look: at, target: at.target(target), mask: null, things: null, seed: 0 };
  const ask = async (name: string, options: object = {}) => {
    const [outcome] = await findMeasure(name).measure(measured, [smoothMap(mapSeed)], options);
    return outcome!;
  };

  test('deletion is Quantus’ pixel flipping with the photo in front', async () => {
    const { value, curve } = await ask('deletion', { step, fill: 'zero' });
    expect(largestDifference(curve!.y, paper.mif)).toBeLessThan(1e-5);
    expect(largestDifference(curve!.y.slice(1), library.mif)).toBeLessThan(1e-5);
    expect(value).toBeCloseTo(paper.areas.deletion, 5);
  });

  test('insertion is RISE’s', async () => {
    const { value, curve } = await ask('insertion', { step, fill: 'rise-blur' });
    expect(largestDifference(curve!.y, paper.insertion)).toBeLessThan(1e-5);
    expect(value).toBeCloseTo(paper.areas.insertion, 5);
    expect(curve!.x.at(-1)).toBe(1);
  });

  test('symmetric relevance gain is the area between both orders of pixel flipping', async () => {
    const { value, curves, parts } = await ask('symmetric-relevance-gain', { step, fill: 'zero' });
    expect(largestDifference(curves!.LIF!.y.slice(1), library.lif)).toBeLessThan(1e-5);
    expect(largestDifference(curves!.MIF!.y.slice(1), library.mif)).toBeLessThan(1e-5);
    expect(value).toBeCloseTo(paper.areas.gain, 5);
    expect(parts!.LIF).toBeCloseTo(paper.areas.lif, 5);
  });

  test('IROF is the paper’s, and Quantus’ where its area is put straight', async () => {
    const { value, curve, parts } = await ask('irof', { segments, fill: 'zero' });
    expect(largestDifference(curve!.y, paper.irof.curve)).toBeLessThan(1e-4);
    expect(value).toBeCloseTo(paper.irof.value, 4);
    const count = parts!.superpixels!;
    const inner = count * (1 - value!) - (1 + curve!.y[1]!) / 2;
    expect(count - inner).toBeCloseTo(library.irof, 3);
  });

  test('average drop, increase and gain are the papers’; the library’s drop is not divided', async () => {
    const drop = await ask('average-drop');
    expect(drop.parts!.masked).toBeCloseTo(paper.masked.through, 5);
    expect(drop.value).toBeCloseTo(paper.masked.drop, 4);
    expect(drop.value! * drop.parts!.photo!).toBeCloseTo(library.drop, 5);
    expect((await ask('increase-in-confidence')).value).toBe(library.increase);
    expect((await ask('average-gain')).value).toBeCloseTo(paper.masked.gain, 5);
  });
});

test('the golden maps have one whose probability rises and one whose falls', () => {
  expect(golden.maps.map(({ paper }) => paper.masked.increase).sort()).toEqual([0, 1]);
});

test.each(golden.imputations)(
  '$share of the pixels imputed as ROAD’s equations say',
  ({ seed: holes, share, values }) => {
    const random = seededRandom(holes);
    const missing = Uint8Array.from({ length: height * width }, () => Number(random() < share));
    for (let y = 0; y < height / 2; y++) missing.fill(1, y * width + 3, (y + 1) * width);
    const imputed = at.input.values.slice();
    imputeLinearly(imputed, missing, [height, width]);
    const filled = imputed.filter((_, i) => missing[Math.floor(i / 3)] === 1);
    expect(largestDifference(filled, values)).toBeLessThan(2e-4);
    expect(imputed.filter((_, i) => missing[Math.floor(i / 3)] === 0)).toEqual(
      at.input.values.filter((_, i) => missing[Math.floor(i / 3)] === 0),
    );
  },
);

test('RISE’s blur', () => {
  const blurred = fillPicture(at.input, network.preprocessing, 'rise-blur', 0);
  expect(
    largestDifference(
      blurred.filter((_, i) => i % 7 === 0),
      golden.riseBlur,
    ),
  ).toBeLessThan(1e-5);
});
