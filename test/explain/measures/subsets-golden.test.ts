import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { look } from '../../../src/explain/look';
import { findMeasure } from '../../../src/explain/measures';
import type { MeasureCase, MeasuredMap } from '../../../src/explain/measures/define-measure';
import { unpacked } from '../../support/golden-maps';
import { mapOf } from '../../support/measured-maps';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

interface Golden {
  readonly architecture: string;
  readonly classes: number;
  readonly seed: number;
  readonly height: number;
  readonly width: number;
  readonly photo: number;
  readonly target: number;
  readonly logit: number;
  readonly measureSeed: number;
  readonly options: Readonly<Record<string, object>>;
  readonly maps: Readonly<
    Record<
      string,
      {
        readonly values: string;
        readonly measures: Readonly<Record<string, Readonly<Record<string, number | readonly number[]>>>>;
        readonly forms: Readonly<Record<'quantus' | 'paper', Readonly<Record<string, number>>>>;
      }
    >
  >;
}

/** What test/golden/measures_subsets.py made: Quantus, Captum, and definitions in NumPy. */
const golden = JSON.parse(readFileSync(path.join(__dirname, '../../golden/measures_subsets.json'), 'utf8')) as Golden;

const { architecture, classes, height, width, options, target, maps } = golden;
const seeded = seededNetwork(architecture, classes, [height, width, 3], golden.seed);
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const network = { ...seeded, preprocessing: { ...seeded.preprocessing, ...imagenet } };
const seen = look(network, drawnPhoto(height, width, golden.photo));
afterAll(() => seen.close());
const measured: MeasureCase = {
  look: seen,
  target: seen.target(target),
  mask: null,
  things: null,
  seed: golden.measureSeed,
};
const all: readonly MeasuredMap[] = Object.entries(maps).map(([name, { values }]) => mapOf(unpacked(values), { name }));
const wanted = (key: string, part: string) => Object.values(maps).map(({ measures }) => measures[key]![part]);
const quantus = (part: string) => Object.values(maps).map(({ forms }) => forms.quantus[part]!);
const paper = (part: string) => Object.values(maps).map(({ forms }) => forms.paper[part]!);

/** Of float32 against float64. */
const tolerance = 2e-5;

function expectClose(actual: readonly (number | null | undefined)[], expected: readonly unknown[], within: number) {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    const size = Math.max(1, Math.abs(expected[i] as number));
    expect(Math.abs(value! - (expected[i] as number)) / size, `${value} for ${expected[i]}`).toBeLessThan(within);
  });
}

test('the network gives the reference’s logit', () => {
  expect(seen.target().index).toBe(target);
  expect(seen.target().logit).toBeCloseTo(golden.logit, 4);
});

test.each(['faithfulness-correlation', 'sensitivity-n', 'mu-fidelity'])('%s', async (name) => {
  const outcomes = await findMeasure(name).measure(measured, all, options[name]);
  expectClose(
    outcomes.map((one) => one!.value),
    wanted(name, 'value'),
    tolerance,
  );
  outcomes.forEach((one, i) => {
    const curve = wanted(name, 'curve')[i] as readonly number[] | undefined;
    if (curve === undefined) expect(one!.curve).toBeUndefined();
    else expectClose(one!.curve!.y, curve, tolerance);
  });
});

describe.each(['infidelity square', 'infidelity slopes', 'infidelity noise'])('%s', (key) => {
  test.each(['normalised', 'raw'])('%s', async (part) => {
    const normalise = part === 'normalised';
    const outcomes = await findMeasure('infidelity').measure(measured, all, { ...options[key], normalise });
    outcomes.forEach((one, i) => {
      const expected = wanted(key, part)[i] as number;
      expect(Math.abs(one!.value! / expected - 1)).toBeLessThan(tolerance);
    });
  });
});

test('sparseness, complexity and effective size are the papers’, and Quantus’ but for its small terms', async () => {
  const values = async (name: string) => (await findMeasure(name).measure(measured, all)).map((one) => one!);
  const [sparseness, complexity, size] = await Promise.all(['sparseness', 'complexity', 'effective-size'].map(values));
  const numbers = (outcomes: readonly { readonly value: number | null }[]) => outcomes.map(({ value }) => value);
  expectClose(numbers(sparseness!), paper('sparseness'), 1e-9);
  expectClose(numbers(sparseness!), quantus('sparseness'), 1e-5);
  expectClose(numbers(complexity!), paper('complexity'), 1e-9);
  expectClose(numbers(complexity!), quantus('complexity'), 1e-6);
  expectClose(numbers(size!), paper('effective-size'), 1e-9);
  expectClose(
    size!.map(({ parts }) => parts!.half),
    paper('half'),
    1e-9,
  );
  expectClose(
    size!.map(({ parts }) => parts!.above! * height * width),
    quantus('above'),
    1e-9,
  );
});
