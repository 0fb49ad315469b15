import type { Network } from '../explain/network/network';
import { ownBackground } from '../scenes/random-scene';
import { drawScene } from '../scenes/scene';
import { type BackgroundKind, backgroundKinds, type SceneSpec } from '../scenes/spec';
import { keepObjects, swapBackground } from '../scenes/study-scenes';
import { type BackgroundBiasOptions, backgroundSpecs } from './background-bias';
import type { FlipSubject } from './background-flips';

/** How many drawn animals, and which: the first ones of `backgroundBias` with the same seed. */
export type SceneSubjectsOptions = Pick<BackgroundBiasOptions, 'scenes' | 'seed' | 'size' | 'set'>;

/**
 * Drawn animals on their class's own background, and the same animals drawn again on the five others: pose, place, size,
 * markings and light stay, ground, shadow and what covers the feet go with the background. Nothing is pasted.
 *
 * @throws WhylightError for a network with another class than the drawn animals.
 */
export function sceneSubjects(network: Network, { scenes = 100, ...rest }: SceneSubjectsOptions = {}): FlipSubject[] {
  return [...backgroundSpecs(network, { ...rest, scenes })].map(({ spec, label }) => {
    const own = ownBackground[label];
    const on = (kind: BackgroundKind, from: SceneSpec = spec) => drawScene(swapBackground(from, kind)).image;
    const empty = keepObjects(spec, () => false);
    return {
      name: spec.name,
      label,
      own,
      picture: () => on(own),
      repasted: null,
      onGrey: null,
      backgrounds: backgroundKinds
        .filter((kind) => kind !== own)
        .map((kind) => ({ name: kind, picture: () => on(kind), alone: () => on(kind, empty) })),
    };
  });
}
