import { expect, test } from 'vitest';
import type { Evaluation, EvaluationRow } from '../../src/analyses/evaluate';
import { evaluationFindings } from '../../src/analyses/evaluation-findings';
import { summarise } from '../../src/analyses/evaluation-summary';
import { gaussian, seededRandom } from '../../src/explain/random';

const photos = Array.from({ length: 24 }, (_, i) => `photo ${i}`);
const maps = [
  { name: 'good', title: 'Good', kind: 'method' },
  { name: 'poor', title: 'Poor', kind: 'method' },
  { name: 'random', title: 'Random', kind: 'baseline' },
  { name: 'centre', title: 'Centre', kind: 'baseline' },
  { name: 'ceiling', title: 'Truth', kind: 'ceiling' },
] as const;
const normal = gaussian(seededRandom(1));

/** Means of each map by measure; the spread is 0.02. */
function evaluation(means: Readonly<Record<string, readonly (number | null)[]>>, networks = ['a']): Evaluation {
  const rows = networks.flatMap((network) =>
    photos.flatMap((photo) =>
      Object.entries(means).flatMap(([measure, of]) =>
        maps.map(({ name: map }, m): EvaluationRow => {
          const mean = of[m]!;
          return { network, photo, map, measure, value: mean === null ? null : mean + 0.02 * normal() };
        }),
      ),
    ),
  );
  const cases = networks.flatMap((network) =>
    photos.map((photo, i) => {
      const right = i % 3 !== 0;
      return {
        network,
        photo,
        label: 'wolf',
        answer: right ? 'wolf' : 'dog',
        right,
        target: 'wolf',
        logit: 1,
        probability: 0.7,
      };
    }),
  );
  const titled = networks.map((name) => ({ name, title: name }));
  return { networks: titled, maps: [...maps], measures: Object.keys(means), cases, rows, seed: 1 };
}

const agreeing = { 'relevance-mass': [0.8, 0.3, 0.4, 0.5, 0.9], 'max-sensitivity': [0.1, 0.6, 0.5, 0.4, 0.1] };
const quarrelling = { 'relevance-mass': [0.8, 0.3, 0.4, 0.5, 0.9], 'max-sensitivity': [0.6, 0.1, 0.5, 0.4, 0.1] };
const cell = (table: ReturnType<typeof summarise>, map: string, measure: string) =>
  table.cells.find((one) => one.map === map && one.measure === measure)!;

test('means have intervals, methods and baselines have places, and the ceiling has none', () => {
  const table = summarise(evaluation(agreeing));
  const good = cell(table, 'good', 'relevance-mass');
  expect(good.estimate!.value).toBeCloseTo(0.8, 1);
  expect(good.estimate!.low).toBeLessThan(good.estimate!.value);
  expect(good.rank).toMatchObject({ rank: 1, low: 1, high: 1 });
  expect(cell(table, 'good', 'max-sensitivity').rank!.rank).toBe(1);
  expect(cell(table, 'poor', 'max-sensitivity').rank!.rank).toBe(4);
  expect(cell(table, 'ceiling', 'relevance-mass').rank).toBeNull();
});

test('a method is compared with the best baseline, on the side that is better', () => {
  const table = summarise(evaluation(agreeing));
  const [good, poor] = ['good', 'poor'].map((name) => cell(table, name, 'max-sensitivity').comparison!);
  expect(good!.baseline).toBe('centre');
  expect(good!.advantage).toBeCloseTo(0.3, 1);
  expect(good!.better).toBeLessThan(0.05);
  expect(good!.worse).toBe(1);
  expect(poor!.worse).toBeLessThan(0.05);
  expect(cell(table, 'random', 'max-sensitivity').comparison).toBeNull();
});

