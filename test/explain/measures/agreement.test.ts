import { expect, test } from 'vitest';
import { mapAgreement } from '../../../src/explain/measures/agreement';
import { seededRandom, shuffled } from '../../../src/explain/random';
import golden from '../../golden/measures_place.json';

const map = (name: string, values: readonly number[] | Float32Array, signed = false) => ({
  name,
  values: Float32Array.from(values),
  signed,
});
const fromGolden = (name: string) => {
  const bytes = new Uint8Array(Buffer.from(golden.cases.find((one) => one.name === name)!.values, 'base64'));
  return map(name, new Float32Array(bytes.buffer));
};

test('rank correlations of the positive parts are SciPy’s', () => {
  const { names, correlations } = mapAgreement(golden.names.map(fromGolden));
  expect(names).toEqual(golden.names);
  correlations.forEach((row, i) => {
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(golden.correlations[i]![j]!, 12);
  });
});

test('by chance two sets have in common what the hypergeometric distribution says', () => {
  for (const [size, expected] of Object.entries(golden.overlap)) {
    const values = Array.from({ length: Number(size) }, (_, i) => i);
    expect(mapAgreement([map('one', values)]).chance.overlap).toBeCloseTo(expected, 12);
  }
  const values = [1, 2, 3, 4];
  // Three of four: two such sets share two pixels (of four) in 3 of 4 cases, and all three in one.
  expect(mapAgreement([map('one', values)], 0.75).chance.overlap).toBeCloseTo(0.75 * 0.5 + 0.25, 12);
});

test('shuffled maps agree by chance', () => {
  const random = seededRandom(2);
  const values = Array.from({ length: 400 }, (_, i) => i);
  const maps = Array.from({ length: 30 }, (_, i) => map(`map ${i}`, shuffled(values, random)));
  const { correlations, overlaps, chance } = mapAgreement(maps);
  const mean = (rows: readonly (readonly (number | null)[])[]) => {
    const off = rows.flatMap((row, i) => row.filter((_, j) => j > i));
    return off.reduce<number>((sum, value) => sum + value!, 0) / off.length;
  };
  // 435 pairs: four standard errors, of a correlation 1/√399 and of an overlap about 0.025.
  expect(Math.abs(mean(correlations) - chance.correlation)).toBeLessThan(4 / Math.sqrt(399 * 435));
  expect(Math.abs(mean(overlaps) - chance.overlap)).toBeLessThan((4 * 0.025) / Math.sqrt(435));
});

test('overlaps count the highest pixels, and matrices are symmetric with ones on the diagonal', () => {
  const rising = Array.from({ length: 20 }, (_, i) => i + 1);
  const half = rising.map((value) => (value === 20 ? 1 : value === 1 ? 20 : value));
  const { correlations, overlaps } = mapAgreement([
    map('rising', rising),
    map('half', half),
    map('falling', [...rising].reverse()),
  ]);
  // Two pixels each: {19, 20} against {1, 19}, {1, 19} against {1, 2}.
  expect(overlaps).toEqual([
    [1, 1 / 3, 0],
    [1 / 3, 1, 1 / 3],
    [0, 1 / 3, 1],
  ]);
  expect(correlations[0]![2]).toBeCloseTo(-1, 12);
  expect(correlations[1]![0]).toBe(correlations[0]![1]);
});

test('pixels that tie at the cut count by the share that there is room for', () => {
  const one = [5, 1, 1, 1, 1, 0, 0, 0, 0, 0];
  const other = [5, 4, 0, 0, 0, 0, 0, 0, 0, 0];
  // One of the four ones has room: 1 + ¼ in common, 2 + ¾ together.
  const { overlaps } = mapAgreement([map('one', one), map('other', other)], 0.2);
  expect(overlaps[0]![1]).toBeCloseTo(1.25 / 2.75, 12);
});

test('only what speaks for the target is compared, and maps without a sign are said to hold more', () => {
  const signed = map('cam', [3, 2, 1, -5, -1, -9], true);
  const same = map('rectified', [3, 2, 1, 0, 0, 0], true);
  expect(mapAgreement([signed, same]).correlations[0]![1]).toBeCloseTo(1, 12);
  expect(mapAgreement([signed, same]).notes).toEqual([]);
  const { notes } = mapAgreement([signed, map('saliency', [3, 2, 1, 5, 1, 9])]);
  expect(notes).toEqual([
    'of cam what speaks against the target is left out; in saliency, without a sign, it counts as much as what speaks for it',
  ]);
});

test('a map that says nothing agrees with none, and that is said', () => {
  const maps = [map('cam', [1, 2, 3]), map('empty', [0, -1, 0], true), map('even', [2, 2, 2])];
  const { correlations, overlaps, notes } = mapAgreement(maps, 0.4);
  expect(correlations).toEqual([
    [1, null, null],
    [null, null, null],
    [null, null, null],
  ]);
  expect(overlaps[1]).toEqual([null, null, null]);
  // Of the even map each pixel has a third of the one place.
  expect(overlaps[0]![2]).toBeCloseTo(1 / 3 / (1 + 2 / 3), 12);
  expect(notes[0]).toBe('the map by empty has no positive value');
});

test('maps of different sizes, and a share that cannot be, are refused', () => {
  expect(() => mapAgreement([map('one', [1, 2]), map('other', [1])])).toThrow('the map by other has 1 values');
  for (const top of [0, 1, Number.NaN]) expect(() => mapAgreement([map('one', [1])], top)).toThrow(`top: ${top}`);
  expect(mapAgreement([])).toMatchObject({ names: [], correlations: [], notes: [] });
});
