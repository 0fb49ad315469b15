import { WhylightError } from '../explain/errors';
import type { Network } from '../explain/network/network';
import { mixSeeds } from '../scenes/random';
import { drawScene, type Scene } from '../scenes/scene';
import { type AnimalKind, animalKinds } from '../scenes/spec';
import { competingScene } from '../scenes/study-scenes';

/** Which drawn scenes a claim is tested on. */
export interface SceneSample {
  /** Number of scenes. */
  readonly scenes: number;
  readonly seed: number;
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
  const known = new Set(classes);
  const pairs = (
    [
      ['dog', 'wolf'],
      ['bee', 'ant'],
    ] as const
  ).filter((pair) => pair.every((kind) => known.has(kind)));
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

/** Scenes of two rivals each, the network's pairs taking turns; one in which an animal is hidden is left out. */
export function* rivalScenes(network: Network, { scenes, seed }: SceneSample): Generator<RivalScene> {
  const pairs = rivalPairs(network);
  for (let i = 0; i < scenes; i++) {
    const kinds = pairs[i % pairs.length]!;
    const scene = drawScene(competingScene(kinds, { seed: mixSeeds(seed, i) }));
    if (kinds.every((kind) => scene.objects.some((object) => object.kind === kind && object.area > 0))) {
      yield { scene, kinds };
    }
  }
}
