import { WhylightError } from '../explain/errors';
import { mixSeeds, Random } from './random';
import { ownBackground, type RandomSceneOptions, randomScene, rivalBackground } from './random-scene';
import { drawScene, type Scene } from './scene';
import type { AnimalKind, SceneSpec } from './spec';

/** Which scenes a data set holds. */
export interface SceneDatasetOptions extends Omit<RandomSceneOptions, 'seed' | 'kinds' | 'beside' | 'count'> {
  /** Number of scenes. Each class has its equal share; which scene has which class is drawn (in the first set they take turns). */
  readonly count: number;
  /** Animals in each scene, or `[least, most]`. Default 1. */
  readonly animals?: number | readonly [number, number];
  /** Default: dog, wolf. */
  readonly classes?: readonly AnimalKind[];
  /** Seed of the whole set. Default 1. Scene i does not depend on `count`. */
  readonly seed?: number;
}

/** How a scene's background goes with its class: the class's own, its rival's, or neither. */
export type BackgroundRole = 'own' | 'rival' | 'other';

/** A scene not drawn yet, with its class. */
export interface LabelledSpec {
  readonly spec: SceneSpec;
  readonly label: AnimalKind;
  readonly backgroundRole: BackgroundRole;
}

/** A scene of a set of several classes. */
export interface ClassedSpec extends LabelledSpec {
  /** Place of the label in the classes. */
  readonly classIndex: number;
}

/** A drawn scene with its class. */
export interface LabelledScene extends ClassedSpec {
  readonly scene: Scene;
}

/** The specs of a data set, one after another: cheap, nothing is drawn. Throws WhylightError for a count below 1. */
export function* sceneSpecs(options: SceneDatasetOptions): Generator<ClassedSpec> {
  const { count, classes = ['dog', 'wolf'], seed = 1, animals = 1, ...more } = options;
  if (!Number.isInteger(count) || count < 1)
    throw new WhylightError(`number of scenes: ${count} (allowed: whole numbers from 1)`);
  if (classes.length === 0)
    throw new WhylightError('a data set needs at least one class (allowed: dog, wolf, bee, ant)');
  for (let i = 0; i < count; i++) {
    const classIndex = classAt(i, classes.length, seed, more.set ?? 2);
    const label = classes[classIndex]!;
    const scene = randomScene({ ...more, count: animals, kinds: [label], seed: mixSeeds(seed, i) });
    const name = more.set === 1 ? `scene-${seed}-${i}-${label}-${scene.background.kind}` : `scene-${seed}-${i}`;
    const spec = { ...scene, name };
    yield { ...labelledSpec(label, spec), classIndex };
  }
}

/** A scene with its class, and how its background goes with it. */
export const labelledSpec = (label: AnimalKind, spec: SceneSpec): LabelledSpec => ({
  spec,
  label,
  backgroundRole: backgroundRole(label, spec),
});

/** The class of scene i: every block of as many scenes as there are classes has each once, in an order drawn for the block. */
function classAt(i: number, classes: number, seed: number, set: 1 | 2): number {
  if (set === 1) return i % classes;
  const random = new Random(mixSeeds(seed, Math.floor(i / classes), 8));
  return random.shuffle(Array.from({ length: classes }, (_, index) => index))[i % classes]!;
}

/** The drawn scenes of a data set, one after another: the same options give the same pixels on the same machine. */
export function* sceneDataset(options: SceneDatasetOptions): Generator<LabelledScene> {
  for (const labelled of sceneSpecs(options)) yield { ...labelled, scene: drawScene(labelled.spec) };
}

/** Whether a background is the class's own, its rival's, or neither. */
function backgroundRole(label: AnimalKind, spec: SceneSpec): BackgroundRole {
  const { kind } = spec.background;
  if (kind === ownBackground[label]) return 'own';
  return kind === rivalBackground(label) ? 'rival' : 'other';
}
