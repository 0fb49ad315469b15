import { beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/explain/attribution';
import type { Estimate } from '../../src/explain/metrics/estimate';
import type { ClaimResults } from '../../src/report/claims';
import type { FigureResult } from '../../src/report/explain-figure';
import { composeReport, computeStudy, type StudyResults } from '../../src/report/report';
import { parseStudy, type Study } from '../../src/report/study';
import { fixedEnvironment, smallStudy, wordsOf } from '../support/report';

let study: Study;
let results: StudyResults;
beforeAll(async () => {
  study = parseStudy(smallStudy, 'small.yaml');
  results = await computeStudy(study, { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null });
});

const words = (changed: StudyResults) =>
  wordsOf(composeReport(study, changed, { environment: fixedEnvironment, command: 'whylight report' }));

const change = (id: string, of: (figure: FigureResult) => FigureResult): StudyResults => ({
  ...results,
  figures: results.figures.map((figure) => (figure.entry.id === id ? of(figure) : figure)),
});

/** The wolf's probability, in the classification and in the maps. */
function withProbability(figure: FigureResult, wolf: number): FigureResult {
  const probability = (label: string) => (label === 'wolf' ? wolf : 1 - wolf);
  const classifications = figure.classifications.map((one) => ({
    ...one,
    classes: one.classes
      .map((score) => ({ ...score, probability: probability(score.label) }))
      .sort((a, b) => b.probability - a.probability),
  }));
  const maps = figure.maps.map((map) => ({
    ...map,
    target: { ...map.target, probability: probability(map.target.label) },
  }));
  return { ...figure, classifications, maps };
}

describe('sentences of the figures', () => {
  it('say what the network says, and that it is mistaken where it is', () => {
    expect(words(change('wolf', (figure) => withProbability(figure, 0.876)))).toContain('says wolf with 87.6 %. Half');
    const both = { ...results, figures: results.figures.map((figure) => withProbability(figure, 0.123)) };
    const mistaken = words(both);
    expect(mistaken).toContain('says dog with 87.7 % and so takes a wolf for a dog');
    expect(mistaken).toMatch(/Of 1 decision for which the truth is known 1 is wrong/);
  });

  it('say where the map’s mass lies, from the map', () => {
    const corner = (map: Attribution): Attribution => ({
      ...map,
      values: map.values.map((_, i) => (i === map.values.length - 1 ? 1 : 0)),
    });
    const text = words(change('wolf', (figure) => ({ ...figure, maps: figure.maps.map(corner) })));
    expect(text).toContain('its strongest point is at the lower right');
    expect(text).toMatch(/lies 0 % of the mass: hardly more than its area alone would hold/);
  });

  it('say whether one patch overturns the decision', () => {
    const occluded = (lowest: number) =>
      words(
        change('occluded', (figure) => {
          const clean = withProbability(figure, 0.9);
          const maps = clean.maps.map((map) => ({
            ...map,
            grid: {
              ...map.grid!,
              probabilities: map.grid!.probabilities!.map((_, i) => (i === 0 ? lowest : 0.9)),
            },
          }));
          return { ...clean, maps };
        }),
      );
    expect(occluded(0.2)).toContain(
      'falls by 70.0 percentage points to 20.0 %. That one patch overturns the decision.',
    );
    expect(occluded(0.2)).toContain('overturns the decision on 1 of 1 picture');
    expect(occluded(0.7)).toContain('The decision leans on one place, but survives its loss.');
    expect(occluded(0.89)).toContain('No single patch carries the decision.');
    expect(occluded(0.89)).toContain('On no picture under the occluder');
  });
});

describe('sentences of the claims', () => {
  const estimate = (value: number, half = 0.02, count = 40): Estimate => ({
    value,
    low: value - half,
    high: value + half,
    count,
  });
  const claims = (more: Partial<ClaimResults> = {}): ClaimResults => ({
    network: results.figures[0]!.networks[0]!,
    networks: [results.figures[0]!.networks[0]!],
    gradients: { signed: estimate(0.1), absolute: estimate(0.9), pairs: [], byConstruction: false },
    photoGradients: null,
    background: null,
    covered: { rivalCovered: estimate(0.2), targetCovered: estimate(-0.3), raised: estimate(0.8), cases: [] },
    pointing: {
      own: estimate(0.9),
      other: estimate(0.1),
      centre: estimate(0.5),
      bins: [{ label: 'below 1 %', own: estimate(0.85) }],
      tolerance: 6,
      cases: [],
    },
    instances: {
      counts: [1, 2, 3, 4, 5, 6].map((animals) => ({
        animals,
        found: estimate(1.05 - 0.05 * animals),
        onAnimals: estimate(0.8),
        pictures: [],
      })),
      least: 0.2,
      tolerance: 6,
    },
    pooling: null,
    ...more,
  });
  const said = (more?: Partial<ClaimResults>) => words({ ...results, claims: claims(more) });

  it('give each number with its interval, in the text and in the table', () => {
    const text = said();
    expect(text).toContain('correlate by 0.90 [0.88, 0.92], and the gradients with their sign by 0.10 [0.08, 0.12]');
    expect(text).toMatch(/C1correlation of two classes’ maps, absolute0\.90\[0\.88, 0\.92\]40holds/);
    expect(text).toContain('rises by 20.0 percentage points in the mean [18.0, 22.0]');
  });

  it.each([
    [
      'C1',
      { gradients: { signed: estimate(0.1), absolute: estimate(0.3), pairs: [], byConstruction: false } },
      /C1\. .*The absolute maps differ from class to class as well: the claim fails here/,
    ],
    [
      'C1',
      { gradients: { signed: estimate(0.88), absolute: estimate(0.9), pairs: [], byConstruction: false } },
      /C1\. .*the claim stays open/,
    ],
    [
      'C1',
      { gradients: { signed: estimate(-1, 0), absolute: estimate(1, 0), pairs: [], byConstruction: true } },
      /differ by their sign alone: .*there is nothing to measure/,
    ],
    [
      'C3',
      { covered: { rivalCovered: estimate(-0.2), targetCovered: estimate(-0.3), raised: estimate(0.1), cases: [] } },
      /falls by 20\.0 percentage points .*The claim fails: here a competing object helps/,
    ],
    [
      'C3',
      { covered: { rivalCovered: estimate(0.01), targetCovered: estimate(-0.3), raised: estimate(0.5), cases: [] } },
      /The interval contains zero: the claim stays open/,
    ],
    [
      'C4',
      { pointing: { ...claimsPointing(), own: estimate(0.3) } },
      /C4\. .*The claim fails\..*do not reliably separate/,
    ],
    [
      'C5',
      {
        instances: {
          counts: [1, 6].map((animals) => ({ animals, found: estimate(0.9), onAnimals: estimate(0.8), pictures: [] })),
          least: 0.2,
          tolerance: 6,
        },
      },
      /many are found as well as one.*find several animals about as well as one/,
    ],
    ['C6', { pooling: pooling(0.1, 0.1) }, /its maps localise better.*The guess holds.*owed to global average pooling/],
    ['C6', { pooling: pooling(-0.1, -0.1) }, /its maps localise worse.*The guess fails here.*is not to blame/],
    ['C6', { pooling: pooling(0.1, -0.1) }, /neither clearly better nor clearly worse\. The guess stays open/],
    ['C6', { pooling: pooling(0.01, 0.01) }, /The guess stays open.*these networks do not decide/],
  ])('say another thing where the numbers do: %s', (_, more, message) => {
    expect(said()).not.toMatch(message);
    expect(said(more as Partial<ClaimResults>)).toMatch(message);
  });

  function pooling(pointingGain: number, foundGain: number): ClaimResults['pooling'] {
    const maps = { right: estimate(0.95), pointing: estimate(0.7), found: estimate(0.6), onAnimals: estimate(0.5) };
    return {
      average: { name: 'mean', title: 'Mean', ...maps },
      others: [
        {
          name: 'most',
          title: 'Most',
          ...maps,
          pointingGain: estimate(pointingGain),
          foundGain: estimate(foundGain),
          onAnimalsGain: estimate(0.01),
        },
      ],
      centre: estimate(0.3),
      tolerance: 6,
    };
  }

  it('say that C6 is untested where a study names no networks for it', () => {
    expect(said()).toContain('so the claim stays untested');
    const text = said({ pooling: pooling(0.1, 0.2) });
    expect(text).not.toContain('untested');
    expect(text).toContain(
      'more pointing by 10.0 percentage points [8.0, 12.0], more animals found by 20.0 [18.0, 22.0], and more peaks',
    );
    expect(text).toMatch(/C6peak on the own animal, most, gain in points10\.0\[8\.0, 12\.0\]40holds/);
    expect(text).toMatch(/Fig\. \d+\. C6: /);
  });

  function claimsPointing() {
    return {
      other: estimate(0.1),
      centre: estimate(0.5),
      bins: [{ label: 'below 1 %', own: null }],
      tolerance: 6,
      cases: [],
    };
  }
});
