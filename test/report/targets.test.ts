import { beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/explain/attribution';
import { figureKind } from '../../src/report/figures/index';
import type { FigureResult } from '../../src/report/figures/kind';
import { composeReport, computeStudy, type StudyResults } from '../../src/report/report';
import { parseStudy, type Study } from '../../src/report/study';
import { fixedEnvironment, wordsOf } from '../support/report';

const text = `title: Targets
authors: [First Author]
data: a drawn scene
figures:
  - id: covered
    kind: occlusion
    shows: A dog and a wolf
    photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
    network: scenes-animals
    target: { difference: [dog, wolf] }
    occluders: [{ size: 32, stride: 32 }, { size: 32, stride: 16 }]
  - id: activated
    kind: cam
    shows: Two animals
    photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
    network: scenes-animals
    target: top1 - top2
    rival: top2 - 0
  - id: asked
    kind: networks
    shows: A wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    networks: [scenes-fair, scenes-biased]
    target: wolf - dog
    method: cam
  - id: behind
    kind: deconvolution
    shows: The wolf again
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    target: { difference: [dog, top1] }
  - id: both
    kind: classes
    shows: The two
    photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
    network: scenes-animals
    targets: [top2]
`;
const options = { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null };
let study: Study;
let results: StudyResults;
beforeAll(async () => {
  study = parseStudy(text, 'targets.yaml');
  results = await computeStudy(study, options);
});
const words = (changed: Partial<StudyResults> = {}) =>
  wordsOf(composeReport(study, { ...results, ...changed }, options));
const plot = (result: FigureResult) => figureKind(result.entry.kind).plot(result, new Map())[0]!;
const minus = (value: number) => value.toFixed(2).replace('-', '−');

describe('a difference of classes', () => {
  it('is a target of every kind of figure, as the command line writes it too', () => {
    const ranked = results.figures[1]!.classifications[0]!.classes.map(({ label }) => label);
    const labels = results.figures.map(({ maps }) => maps.map(({ target }) => target.label));
    expect(labels).toEqual([
      ['dog − wolf', 'dog − wolf'],
      [`${ranked[0]} − ${ranked[1]}`, `${ranked[1]} − ${results.figures[1]!.networks[0]!.classes[0]}`],
      ['wolf − dog', 'wolf − dog'],
      ['dog − wolf', 'dog − wolf'],
      ranked.slice(0, 2),
    ]);
  });

  it('is told in logits where a class is told in percentage points', () => {
    const [coarse] = results.figures[0]!.maps as [Attribution];
    const { logit } = coarse.target;
    const lowest = Math.min(...coarse.grid!.logits);
    const said = words();
    expect(said).toContain(
      `; we ask for dog − wolf, at a score difference of ${minus(logit)} logits. Under a 32×32 px`,
    );
    expect(said).toMatch(
      new RegExp(
        `which has 16 positions, the score difference dog − wolf is lowest with it [a-z ]+, ${minus(lowest)} \\(${minus(logit - lowest)} logits below the uncovered value\\), and highest`,
      ),
    );
    expect(said).toMatch(/Under a 32×32 px occluder at stride 16, which has 49 positions/);
    expect(said).toMatch(/For the difference of two classes/);
    // No sentence of probabilities is left where there are none.
    expect(said).not.toContain('percentage points');
    expect(said).not.toContain('P(dog − wolf)');
    expect(said).toMatch(/The map of \w+ − \w+, at layer3\.0\.relu2, .* that of \w+ − \w+, at a score difference of/);
    expect(said).toContain('Both maps are for wolf − dog.');
    expect(said).toMatch(/we ask for dog − wolf, at a score difference of −[\d.]+ logits/);
  });

  it('stands so on the axis, in the caption and in the alternative text', () => {
    const { figure } = plot(results.figures[0]!);
    const [bar] = figure.data.flatMap((trace) => ('colorbar' in trace ? [trace.colorbar as { title: unknown }] : []));
    expect(bar!.title).toMatchObject({ text: 'score difference dog − wolf in logits' });
    expect(figure.caption).toMatch(
      /^A dog and a wolf: score difference dog − wolf in logits as a function of .*; −?[\d.]+ uncovered/,
    );
    expect(figure.alt).toMatch(/^score difference dog − wolf in logits for each position/);
    expect(plot(results.figures[1]!).figure.caption).toMatch(/ − \w+, score −?[\d.]+, and for /);
  });

  it('is said to turn where its sign does, and to rise where it rises', () => {
    const covered = (clean: number, ...scores: readonly number[]) => {
      const change = (map: Attribution): Attribution => ({
        ...map,
        target: { ...map.target, logit: clean },
        grid: { ...map.grid!, logits: Float32Array.from(map.grid!.logits, (_, i) => scores[i] ?? clean) },
      });
      const [first, ...rest] = results.figures as [FigureResult, ...FigureResult[]];
      return words({ figures: [{ ...first, maps: first.maps.slice(0, 1).map(change) }, ...rest] });
    };
    const same = 'The order of the two classes is the same at every position.';
    expect(covered(1, -1)).toContain('−1.00 (2.00 logits below the uncovered value), and highest');
    expect(covered(1, -1)).toContain('At one of 16 positions the order of the two classes is reversed.');
    // Where the second class scores more uncovered, it is the higher scores that reverse the order.
    expect(covered(-1, 1, 2, -3)).toContain('At two of 16 positions the order of the two classes is reversed.');
    expect(covered(2, 0.5)).toContain(same);
    expect(covered(1, 0.9, 2)).toMatch(/and highest with it [a-z ]+, 2\.00 \(1\.00 logits above the uncovered value\)/);
    expect(covered(1, ...new Array(16).fill(2))).toMatch(
      /is lowest with it [a-z ]+, 2\.00 \(1\.00 logits above the unc/,
    );
  });
});

describe('a figure of one target', () => {
  const one = (target: string) =>
    computeStudy(parseStudy(text.replace('top1 - top2', target), 'targets.yaml'), { ...options, only: ['results'] });

  it('refuses several, and a class less itself', async () => {
    await expect(one('top2')).rejects.toThrow('activated has 2 targets: top2 (allowed: 1)');
    await expect(one('dog - dog')).rejects.toThrow('unknown target: dog - dog (a class less itself is 0)');
    await expect(one('top9')).rejects.toThrow('unknown target: top9 (allowed: top1 to top4)');
  });
});
