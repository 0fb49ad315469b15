import type { ForeignPreprocessing } from '../foreign/foreign-network';
import { type Graph, readersOf } from '../graph';

/**
 * What the network's first nodes say of its input: one that rescales it from 0–255 takes pixels as they are.
 * Null where nothing is said.
 */
export function preprocessingOf(
  graph: Graph,
): { readonly preprocessing: ForeignPreprocessing; readonly note: string } | null {
  const readers = readersOf(graph);
  let scale = [1];
  let shift = [0];
  let at = 'input';
  let turned = false;
  let steps = 0;
  for (;;) {
    const next = readers.get(at) ?? [];
    const [node] = next;
    const slices = next.length === 3 && next.every(({ operation }) => operation.kind === 'channelSlice');
    const joined = slices ? readers.get(next[0]!.name)![0] : undefined;
    if (!turned && joined?.operation.kind === 'concat') {
      turned = true;
      at = joined.name;
      continue;
    }
    if (next.length !== 1 || node?.operation.kind !== 'rescale') break;
    const { scale: factor, shift: offset } = node.operation;
    scale = factor.map((value, c) => value * (scale[c] ?? scale[0]!));
    shift = factor.map((value, c) => value * (shift[c] ?? shift[0]!) + offset[c]!);
    at = node.name;
    steps++;
  }
  if (steps === 0) return null;
  const ends = scale.map((factor, c) => [shift[c]!, 255 * factor + shift[c]!] as const);
  // Of 0 to 255 it makes about −1 to 1, or takes a photo's mean away; of 0 to 1 it would make next to one number.
  const scaled = ends.every(([black, white]) => Math.max(Math.abs(black), Math.abs(white)) <= 10);
  const centred = scale.every((factor) => factor === 1) && shift.every((value) => value < -64 && value > -192);
  if (!scaled && !centred) return null;
  const channels = scale.length;
  return {
    preprocessing: {
      ...(channels === 1 ? { channels: 'grey' } : { channels: 'rgb' }),
      mean: new Array<number>(channels).fill(0),
      std: new Array<number>(channels).fill(1 / 255),
    },
    note: 'the network rescales its input itself, so it is taken to want pixels from 0 to 255 (assumed from its first layers)',
  };
}