test('a winner is named only where it is first by every measure that can make it so, and fails no check', () => {
  const first = (means: Parameters<typeof evaluation>[0]) => evaluationFindings(summarise(evaluation(means)))[0]!;
  expect(first(agreeing)).toBe(
    'Good is first by the one measure (relevance-mass) of following, place and truth, in at least 95 % of the draws; it is not called the best, for it was not measured: “Does the score follow the map?” and “Is it about this network and this class?”.',
  );
  const asked = { ...agreeing, randomisation: [0.1, 0.6, 0.5, 0.4, 0.1], insertion: [0.8, 0.3, 0.4, 0.5, 0.9] };
  expect(first(asked)).toBe(
    'Good is first by all 2 measures of following, place and truth, in at least 95 % of the draws.',
  );
  // A method that is the last of a check is not the best, and that is told whoever is first.
  const failing = { ...asked, randomisation: [0.9, 0.6, null, null, null] };
  const said = evaluationFindings(summarise(evaluation(failing)));
  expect(said[0]).toContain('it is not called the best, for it is the last by randomisation.');
  expect(said.find((one) => one.startsWith('By randomisation'))).toMatch(
    /^By randomisation Good is the last in at least 95 % of the draws \(0\.\d\d\)\.$/,
  );
});

test('a good value of a check makes nobody the first, and orders are compared of the other measures alone', () => {
  const said = evaluationFindings(summarise(evaluation({ ...quarrelling, insertion: [0.3, 0.8, 0.4, 0.5, 0.9] }))).join(
    ' ',
  );
  expect(said).toContain('No map is first by every one of the 2 measures of following, place and truth');
  expect(said).toContain('Good by relevance-mass; Poor by insertion');
  expect(said).not.toContain('by max-sensitivity;');
  expect(said).toContain('Worse: Poor (relevance-mass)');
});

test('a first place that is open is said to be so', () => {
  const even = { 'relevance-mass': [0.5, 0.5, 0.5, 0.5, 0.9] };
  const said = evaluationFindings(summarise(evaluation(even))).join(' ');
  expect(said).toContain('By 1 of the 1 measures the first place is open');
  expect(said).toContain('better by none of these measures, as far as was shown: Good and Poor');
});

test('right and wrong answers are apart, and each is of its own photos', () => {
  const whole = evaluation(agreeing);
  expect(summarise(whole, 'right').photos).toBe(16);
  expect(summarise(whole, 'wrong').photos).toBe(8);
  const allRight = { ...whole, cases: whole.cases.map((one) => ({ ...one, right: true })) };
  expect(() => summarise(allRight, 'wrong')).toThrow('no photo whose answer is wrong');
});

test('orders are compared where there are any: a measure that says the same of all methods has none', () => {
  const four = ['a', 'b', 'c', 'd'].map((name) => ({ name, title: name, kind: 'method' as const }));
  const values = {
    'relevance-mass': [0.1, 0.2, 0.3, 0.4],
    'relevance-rank': [0.2, 0.3, 0.4, 0.5],
    'pointing-game': [1, 1, 1, 1],
  };
  const rows = photos.flatMap((photo) =>
    Object.entries(values).flatMap(([measure, of]) =>
      of.map((value, i): EvaluationRow => ({ network: 'a', photo, map: four[i]!.name, measure, value })),
    ),
  );
  const whole = evaluation(agreeing);
  const table = summarise({ ...whole, maps: four, measures: Object.keys(values), rows });
  expect(table.agreement).toEqual([
    [expect.closeTo(1, 9), expect.closeTo(1, 9), null],
    [expect.closeTo(1, 9), expect.closeTo(1, 9), null],
    [null, null, null],
  ]);
  expect(evaluationFindings(table).join(' ')).not.toContain('pointing-game)');
});

test('of several networks the interval is for other networks too, and wider', () => {
  const one = summarise(evaluation(agreeing));
  const three = summarise(evaluation(agreeing, ['a', 'b', 'c']));
  const width = (table: ReturnType<typeof summarise>) => {
    const { low, high } = cell(table, 'good', 'relevance-mass').estimate!;
    return high - low;
  };
  expect(three.networks).toEqual(['a', 'b', 'c']);
  expect(width(three)).toBeGreaterThan(0);
  expect(width(one)).toBeGreaterThan(0);
  expect(cell(three, 'good', 'relevance-mass').rank!.rank).toBe(1);
});

test('what a measure says nothing of has no mean and no place, and is counted', () => {
  const silent = { 'relevance-mass': [0.8, null, 0.4, 0.5, 0.9] };
  const poor = cell(summarise(evaluation(silent)), 'poor', 'relevance-mass');
  expect(poor).toMatchObject({ estimate: null, missing: photos.length, rank: null, comparison: null });
});
