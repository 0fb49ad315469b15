import { expect, it } from 'vitest';
import { seedsSharedWithTraining, trainingSets } from '../../src/analyses/training-sets';
import { sceneSpecs } from '../../src/scenes/dataset';

it('shares all with every set that a network was trained on, whatever its bias, classes and size', () => {
  expect(trainingSets.length).toBeGreaterThan(40);
  const first = trainingSets.flatMap(({ scenes }) => [...sceneSpecs({ ...scenes, count: 5 })].map(({ spec }) => spec));
  const last = [...sceneSpecs(trainingSets[0]!.scenes)].slice(-5).map(({ spec }) => spec);
  const specs = [...first, ...last];
  const shared = seedsSharedWithTraining(specs);
  expect(shared).toMatchObject({ scenes: specs.length, backgrounds: specs.length, allScenes: specs.length });
  expect(shared.objects).toBe(shared.allObjects);
});

it('shares nothing with a seed that none was trained on', () => {
  const specs = [...sceneSpecs({ count: 50, seed: 77 })].map(({ spec }) => spec);
  expect(seedsSharedWithTraining(specs)).toMatchObject({ scenes: 0, backgrounds: 0, objects: 0, allScenes: 50 });
});
