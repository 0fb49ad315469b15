import { canineExtent } from './canine';
import { insectExtent } from './insect';
import type { Random } from './random';
import { randomCanine } from './random-canine';
import { randomInsect } from './random-insect';
import type { AnimalKind, CanineSpec, InsectSpec, Placed } from './spec';

/** The picture's size, in scene units. */
interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Where an animal is to be, in scene units: the middle of its rectangle, the root of that rectangle's area, and its room. */
interface Slot {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Places animals side by side, up to two in a row, more in two rows: neighbours overlap a little, none is hidden. An animal's
 * rectangle has the middle and the area that were drawn for its place, whatever its kind, where it fits the room.
 * @returns the animals in the order of `kinds`.
 */
export function arrange(kinds: readonly AnimalKind[], frame: Extent, random: Random): (CanineSpec | InsectSpec)[] {
  const slots = slotsFor(kinds.length, frame, random);
  const places = slots.map((slot) => ({
    slot,
    facing: random.chance(0.5) ? ('right' as const) : ('left' as const),
    seed: random.seed(),
  }));
  return kinds.map((kind, i) => {
    const { slot, facing, seed } = places[i]!;
    const placed: Placed = { x: 0, y: 0, size: 1, facing, seed };
    return kind === 'dog' || kind === 'wolf'
      ? fitInto(randomCanine(kind, placed), slot, frame)
      : fitInto(randomInsect(kind, placed), slot, frame);
  });
}

/** The rectangle an animal fills, in scene units: `[left, top, right, bottom]`. */
export function animalExtent(animal: CanineSpec | InsectSpec): readonly [number, number, number, number] {
  if ('view' in animal) return insectExtent(animal);
  const [left, right, top] = canineExtent(animal);
  return [left, top, right, animal.y];
}

function slotsFor(count: number, frame: Extent, random: Random): Slot[] {
  const far = count <= 2 ? 0 : Math.floor(count / 2);
  const slots = Array.from({ length: count }, (_, i): Slot => {
    const inRow = i < far ? far : count - far;
    const column = i < far ? i : i - far;
    const row = rowOf(count, i < far, frame, random);
    const width = frame.width / inRow;
    const side = row.side(Math.min(width, row.height));
    const x = width * (column + 0.5) + random.range(-0.35, 0.35) * Math.max(0.04, width - side * 1.25);
    return { x, y: row.y, side, width: width * (inRow === 1 ? 1.02 : 1.2), height: row.height };
  });
  // Which animal gets which place is drawn too.
  return random.shuffle(slots);
}

/** Height of a row's middle and of its room, and how large its animals are. */
function rowOf(count: number, far: boolean, frame: Extent, random: Random) {
  if (count > 2) {
    const share = random.range(0.66, 0.86);
    const y = frame.height * (far ? random.range(0.38, 0.44) : random.range(0.68, 0.72));
    return { y, height: frame.height * (far ? 0.44 : 0.6), side: (room: number) => room * share };
  }
  const side = count === 1 ? random.range(0.44, 0.64) : random.range(0.4, 0.52);
  return { y: frame.height * random.range(0.52, 0.64), height: frame.height, side: () => side };
}

/** Scales an animal to its slot's rectangle, no wider or higher than there is room, and keeps it in the picture. */
function fitInto<T extends CanineSpec | InsectSpec>(animal: T, slot: Slot, frame: Extent): T {
  const [left, top, right, bottom] = animalExtent(animal);
  const [width, height] = [right - left, bottom - top];
  const size = Math.min(slot.side / Math.sqrt(width * height), slot.width / width, (slot.height * 0.94) / height);
  const within = (middle: number, half: number, length: number, edge: number) =>
    Math.max(half - edge, Math.min(length - half + edge, middle));
  // A little of the tail or the nose may leave the picture at its sides, no more.
  const x = within(slot.x, (width * size) / 2, frame.width, 0.02);
  const y = within(slot.y, (height * size) / 2, frame.height, -0.03);
  return { ...animal, size, x: x - ((left + right) / 2) * size, y: y - ((top + bottom) / 2) * size };
}
