import { animalExtent, arrange } from './arrange';
import type { FirstSceneOptions } from './first-scene';
import { mixSeeds, Random } from './random';
import { randomDistractor } from './random-distractor';
import { isAnimal, type ObjectSpec, type SceneSpec } from './spec';

/**
 * A scene of the second set. Each aspect has a stream of random numbers of its own, and none but the markings knows the
 * kind: camera, horizon, light, places, sizes, bodies, colours, distractors and (at bias 0.5) background are drawn alike.
 */
export function secondScene(options: FirstSceneOptions): SceneSpec {
  const { seed, kinds, beside, distraction, distractors, width, height } = options;
  const stream = (number: number) => new Random(mixSeeds(seed, number));
  const kind = stream(1).pick(kinds);
  const background = options.background(kind, stream(2));
  const [least, most] = options.count;
  const number = stream(5).integer(least, most);
  const total = beside ? Math.max(2, number) : number;
  const animals = Array.from({ length: total }, (_, i) => (beside && i % 2 === 1 ? beside : kind));
  const frame = { width: width / Math.min(width, height), height: height / Math.min(width, height) };
  const view = stream(6);
  // Two rows of animals need more ground.
  const horizon = total > 2 ? view.range(0.28, 0.4) : view.range(0.34, 0.5);
  const objects: ObjectSpec[] = arrange(animals, frame, stream(7));
  const extra = stream(3);
  if (distractors.length > 0 && extra.chance(distraction))
    objects.push(randomDistractor(extra.pick(distractors), frame, horizon * frame.height, extra));
  return {
    width,
    height,
    name: `scene-${seed}`,
    background: { kind: background, seed: mixSeeds(seed, 4) },
    horizon,
    camera: view.chance(0.3) ? 'close' : 'wide',
    light: view.pick([-1, 1]) * view.range(0.5, 1),
    contact: true,
    objects: byDepth(objects),
  };
}

/** Farther ones first: those whose lower end is higher in the picture. */
function byDepth(objects: readonly ObjectSpec[]): ObjectSpec[] {
  const foot = (object: ObjectSpec) => (isAnimal(object) ? animalExtent(object)[3] : object.y);
  return [...objects].sort((a, b) => foot(a) - foot(b));
}
