import { arrange } from './first-arrange';
import { mixSeeds, Random } from './random';
import { randomDistractor } from './random-distractor';
import type { AnimalKind, BackgroundKind, DistractorKind, ObjectSpec, SceneSpec } from './spec';

/** What `randomScene` has checked and completed. */
export interface FirstSceneOptions {
  readonly seed: number;
  readonly kinds: readonly AnimalKind[];
  readonly count: readonly [number, number];
  readonly beside: AnimalKind | null;
  readonly distraction: number;
  readonly distractors: readonly DistractorKind[];
  readonly background: (kind: AnimalKind, random: Random) => BackgroundKind;
  readonly width: number;
  readonly height: number;
}

/** A scene of the first set, whose classes differ in body, size, camera and colours too. */
export function firstScene(options: FirstSceneOptions): SceneSpec {
  const { seed, kinds, beside, distraction, width, height } = options;
  const [least, most] = options.count;
  // Separate streams: the background's draw does not depend on what the animal's took.
  const random = new Random(mixSeeds(seed, 1));
  const kind = random.pick(kinds);
  const background = options.background(kind, new Random(mixSeeds(seed, 2)));
  const number = random.integer(least, most);
  const animals = Array.from({ length: beside ? Math.max(2, number) : number }, (_, i) =>
    beside && i % 2 === 1 ? beside : kind,
  );
  const frame = { width: width / Math.min(width, height), height: height / Math.min(width, height) };
  const horizon = random.range(0.34, 0.54);
  const objects = arrange(animals, frame, horizon * frame.height, random);
  const extra = new Random(mixSeeds(seed, 3));
  const insects = animals.every((animal) => animal === 'bee' || animal === 'ant');
  // Beside an insect, in a near view, a person or a tree would be a toy.
  const fitting = options.distractors.filter((other) => !insects || other === 'ball');
  if (fitting.length > 0 && extra.chance(distraction))
    objects.push(randomDistractor(extra.pick(fitting), frame, horizon * frame.height, extra));
  return {
    width,
    height,
    name: `scene-${seed}-${[...new Set(animals)].join('+')}-${background}`,
    background: { kind: background, seed: mixSeeds(seed, 4) },
    horizon,
    camera: insects ? 'close' : 'wide',
    light: random.pick([-1, 1]) * random.range(0.5, 1),
    contact: true,
    objects: byDepth(objects),
  };
}

/** Farther ones first; an insect's middle counts as where it is. */
function byDepth(objects: readonly ObjectSpec[]): ObjectSpec[] {
  return [...objects].sort((a, b) => a.y - b.y);
}
