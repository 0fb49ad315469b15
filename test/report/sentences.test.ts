import { beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/explain/attribution';
import type { FeatureMaps } from '../../src/explain/feature-maps';
import { centreBlob } from '../../src/explain/measures/baselines/centre';
import type { Environment } from '../../src/report/environment';
import type { FigureResult } from '../../src/report/figures/kind';
import { composeReport, computeStudy, type StudyResults } from '../../src/report/report';
import { parseStudy, type Study } from '../../src/report/study';
import { classTarget } from '../support/attributions';
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
    expect(mistaken).toContain('says dog with 87.7 %, which is wrong: the truth is wolf');
    // Both figures are of one photo and one network: one decision, which both call wrong.
    expect(mistaken.match(/which is wrong: the truth is wolf/g)).toHaveLength(2);
    expect(mistaken).toContain('The one decision for which the truth is known is wrong.');
    expect(words(results)).toContain('The one decision for which the truth is known is right.');
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
      const made = (figure.extras as readonly FeatureMaps[]).map((layer, i) => ({
        ...layer,
        maps: layer.maps.map((map) => ({ ...map, values: map.values.map((_, at) => (at % 10 < counts[i]! ? 1 : 0)) })),
      }));
      return words({ ...computed, figures: [{ ...figure, extras: made }] }, deep);
    };
    const shown = 'that is said of the channels shown, not of all.';
    expect(withActive([8, 3])).toMatch(new RegExp(`this share falls from 8\\d % to 3\\d %: ${shown}`));
    expect(withActive([3, 8])).toMatch(new RegExp(`this share rises from 3\\d % to 8\\d %: ${shown}`));
    expect(withActive([10, 10])).toContain(`this share stays at 100 %: ${shown}`);
  });

  it('say where the map’s mass lies, from the map', () => {
    const corner = (map: Attribution): Attribution => ({
      ...map,
      values: map.values.map((_, i) => (i === map.values.length - 1 ? 1 : 0)),
    });
    const text = words(change('wolf', (figure) => ({ ...figure, maps: figure.maps.map(corner) })));
    expect(text).toContain('its strongest point is at the lower right');
    const nothing =
      /holds 0 % of the mass, 0\.0 times what an even map would put there, where a plain blob at the centre would put (\d+) %\./;
    const centred = words(
      change('wolf', (figure) => ({
        ...figure,
        maps: figure.maps.map((map) => ({ ...map, values: centreBlob(map.width, map.height) })),
      })),
    );
    const share = Number(nothing.exec(text)?.[1]);
    expect(share).toBeGreaterThan(10);
    expect(centred).toMatch(new RegExp(`holds ${share} % of the mass, .* at the centre would put ${share} %`));
  });

  describe('say whether one patch overturns the decision', () => {
    const count = 16;
    /** The small study with P(wolf) 0.9 uncovered, and these probabilities of wolf and best classes under the occluder. */
    const occluded = (
      lowest: number,
      {
        target = 1,
        clean = 0.9,
        best = (share: number): number | null => (share > 0.5 ? 1 : 0),
      }: { target?: number; clean?: number; best?: (share: number, at: number) => number | null } = {},
    ) =>
      words(
        change('occluded', (figure) => {
          const whole = withProbability(figure, clean);
          const wolf = Float32Array.from({ length: count }, (_, i) => (i === 0 ? lowest : clean));
          const own = (share: number) => (target === 1 ? share : 1 - share);
          const maps = whole.maps.map((map) => ({
            ...map,
            target: { ...classTarget(['dog', 'wolf'][target]!, target), probability: own(clean) },
            grid: {
              ...map.grid!,
              probabilities: wolf.map(own),
              best: { classes: [...wolf].map(best), probabilities: [], labels: {} },
            },
          }));
          return { ...whole, maps };
        }),
      );
    const stays = 'The most probable class is wolf at every position: no single patch overturns the decision.';

    it('where another class becomes the most probable one', () => {
      const text = occluded(0.2);
      expect(text).toContain('20.0 % (70.0 percentage points below the uncovered value)');
      expect(text).toContain(
        'At one of 16 positions another class becomes the most probable one: dog. One patch there overturns the decision.',
      );
      expect(text).toContain('by up to 70.0 percentage points; a single covered patch overturns the decision. Index');
      expect(text).toContain('Under the occluder, a single covered patch overturns the decision.');
    });

    it('and not because the target falls', () => {
      expect(occluded(0.51)).toContain(stays);
      expect(occluded(0.51)).toContain('by up to 39.0 percentage points and overturns no decision. Index');
      // As of many classes: 38 % is enough to stay the most probable one.
      expect(occluded(0.38, { best: () => 1 })).toContain(stays);
      expect(occluded(0.95)).toContain('Covering one patch nowhere lowers the target’s probability and overturns no');
      expect(occluded(0.95)).not.toContain('costs the target');
    });

    it('of the network’s answer, where the target is another class', () => {
      const text = occluded(0.2, { target: 0 });
      expect(text).toContain('says wolf with 90.0 %; we ask for dog, at 10.0 %.');
      expect(text).toContain('and highest with it at the upper left, 80.0 % (70.0 percentage points above');
      expect(text).toContain('At one of 16 positions another class becomes the most probable one: dog.');
      // The target falls, and the answer stays what it was.
      const down = occluded(0.98, { target: 0 });
      expect(down).toContain('2.0 % (8.0 percentage points below the uncovered value)');
      expect(down).toContain(stays);
    });

    it('and nothing where the best class is not known everywhere', () => {
      const text = occluded(0.2, { best: (share, at) => (at === 3 ? null : share > 0.5 ? 1 : 0) });
      expect(text).not.toContain('most probable class is wolf');
      expect(text).not.toContain('becomes the most probable one');
      expect(text).toContain('lowers the target’s probability by up to 70.0 percentage points. Index');
      expect(text).not.toMatch(/covered patch overturns/);
    });
  });
});

