import { WhylightError } from '../explain/errors';
import type { Network } from '../explain/network/network';
import { mixSeeds } from '../scenes/random';
import { drawScene, type Scene } from '../scenes/scene';
import { type AnimalKind, animalKinds, type SceneSpec } from '../scenes/spec';
import { competingScene } from '../scenes/study-scenes';
import { evaluationSeed } from './evaluation-seed';

/** Which drawn scenes a claim is tested on. */
export interface SceneSample {
  /** Number of scenes. */
  readonly scenes: number;
  /** Any seed: the scenes are drawn from streams that no training set of the same seed shares. */
  readonly seed: number;
  /** Which set of drawn scenes. Default: the one of `randomScene`. */
  readonly set?: 1 | 2;
  /** Side of the scenes in px. Default 128. */
  readonly size?: number;
}

/** A scene with two animals of different kinds, both seen. */
export interface RivalScene {
  readonly scene: Scene;
  readonly kinds: readonly [AnimalKind, AnimalKind];
}

/** Pairs of animals that a network tells apart: dog and wolf, bee and ant. */
export function rivalPairs({
  classes,
  name,
}: Pick<Network, 'classes' | 'name'>): (readonly [AnimalKind, AnimalKind])[] {
  const labels = new Set(classes);
  const pairs = (
    [
      ['dog', 'wolf'],
      ['bee', 'ant'],
    ] as const
  ).filter((pair) => pair.every((kind) => labels.has(kind)));
  if (pairs.length === 0) {
    throw new WhylightError(
      `${name} tells none of the drawn pairs apart (allowed: a network with the classes dog and wolf, or bee and ant)`,
    );
  }
  return [...pairs];
}

/** The animals that a network knows. */
export function knownAnimals({ classes }: Pick<Network, 'classes'>): AnimalKind[] {
  return animalKinds.filter((kind) => classes.includes(kind));
}

/** The scenes not drawn yet, the network's pairs taking turns. */
export function rivalSpecs(
  network: Pick<Network, 'classes' | 'name'>,
  { scenes, seed, set, size = 128 }: SceneSample,
): { readonly spec: SceneSpec; readonly kinds: RivalScene['kinds'] }[] {
  const pairs = rivalPairs(network);
  return Array.from({ length: scenes }, (_, i) => {
    const kinds = pairs[i % pairs.length]!;
    const options = { seed: mixSeeds(evaluationSeed('rivals', seed), i), set, width: size, height: size };
    return { kinds, spec: competingScene(kinds, options) };
  });
}

/** Scenes of two rivals each; one in which an animal is hidden is left out. */
export function* rivalScenes(network: Network, sample: SceneSample): Generator<RivalScene> {
  for (const { spec, kinds } of rivalSpecs(network, sample)) {
    const scene = drawScene(spec);
    if (kinds.every((kind) => scene.objects.some((object) => object.kind === kind && object.area > 0))) {
      yield { scene, kinds };
    }
  }
}
