import { beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/explain/attribution';
import type { Estimate } from '../../src/explain/statistics/estimate';
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

const words = (changed: StudyResults, told = study) =>
  wordsOf(
    composeReport(told, changed, { environment: fixedEnvironment, command: 'whylight report', photoFolders: [] }),
  );

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
    expect(mistaken).toContain('Of one decision for which the truth is known one is wrong.');
    expect(words(results)).toContain('Of one decision for which the truth is known none is wrong.');
  });

  it('say how the channels’ activity changes with depth', async () => {
    const deep = parseStudy(
      `${smallStudy.slice(0, smallStudy.indexOf('  - id'))}  - id: layers
    kind: features
    shows: A wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    layers: [layer1.0.relu2, layer3.0.relu2]
`,
      'deep.yaml',
    );
    const options = { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null };
    const computed = await computeStudy(deep, options);
    /** The study's words where so many of ten places of each layer are above zero. */
    const withActive = (counts: readonly number[]) => {
      const [figure] = computed.figures as [FigureResult];
      const features = figure.features.map((layer, i) => ({
        ...layer,
        maps: layer.maps.map((map) => ({ ...map, values: map.values.map((_, at) => (at % 10 < counts[i]! ? 1 : 0)) })),
      }));
      return words({ ...computed, figures: [{ ...figure, features }] }, deep);
    };
    expect(withActive([8, 3])).toMatch(/share falls from 8\d % to 3\d %: the deeper, the more selective\./);
    expect(withActive([3, 8])).toMatch(/share rises from 3\d % to 8\d %: here depth does not/);
    expect(withActive([10, 10])).toContain(
      'share stays at 100 %: here depth does not make the channels more selective.',
    );
  });

  it('say where the map’s mass lies, from the map', () => {
    const corner = (map: Attribution): Attribution => ({
      ...map,
      values: map.values.map((_, i) => (i === map.values.length - 1 ? 1 : 0)),
    });
    const text = words(change('wolf', (figure) => ({ ...figure, maps: figure.maps.map(corner) })));
    expect(text).toContain('its strongest point is at the lower right');
    expect(text).toMatch(/holds 0 % of the mass: hardly more than its area alone would hold/);
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
    expect(occluded(0.2)).toContain('by up to 70.0 percentage points and overturns the decision. Index');
    expect(occluded(0.7)).toContain('The decision leans on one place, but survives its loss.');
    expect(occluded(0.89)).toContain('No single patch carries the decision.');
    expect(occluded(0.89)).toContain('On no picture under the occluder');
  });
});

describe('names of networks', () => {
  it('stand in sentences, headings and captions as the study gives them, else by the card’s title', () => {
    const text = words(results, {
      ...study,
      networks: { ours: { card: 'scenes-fair', called: 'the fair {{and}} one', about: 'made here' } },
    });
    expect(text).toContain('The fair {{and}} one says wolf with');
    expect(text).toContain('Uncovered, the fair {{and}} one gives P(wolf)');
    expect(text).toContain('saliency map of the fair {{and}} one for wolf.');
    expect(text).toContain('The fair {{and}} one was made here.');
    expect(text).toContain('Fair {{and}} one (scenes-fair)128×128');
    expect(words(results)).toContain('Dogs and wolves, fair (drawn scenes) says wolf with');
  });

  it('read by an alias of the study, one card behind several', async () => {
    const text = `${smallStudy.replaceAll('network: scenes-fair', 'network: ours')}networks: { ours: { card: scenes-fair, called: our network } }\n`;
    const aliased = parseStudy(text, 'aliased.yaml');
    const found = await computeStudy(aliased, {
      environment: fixedEnvironment,
      command: '',
      photoFolders: [],
      mapCache: null,
    });
    expect([...found.networks.keys()]).toEqual(['scenes-fair']);
    expect(words(found, aliased)).toContain('Our network says wolf');
    expect(found.figures[0]!.maps[0]!.network.name).toBe('scenes-fair');
  });
});

describe('results that are there already', () => {
  const options = { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null };

  it('are taken over where only words changed, and computed where the work did', async () => {
    const computed: string[] = [];
    const again = (text: string) =>
      computeStudy(
        parseStudy(text, 'again.yaml'),
        { ...options, onResult: ({ what }) => computed.push(what) },
        { study, results },
      );
    const renamed = await again(smallStudy.replace('A wolf in snow', 'Another wolf').replace('title: A', 'title: No'));
    expect(computed).toEqual([]);
    expect(renamed.figures[0]!.maps).toBe(results.figures[0]!.maps);
    expect(words(renamed)).toContain('Fig. 1 shows Another wolf.');
    await again(smallStudy.replace('size: 32', 'size: 64'));
    expect(computed).toEqual(['occlusion of scene-3-wolf-snow (scenes-fair)']);
    await again(smallStudy.replace('network: scenes-fair', 'network: scenes-biased'));
    expect(computed[1]).toBe('saliency of scene-3-wolf-snow (scenes-biased)');
  });
});

describe('a photo’s truth', () => {
  it('is the study’s to tell, and decides what is a mistake', () => {
    const told = (truth: string) =>
      words(change('wolf', (figure) => ({ ...figure, scene: null, entry: { ...figure.entry, truth } })));
    expect(told('dog')).toContain('and so takes a dog for a wolf');
    expect(told('wolf')).not.toContain('and so takes');
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
    expect(text).toContain('C1correlation of two classes’ maps, absoluter0.900.880.9240holds');
    expect(text).toContain('rises by 20.0 percentage points in the mean [18.0, 22.0]');
  });

  it('say whose intervals those of few values are', () => {
    expect(said()).not.toContain('Hoeffding');
    const few = { signed: estimate(0.1, 0.9, 3), absolute: estimate(0.9, 0.9, 3), pairs: [], byConstruction: false };
    expect(said({ gradients: few })).toMatch(/for the rest, of fewer than six values Hoeffding’s \[\d+\]/);
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
      /many are found as well as one.*find several animals as well as one/,
    ],
    [
      'C5',
      { instances: instances(0.98, 0.93) },
      /5\.0 percentage points fewer \[.*The claim stays open.*more of several animals than of one, these scenes do not decide/,
    ],
    [
      'C3',
      { covered: { rivalCovered: estimate(-0.2), targetCovered: estimate(-0.3), raised: estimate(0.1), cases: [] } },
      /Removing a competitor lowers the target here/,
    ],
    ['C6', { pooling: pooling(0.1, 0.1) }, /its maps localise better.*The guess holds.*owed to global average pooling/],
    ['C6', { pooling: pooling(-0.1, -0.1) }, /its maps localise worse.*The guess fails here.*is not to blame/],
    ['C6', { pooling: pooling(0.1, -0.1) }, /neither clearly better nor clearly worse\. The guess stays open/],
    ['C6', { pooling: pooling(0.01, 0.01) }, /The guess stays open.*these networks do not decide/],
  ])('say another thing where the numbers do: %s', (_, more, message) => {
    expect(said()).not.toMatch(message);
    expect(said(more as Partial<ClaimResults>)).toMatch(message);
  });

  function instances(one: number, most: number): ClaimResults['instances'] {
    const counts = [
      { animals: 1, found: estimate(one) },
      { animals: 6, found: estimate(most, 0.06) },
    ];
    return {
      counts: counts.map((count) => ({ ...count, onAnimals: estimate(0.8), pictures: [] })),
      least: 0.2,
      tolerance: 6,
    };
  }

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
    expect(text).toContain('C6gain in peaks on the own animal, Mostpp10.08.012.040holds');
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
