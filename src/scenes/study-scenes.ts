import { WhylightError } from '../explain/errors';
import { canineExtent } from './canine';
import { mixSeeds, Random } from './random';
import { randomScene } from './random-scene';
import type { AnimalKind, BackgroundKind, ObjectSpec, SceneSpec } from './spec';

/** What every scene of a study may set. */
export interface StudySceneOptions {
  readonly seed: number;
  /** Default: drawn by the seed from all. */
  readonly background?: BackgroundKind;
  /** Picture size in px. Default 256 × 256. */
  readonly width?: number;
  readonly height?: number;
  /** 1: the older set, in which more than the markings tells the kinds apart. Default 2. */
  readonly set?: 1 | 2;
}

/** The same scene, objects, light and horizon, on another background. */
export function swapBackground(spec: SceneSpec, background: BackgroundKind): SceneSpec {
  return { ...spec, name: `${spec.name}-on-${background}`, background: { ...spec.background, kind: background } };
}

/** The same scene at another size: what is drawn stays where it is, as long as the shape stays. */
export function resizeScene(spec: SceneSpec, width: number, height = width): SceneSpec {
  return { ...spec, width, height };
}

/** The same scene without the objects for which `keep` says no; shadows go with them. */
export function keepObjects(spec: SceneSpec, keep: (object: ObjectSpec, index: number) => boolean): SceneSpec {
  return { ...spec, objects: spec.objects.filter(keep) };
}

/** One animal of a kind, and nothing else. */
export function singleScene(kind: AnimalKind, options: StudySceneOptions): SceneSpec {
  return instancesScene(kind, 1, options);
}

/** Two animals that compete for the decision: a dog and a wolf, a bee and an ant. */
export function competingScene(kinds: readonly [AnimalKind, AnimalKind], options: StudySceneOptions): SceneSpec {
  const [first, second] = new Random(mixSeeds(options.seed, 5)).chance(0.5) ? kinds : [kinds[1], kinds[0]];
  return randomScene({ ...base(options), kinds: [first], beside: second, count: 2 });
}

/** `count` (1–6) animals of one kind. Throws WhylightError for another count. */
export function instancesScene(kind: AnimalKind, count: number, options: StudySceneOptions): SceneSpec {
  if (!Number.isInteger(count) || count < 1 || count > 6) throw new WhylightError(`count: ${count} (allowed: 1 to 6)`);
  return randomScene({ ...base(options), kinds: [kind], count });
}

/** The paper's dog on a white background (or another kind). */
export function onWhite(kind: AnimalKind, options: Omit<StudySceneOptions, 'background'>): SceneSpec {
  return singleScene(kind, { ...options, background: 'white' });
}

/** The paper's dog with a man: an animal on one side, a person on the other, a little behind it. */
export function besidePerson(kind: 'dog' | 'wolf', options: StudySceneOptions): SceneSpec {
  const spec = randomScene({ ...base(options), kinds: [kind] });
  const random = new Random(mixSeeds(options.seed, 6));
  const width = spec.width / Math.min(spec.width, spec.height);
  const height = spec.height / Math.min(spec.width, spec.height);
  const left = random.chance(0.5);
  const feet = height * 0.86;
  const animals = spec.objects.map((object): ObjectSpec => {
    if (object.kind !== 'dog' && object.kind !== 'wolf') return object;
    const [from, to] = canineExtent(object);
    const shrink = Math.min(1, (0.68 * width) / (to - from), (0.46 * height) / object.size);
    const offset = ((from + to) / 2 - object.x) * shrink;
    return { ...object, x: width * (left ? 0.36 : 0.64) - offset, y: height * 0.9, size: object.size * shrink };
  });
  const person: ObjectSpec = {
    kind: 'person',
    x: width * (left ? random.range(0.8, 0.86) : random.range(0.14, 0.2)),
    y: feet,
    size: height * random.range(0.72, 0.8),
    facing: left ? 'left' : 'right',
    seed: random.seed(),
  };
  return { ...spec, name: `${spec.name}-with-person`, objects: [person, ...animals] };
}

function base(options: StudySceneOptions) {
  const { seed, background, width, height, set } = options;
  return { seed, width, height, set, distraction: 0, ...(background ? { backgrounds: [background] } : {}) };
}
