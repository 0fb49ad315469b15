import { type SceneDatasetOptions, sceneSpecs } from '../scenes/dataset';
import type { SceneSpec } from '../scenes/spec';
import { ladderPlans } from './ladder';
import { poolingPlans } from './pooling-trainings';

/** What the networks of `networks/` that tell drawn scenes apart were trained on. */
export const trainingSets: readonly { readonly networks: readonly string[]; readonly scenes: SceneDatasetOptions }[] = [
  { networks: ['scenes-fair'], scenes: { count: 4000, bias: 0.5, classes: ['dog', 'wolf'], seed: 1 } },
  { networks: ['scenes-biased'], scenes: { count: 4000, bias: 0.99, classes: ['dog', 'wolf'], seed: 1 } },
  {
    networks: ['scenes-animals'],
    scenes: { count: 4000, bias: 0.5, classes: ['bee', 'ant', 'dog', 'wolf'], seed: 1 },
  },
  ...[...ladderPlans(), ...poolingPlans()].map(({ name, scenes }) => ({ networks: [name], scenes })),
];

/** Scenes whose background or objects are drawn by a number that drew one of a training scene. */
export interface SharedSeeds {
  /** Scenes with a background or an object of a training scene. */
  readonly scenes: number;
  readonly backgrounds: number;
  readonly objects: number;
  /** Of these scenes and objects. */
  readonly allScenes: number;
  readonly allObjects: number;
}

/** Of the training sets of one seed the largest: bias, classes and size draw from the same numbers. */
function largestOfEachSeed(): Iterable<SceneDatasetOptions> {
  const largest = new Map<number | undefined, SceneDatasetOptions>();
  for (const { scenes } of trainingSets)
    if ((largest.get(scenes.seed)?.count ?? 0) < scenes.count) largest.set(scenes.seed, scenes);
  return largest.values();
}

/** Counts the seeds that scenes share with what the project's networks were trained on; nothing is drawn. */
export function seedsSharedWithTraining(specs: readonly SceneSpec[]): SharedSeeds {
  const backgrounds = new Set<number>();
  const objects = new Set<number>();
  for (const scenes of largestOfEachSeed()) {
    for (const { spec } of sceneSpecs(scenes)) {
      backgrounds.add(spec.background.seed);
      for (const { seed } of spec.objects) objects.add(seed);
    }
  }
  const sharedObjects = specs.map((spec) => spec.objects.filter(({ seed }) => objects.has(seed)).length);
  const sharedBackgrounds = specs.map((spec) => backgrounds.has(spec.background.seed));
  return {
    scenes: specs.filter((_, i) => sharedBackgrounds[i] || sharedObjects[i]! > 0).length,
    backgrounds: sharedBackgrounds.filter(Boolean).length,
    objects: sharedObjects.reduce((sum, number) => sum + number, 0),
    allScenes: specs.length,
    allObjects: specs.reduce((sum, spec) => sum + spec.objects.length, 0),
  };
}
