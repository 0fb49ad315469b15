import { listAllowed, WhylightError } from '../explain/errors';
import { firstScene } from './first-scene';
import { mixSeeds, Random } from './random';
import { checkEffectOptions, type EffectOptions, withRandomEffects } from './random-effects';
import { secondScene } from './second-scene';
import {
  type AnimalKind,
  animalKinds,
  type BackgroundKind,
  backgroundKinds,
  type DistractorKind,
  distractorKinds,
  type SceneSpec,
} from './spec';

/** What a random scene may contain. */
export interface RandomSceneOptions extends EffectOptions {
  /** Decides everything; the same seed and options give the same scene. */
  readonly seed: number;
  /** Kinds of animals to draw from; the scene shows one of them, each with the same chance. Default: dog, wolf. */
  readonly kinds?: readonly AnimalKind[];
  /** Number of animals, or `[least, most]`. Default 1. */
  readonly count?: number | readonly [number, number];
  /** A second kind beside the first: as many animals of it as `count`, half of them each. Default: none. */
  readonly beside?: AnimalKind | null;
  /**
   * How far the background gives the class away. 0.5: the background is drawn evenly from `backgrounds`, whatever
   * the kind. Above, the share 2·bias − 1 of the scenes stands on the kind's own background (wolf: snow, dog: grass,
   * bee: flowers, ant: forest), the rest is drawn evenly; below, the share 1 − 2·bias stands on the rival's (dog and
   * wolf swap, bee and ant swap). 1: always the own; 0: always the rival's. Where `backgrounds` are just the two,
   * `bias` is exactly the chance of the own one. Default 0.5.
   */
  readonly bias?: number;
  /** Backgrounds of the even draw. Default: all six. */
  readonly backgrounds?: readonly BackgroundKind[];
  /** Chance that one of the `distractors` is added. Default 0.3. */
  readonly distraction?: number;
  /** Default: person, ball, tree. */
  readonly distractors?: readonly DistractorKind[];
  /** Picture size in px. Default 256 × 256. */
  readonly width?: number;
  readonly height?: number;
  /**
   * Which set the scene belongs to. 2: everything but the markings is drawn alike for all kinds. 1: the older set, in
   * which body, size, camera and colours tell the kinds apart too; kept so that its seeds stay drawable. Default 2.
   */
  readonly set?: 1 | 2;
}

/** Each kind's own background, the one a biased data set ties it to. */
export const ownBackground: Readonly<Record<AnimalKind, BackgroundKind>> = {
  dog: 'grass',
  wolf: 'snow',
  bee: 'flowers',
  ant: 'forest',
};
const rival: Readonly<Record<AnimalKind, AnimalKind>> = { dog: 'wolf', wolf: 'dog', bee: 'ant', ant: 'bee' };

/** The background that misleads: the own one of the kind it is told apart from. */
export function rivalBackground(kind: AnimalKind): BackgroundKind {
  return ownBackground[rival[kind]];
}

/** A scene drawn by lot. Throws WhylightError for a bias outside 0–1, an unknown kind or background, or a count below 1. */
export function randomScene(options: RandomSceneOptions): SceneSpec {
  const {
    seed,
    kinds = ['dog', 'wolf'],
    count = 1,
    beside = null,
    bias = 0.5,
    distraction = 0.3,
    width = 256,
    height = 256,
    set = 2,
  } = options;
  const allowedBackgrounds = options.backgrounds ?? backgroundKinds;
  const distractors = options.distractors ?? distractorKinds;
  const allowedDistractors = distractors.filter((kind) => kind !== options.companion?.kind);
  check('kind', beside ? [...kinds, beside] : kinds, animalKinds);
  check('background', allowedBackgrounds, backgroundKinds);
  if (distractors.length > 0) check('distractor', distractors, distractorKinds);
  if (set !== 1 && set !== 2) throw new WhylightError(`set of scenes: ${set} (allowed: 1, 2)`);
  checkEffectOptions(options, set);
  if (!(bias >= 0 && bias <= 1)) throw new WhylightError(`bias: ${bias} (allowed: 0 to 1)`);
  const [least, most] = typeof count === 'number' ? [count, count] : count;
  if (!(Number.isInteger(least) && Number.isInteger(most) && least >= 1 && most >= least && most <= 12)) {
    throw new WhylightError(
      `count: ${typeof count === 'number' ? count : count.join('–')} (allowed: whole numbers from 1 to 12)`,
    );
  }

  const background = (kind: AnimalKind, random: Random) => drawBackground(kind, bias, allowedBackgrounds, random);
  const common = { seed, kinds, beside, count: [least, most] as const, distraction, width, height, background };
  const complete = { ...common, distractors: allowedDistractors };
  const scene = set === 1 ? firstScene(complete) : secondScene(complete);
  // The first draw of this stream is the scene's kind in both sets.
  const kind = new Random(mixSeeds(seed, 1)).pick(kinds);
  return withRandomEffects(scene, seed, kind, options);
}

function check<T extends string>(what: string, values: readonly T[], allowed: readonly T[]): void {
  if (values.length === 0) throw new WhylightError(`no ${what} given (allowed: ${listAllowed(allowed)})`);
  for (const value of values)
    if (!allowed.includes(value))
      throw new WhylightError(`unknown ${what}: ${value} (allowed: ${listAllowed(allowed)})`);
}

function drawBackground(
  kind: AnimalKind,
  bias: number,
  allowed: readonly BackgroundKind[],
  random: Random,
): BackgroundKind {
  const even = random.pick(allowed);
  if (!random.chance(Math.abs(2 * bias - 1))) return even;
  return bias > 0.5 ? ownBackground[kind] : rivalBackground(kind);
}
