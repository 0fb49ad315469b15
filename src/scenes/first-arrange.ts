import { canineExtent } from './canine';
import { randomCanine } from './first-canine';
import { randomInsect } from './first-insect';
import type { Random } from './random';
import type { AnimalKind, CanineSpec, ObjectSpec } from './spec';

/** The picture's size, in scene units. */
interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A place in a row: its middle and width, and how near its row is (0 at the horizon, 1 at the lower edge). */
interface Slot {
  readonly x: number;
  readonly width: number;
  readonly depth: number;
  /** Which row, and of how many: the far one first. */
  readonly row: number;
  readonly rows: number;
}

/** Places animals side by side, up to two in a row, more in two rows: neighbours overlap a little, none is hidden. */
export function arrange(animals: readonly AnimalKind[], frame: Extent, horizon: number, random: Random): ObjectSpec[] {
  const slots = slotsFor(animals.length, frame, random);
  return animals.map((kind, i) => {
    const slot = slots[i]!;
    const facing = random.chance(0.5) ? 'right' : 'left';
    const seed = random.seed();
    if (kind === 'dog' || kind === 'wolf') {
      const y = horizon + (frame.height - horizon) * slot.depth;
      // A crowd is smaller, and its far row smaller still.
      const crowd = animals.length <= 2 ? 1 : 0.95 / animals.length ** 0.35;
      const size = random.range(0.4, 0.56) * crowd * (slot.rows === 2 && slot.row === 0 ? 0.72 : 1);
      return fitInto(randomCanine(kind, { x: slot.x, y, size, facing, seed }, random), slot, frame, random);
    }
    const size = Math.min(random.range(0.42, 0.66), slot.width * random.range(0.66, 0.86), 0.72 / slot.rows);
    const middle = (frame.height * (slot.row + 0.5)) / slot.rows;
    const y = middle + random.range(-0.5, 0.5) * Math.max(0.04, (frame.height / slot.rows - size) * 0.5);
    const x = slot.x + random.range(-0.5, 0.5) * Math.max(0.02, (slot.width - size) * 0.5);
    return randomInsect(kind, { x, y, size, facing, seed }, random);
  });
}

function slotsFor(count: number, frame: Extent, random: Random): Slot[] {
  const rows = count <= 2 ? 1 : 2;
  const far = rows === 1 ? 0 : Math.floor(count / 2);
  const slots = Array.from({ length: count }, (_, i): Slot => {
    const row = i < far ? 0 : 1;
    const inRow = row === 0 ? far : count - far;
    const width = frame.width / inRow;
    const depth = rows === 1 ? random.range(0.5, 0.92) : row === 0 ? random.range(0.18, 0.3) : random.range(0.82, 0.95);
    return { x: width * ((row === 0 ? i : i - far) + 0.5), width, depth, row: rows === 1 ? 0 : row, rows };
  });
  // Which animal gets which place is drawn too.
  for (let i = slots.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [slots[i], slots[j]] = [slots[j]!, slots[i]!];
  }
  return slots;
}

/** Makes a canine no wider than its place and a little more, no higher than the picture, and centres it there. */
function fitInto(animal: CanineSpec, slot: Slot, frame: Extent, random: Random): CanineSpec {
  const [left, right, top] = canineExtent(animal);
  const alone = slot.rows === 1 && slot.width >= 1;
  const shrink = Math.min(
    1,
    (slot.width * (alone ? 1.02 : 1.2)) / (right - left),
    (animal.y - 0.02) / (animal.y - top),
  );
  const half = ((right - left) * shrink) / 2;
  const slack = Math.max(0.03, slot.width - 2 * half);
  const centre = slot.x + random.range(-0.4, 0.4) * slack;
  // A little of the tail or the nose may leave the picture, no more.
  const middle = Math.max(half - 0.02, Math.min(frame.width - half + 0.02, centre));
  const offset = ((left + right) / 2 - animal.x) * shrink;
  return { ...animal, size: animal.size * shrink, x: middle - offset };
}
