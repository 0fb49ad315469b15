import { WhylightError } from '../explain/errors';
import { omitted } from './canine';
import type { EffectKind } from './effects/effect';
import { randomCoat, randomInsectColours } from './random-colours';
import {
  type AnimalKind,
  type AnimalPart,
  animalKinds,
  type BackgroundKind,
  backgroundKinds,
  canineParts,
  insectParts,
  isAnimal,
  type ObjectSpec,
  type SceneSpec,
} from './spec';
import { swapBackground } from './study-scenes';
import { withoutEffect } from './without-effect';

const rivals: Readonly<Record<AnimalKind, AnimalKind>> = { dog: 'wolf', wolf: 'dog', bee: 'ant', ant: 'bee' };

/** The kind that an animal is told apart from: dog and wolf, bee and ant. */
export const rivalOf = (kind: AnimalKind): AnimalKind => rivals[kind];

/** The same scene, without one of its objects, its shadow and what covers its feet. Throws WhylightError for no such object. */
export function withoutObject(spec: SceneSpec, index: number): SceneSpec {
  objectAt(spec, index);
  return { ...spec, objects: spec.objects.filter((_, i) => i !== index) };
}

/** The parts that the object is drawn with and can be drawn without; none for what is no animal. */
export function partsOf(object: ObjectSpec): readonly AnimalPart[] {
  if ('pose' in object) return canineParts.filter((part) => !omitted(object).includes(part));
  // Insects of the first set are painted whole.
  if (!('view' in object) || typeof object.colours === 'string') return [];
  return insectParts.filter((part) => !object.without?.includes(part));
}

/** The same scene with an animal drawn without one of its parts; without its head, without ears and muzzle. Throws WhylightError for a part that it does not have. */
export function withoutPart(spec: SceneSpec, index: number, part: AnimalPart): SceneSpec {
  const object = objectAt(spec, index);
  const parts = partsOf(object);
  if (!parts.includes(part)) {
    const allowed = parts.length === 0 ? 'it has none that can be left out' : `allowed: ${parts.join(', ')}`;
    throw new WhylightError(`unknown part of a ${object.kind}: ${part} (${allowed})`);
  }
  const without = [...('without' in object ? (object.without ?? []) : []), part];
  return replaceObject(spec, index, { ...object, without } as ObjectSpec);
}

/**
 * The same scene with the rival of an animal in its place: the same body, pose, size, place and colours, the other kind's
 * markings. Throws WhylightError where the object is no animal of the second set.
 */
export function withRival(spec: SceneSpec, index: number): SceneSpec {
  const object = objectAt(spec, index);
  switch (object.kind) {
    case 'dog':
    case 'wolf': {
      const kind = rivalOf(object.kind) as 'dog' | 'wolf';
      if (typeof object.coat === 'string') break;
      return replaceObject(spec, index, {
        ...object,
        kind,
        coat: { ...object.coat, plan: randomCoat(kind, object.seed).plan },
      });
    }
    case 'bee':
    case 'ant': {
      const kind = rivalOf(object.kind) as 'bee' | 'ant';
      if (typeof object.colours === 'string') break;
      return replaceObject(spec, index, {
        ...object,
        kind,
        colours: { ...object.colours, plan: randomInsectColours(kind, object.seed).plan },
      });
    }
    default:
      throw new WhylightError(`a ${object.kind} has no rival (those that have: ${animalKinds.join(', ')})`);
  }
  throw new WhylightError(`a ${object.kind} of the first set has no rival of the same body (allowed: the second set)`);
}

function objectAt(spec: SceneSpec, index: number): ObjectSpec {
  const object = spec.objects[index];
  if (object === undefined) throw new WhylightError(`no object ${index} (the scene has ${spec.objects.length})`);
  return object;
}

const replaceObject = (spec: SceneSpec, index: number, object: ObjectSpec): SceneSpec => ({
  ...spec,
  objects: spec.objects.map((one, i) => (i === index ? object : one)),
});

/** What a counterfactual changed. */
export type SceneChange =
  | { readonly kind: 'without-object'; readonly object: number }
  | { readonly kind: 'without-part'; readonly object: number; readonly part: AnimalPart }
  | { readonly kind: 'rival'; readonly object: number }
  | { readonly kind: 'background'; readonly background: BackgroundKind }
  | { readonly kind: 'without-effect'; readonly effect: EffectKind }
  | { readonly kind: 'empty' };

/** A scene drawn again with one thing changed. */
export interface Counterfactual {
  /** `without-0`, `without-0-head`, `rival-0`, `on-snow`, `without-blur`, `empty`: says nothing about the class. */
  readonly name: string;
  readonly change: SceneChange;
  readonly spec: SceneSpec;
}

/**
 * Every scene that differs from this one in one thing: without each object, without each part of each animal, each animal
 * replaced by its rival (second set), on every other background, without each effect, and empty of objects.
 */
export function counterfactuals(spec: SceneSpec): readonly Counterfactual[] {
  const list: Counterfactual[] = [];
  const add = (name: string, change: SceneChange, changed: SceneSpec) =>
    list.push({ name, change, spec: { ...changed, name: `${spec.name}-${name}` } });
  for (const [object, one] of spec.objects.entries()) {
    add(`without-${object}`, { kind: 'without-object', object }, withoutObject(spec, object));
    if (!isAnimal(one)) continue;
    for (const part of partsOf(one))
      add(`without-${object}-${part}`, { kind: 'without-part', object, part }, withoutPart(spec, object, part));
    if (hasRival(one)) add(`rival-${object}`, { kind: 'rival', object }, withRival(spec, object));
  }
  for (const background of backgroundKinds)
    if (background !== spec.background.kind)
      add(`on-${background}`, { kind: 'background', background }, swapBackground(spec, background));
  for (const { kind: effect } of spec.effects ?? [])
    add(`without-${effect}`, { kind: 'without-effect', effect }, withoutEffect(spec, effect));
  add('empty', { kind: 'empty' }, { ...spec, objects: [] });
  return list;
}

/** Whether an object is an animal whose rival has the same body: of the second set. */
export function hasRival(object: ObjectSpec): boolean {
  return isAnimal(object) && typeof ('coat' in object ? object.coat : object.colours) !== 'string';
}
