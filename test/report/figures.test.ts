import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MaximisedActivation } from '../../src/explain/activation-maximisation';
import { use } from '../../src/report/additions';
import { answerSentence } from '../../src/report/figures/decision';
import { common, type StudyPhoto } from '../../src/report/figures/entry';
import { figureKind, figureKinds } from '../../src/report/figures/index';
import { defineFigure, type FigureKind } from '../../src/report/figures/kind';
import { plural } from '../../src/report/prose/grammar';
import { figureBlock, prose, ref, sentences } from '../../src/report/prose/make';
import { composeReport, computeStudy, type StudyResults } from '../../src/report/report';
import { parseStudy, type Study } from '../../src/report/study';
import { fixedEnvironment, wordsOf } from '../support/report';

const text = `title: Every method
authors: [First Author]
data: a drawn scene
figures:
  - id: side-by-side
    kind: methods
    shows: A wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    target: { difference: [wolf, dog] }
    methods:
      - { method: smoothgrad, options: { statistic: variance, samples: 3, seed: 5 } }
      - { method: grad-cam, options: { layer: [layer1.0.relu2, layer3.0.relu2] } }
      - saliency
    occluder: { size: 32, stride: 32 }
  - id: answered
    kind: maximised
    shows: The network alone
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    targets: [wolf, { difference: [dog, wolf] }]
    channels: [{ layer: layer1.0.relu2, channel: 5 }]
    steps: 3
    seed: 2
  - id: compared
    kind: classes
    shows: Two animals
    photo: { scene: competing, kind: dog, rival: wolf, background: forest, seed: 8 }
    network: scenes-animals
    method: { method: grad-cam, options: { layer: layer2 } }
    targets: [dog, wolf, { difference: [dog, wolf] }]
`;

const options = { environment: fixedEnvironment, command: '', photoFolders: [], mapCache: null };
let study: Study;
let results: StudyResults;
beforeAll(async () => {
  study = parseStudy(text, 'every.yaml');
  results = await computeStudy(study, options);
});

describe('a study', () => {
  it('gives methods their options, several layers and a difference of classes', () => {
    const { maps } = results.figures[0]!;
    expect(maps.map(({ target }) => target.label)).toEqual(Array(3).fill('wolf − dog'));
    expect(maps[0]).toMatchObject({ seed: 5, options: { statistic: 'variance', samples: 3 } });
    expect(maps[1]!.layer).toBe('layer1.0.relu2 + layer3.0.relu2');
  });

  it('shows what classes and channels answer to, with the seed', () => {
    const maximised = results.figures[1]!.extras as readonly MaximisedActivation[];
    expect(maximised.map(({ of, seed, scores }) => [of, seed, scores.length])).toEqual([
      ['logit of wolf', 2, 4],
      ['logit of dog − wolf', 2, 4],
      ['layer1.0.relu2, channel 5', 2, 4],
    ]);
  });

  it('sets the maps of several classes on one scale', () => {
    const { maps } = results.figures[2]!;
    expect(maps.map(({ target, layer }) => [target.label, layer])).toEqual(
      ['dog', 'wolf', 'dog − wolf'].map((label) => [label, 'layer2.0.relu2']),
    );
    const { figure } = figureKind('classes').plot(results.figures[2]!, new Map())[0]!;
    expect(new Set(figure.data.slice(1).map(({ zmax }) => zmax)).size).toBe(1);
    expect(figure.caption).toBe('Two animals: Grad-CAM for 3 targets, on one colour scale.');
  });

  it('says all in words', () => {
    const words = wordsOf(composeReport(study, results, options));
    expect(words).toContain('VarGrad');
    expect(words).toMatch(/says \w+ with [\d.]+ %; we ask for wolf − dog, at a score difference of −?\d+\.\d\d logits/);
    const { scores } = (results.figures[1]!.extras as readonly MaximisedActivation[])[0]!;
    const rise = `from ${scores[0]!.toFixed(2)} to ${scores.at(-1)!.toFixed(2)}`.replace(/-/g, '−');
    expect(words).toContain(`logit of wolf, ${rise}; logit of dog`);
    expect(words).toMatch(
      /Grad-CAM of Bees, ants, dogs and wolves \(drawn scenes\): for dog, [\d.]+ %, it peaks .* of the picture; for wolf/,
    );
    expect(words).toMatch(/D\. Activation maximisation/);
  });

  it('refuses options that a method does not take, and methods that are none, before anything is computed', () => {
    expect(() => parseStudy(text.replace('statistic: variance', 'cells: 3'), 'every.yaml')).toThrow(
      'every.yaml: line 12: figures.0.methods.0.options.cells 3: smoothgrad takes no cells (allowed: samples, noise, statistic, seed)',
    );
    expect(() => parseStudy(text.replace('- saliency', '- salience'), 'every.yaml')).toThrow(
      /figures\.0\.methods\.2 salience: not known \(allowed: saliency, input-x-gradient/,
    );
  });
});

describe('a kind of figure of one’s own', () => {
  const kind = defineFigure<{ kind: 'counted'; id: string; shows: string; photo: StudyPhoto; network: string }, number>(
    {
      kind: 'counted',
      title: 'Classes counted',
      schema: z.strictObject({ kind: z.literal('counted'), ...common, network: z.string() }),
      example: '- { id: classes, kind: counted, shows: a wolf, photo: { file: wolf.jpg }, network: mine }',
      compute: async (_, { networks }) => ({ extras: networks[0]!.classes.length }),
      plot: ({ entry }) => [
        figureBlock(entry.id, { data: [], layout: { width: 300, height: 100 }, alt: 'Nothing.', caption: 'Nothing.' }),
      ],
      sentences: (result, names) =>
        sentences(
          prose`${ref(result.entry.id)} has ${plural(result.extras, 'class', 'classes')}.`,
          answerSentence(result, names),
        ),
      abstract: (results) => [`Counted ${plural(results.length, 'time')}.`],
      terms: ['counting'],
      numbers: (made) => ({ classes: made }),
    },
  );

  it('is one description and one call: studies, papers and new studies know it', async () => {
    use(kind);
    const own = parseStudy(
      `title: Counting
authors: [First Author]
data: a drawn scene
figures:
  - { id: count, kind: counted, shows: A wolf, photo: { scene: single, kind: wolf, seed: 3 }, network: scenes-fair }
`,
      'own.yaml',
    );
    const words = wordsOf(composeReport(own, await computeStudy(own, options), options));
    expect(words).toContain('A. Classes counted Fig. 1 has two classes.');
    expect(words).toMatch(
      /We look into a convolutional network on one picture.* Counted one time\. Index Terms—counting\./,
    );
    expect(words).toMatch(/We compute counting on one picture/);
    expect(() => parseStudy(text.replace('kind: methods', 'kind: method'), 'every.yaml')).toThrow(
      /allowed: .*, counted; did you mean: methods\)$/,
    );
  });

  it('may be given again, but not by a name that is built in or without one of its parts', () => {
    const before = figureKinds().length;
    use(kind);
    expect(figureKinds()).toHaveLength(before);
    expect(() => use({ ...kind, kind: 'saliency' } as FigureKind)).toThrow(
      'there is a kind of figure saliency already',
    );
    const { plot: _, ...rest } = kind;
    expect(() => use({ ...rest, kind: 'drawn' } as FigureKind)).toThrow('a kind of figure without plot (needed: kind,');
  });
});
