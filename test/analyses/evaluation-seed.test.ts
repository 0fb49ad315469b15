import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { instancesPerNumber, instancesSpec } from '../../src/analyses/cam-instances';
import { evaluationSeed } from '../../src/analyses/evaluation-seed';
import { knownAnimals, rivalSpecs } from '../../src/analyses/rival-scenes';
import { unevenSpec } from '../../src/analyses/uneven-pointing';
import { readStudy } from '../../src/report/study';
import { type LabelledSpec, sceneSpecs } from '../../src/scenes/dataset';
import { drawScene } from '../../src/scenes/scene';
import { type AnimalKind, animalKinds, type SceneSpec } from '../../src/scenes/spec';

const networks = path.resolve(__dirname, '../../networks');
const trained = ['scenes-fair', 'scenes-biased', 'scenes-animals', 'scenes-average', 'scenes-maximum', 'scenes-flat'];

/** What a network was trained on: its report names the folder, and networks/README.md the command that drew it. */
function trainingScenes(name: string): LabelledSpec[] {
  const { data } = JSON.parse(readFileSync(path.join(networks, `${name}.training.json`), 'utf8')) as {
    data: { source: string; photos: Record<string, number> };
  };
  const folder = data.source.split('/')[0];
  const command = readFileSync(path.join(networks, 'README.md'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith('whylight scenes') && line.endsWith(`--out ${folder}`))!;
  const value = (option: string) => new RegExp(`--${option} (\\S+)`).exec(command)![1]!;
  const classes = value('kinds').split(',') as AnimalKind[];
  const count = Number(value('count'));
  expect(Object.values(data.photos).reduce((sum, photos) => sum + photos, 0)).toBe(count);
  return [...sceneSpecs({ count, bias: Number(value('bias')), classes, seed: Number(value('seed')) })];
}

/** Everything that a study's claims draw. */
function testedScenes(classes: readonly string[], scenes: number, seed: number): SceneSpec[] {
  const network = { name: 'tested', classes };
  const kinds = knownAnimals(network);
  const several = [1, 2, 3, 4, 5, 6].flatMap((animals) =>
    Array.from({ length: instancesPerNumber(scenes) }, (_, i) =>
      instancesSpec(kinds[i % kinds.length]!, animals, { seed }, i),
    ),
  );
  const single = sceneSpecs({ count: 400, classes: kinds, bias: 0.5, seed: evaluationSeed('single', seed) });
  const uneven = Array.from({ length: 12 * scenes }, (_, i) => unevenSpec(network, { scenes, seed }, i));
  return [...rivalSpecs(network, { scenes, seed }), ...single, ...uneven].map(({ spec }) => spec).concat(several);
}

describe('scenes that test a network', () => {
  const training = new Set(
    trained
      .flatMap(trainingScenes)
      .flatMap(({ spec }) => [spec.background.seed, ...spec.objects.map(({ seed }) => seed)]),
  );

  it.each(['scenes', 'photos'])('are none that it was trained on, nor share a background or an animal: %s', (name) => {
    const { scenes, seed } = readStudy(name).claims!;
    for (const classes of [animalKinds, ['dog', 'wolf']]) {
      const tested = testedScenes(classes, scenes, seed);
      expect(tested.length).toBeGreaterThan(700);
      const shared = tested.filter(
        ({ background, objects }) => training.has(background.seed) || objects.some(({ seed }) => training.has(seed)),
      );
      expect(shared).toEqual([]);
    }
  });

  it('would share them if they were drawn as training scenes are', () => {
    const [first] = [...sceneSpecs({ count: 1, seed: 1 })];
    expect(training.has(first!.spec.background.seed)).toBe(true);
    // The same number draws the same background, whatever stands on it.
    const again = [...sceneSpecs({ count: 1, seed: 1, bias: 0, classes: ['wolf'] })][0]!;
    expect(again.spec.background.seed).toBe(first!.spec.background.seed);
  });

  it('are other ones for other streams and seeds, and the same again for the same', () => {
    const seeds = (['single', 'rivals', 'instances', 'uneven'] as const).flatMap((stream) =>
      [0, 1, 2, 20260].map((seed) => evaluationSeed(stream, seed)),
    );
    expect(new Set(seeds).size).toBe(16);
    expect(evaluationSeed('rivals', 1)).toBe(evaluationSeed('rivals', 1));
    const [one] = rivalSpecs({ name: 'tested', classes: ['dog', 'wolf'] }, { scenes: 1, seed: 1 });
    expect(drawScene(one!.spec).image.source).toMatch(/^scene-\d+/);
  });
});