describe('names of networks', () => {
  it('stand in sentences, headings and captions as the study gives them, else by the card’s title', () => {
    const text = words(results, {
      ...study,
      networks: { ours: { card: 'scenes-fair', called: 'the fair {{and}} one', about: 'made here' } },
    });
    expect(text).toContain('The fair {{and}} one says wolf with');
    expect(text).toContain('patch by patch. The fair {{and}} one says wolf with');
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
    expect(computed).toEqual(['occlusion of scene-3 (scenes-fair)']);
    await again(smallStudy.replace('network: scenes-fair', 'network: scenes-biased'));
    expect(computed[1]).toBe('saliency of scene-3 (scenes-biased)');
  });
});

describe('a photo’s truth', () => {
  it('is the study’s to tell, and decides what is a mistake', () => {
    const told = (truth: string) =>
      words({
        ...results,
        figures: results.figures.map((figure) => ({ ...figure, scene: null, entry: { ...figure.entry, truth } })),
      });
    expect(told('dog')).toContain('which is wrong: the truth is dog');
    expect(told('wolf')).not.toContain('which is wrong');
  });

  it('is told once of one photo', () => {
    const other = change('wolf', (figure) => ({ ...figure, entry: { ...figure.entry, truth: 'dog' } }));
    expect(() => words(other)).toThrow('occluded: truth: wolf, and another figure of scene-3 says dog');
  });

  it('is a class of the network, or the study is wrong', async () => {
    const wrong = parseStudy(smallStudy.replace('shows: A', 'truth: wolfe\n    shows: A'), 'small.yaml');
    await expect(
      computeStudy(wrong, { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null }),
    ).rejects.toThrow('wolf: truth: unknown class: wolfe (this network has: dog, wolf)');
  });
});

describe('where the paper was made', () => {
  const made = (environment: Partial<Environment>) =>
    wordsOf(
      composeReport(study, results, {
        environment: { ...fixedEnvironment, ...environment },
        command: 'whylight report',
        photoFolders: [],
      }),
    );

  it('is a commit with its date', () => {
    expect(made({})).toContain('Made by whylight report at commit 0123456789abcdef, of 2021-02-03, 04:05 UTC.');
    expect(made({ dated: 'epoch' })).toContain(
      'at commit 0123456789abcdef; dated 2021-02-03, 04:05 UTC, as SOURCE_DATE_EPOCH says.',
    );
  });

  it('is said to be outside of git where it is, with a date that is no commit’s', () => {
    const text = made({ commit: 'unknown', dated: 'fixed', date: new Date('2000-01-01T00:00:00Z') });
    expect(text).toContain(
      'Made by whylight report outside of a git checkout, so that its commit is not known; dated 2000-01-01, 00:00 UTC, a fixed date, so that two runs give the same bytes.',
    );
    expect(text).not.toContain('commit unknown');
  });
});
