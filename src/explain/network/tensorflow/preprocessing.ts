import type { ForeignPreprocessing } from '../foreign/foreign-network';
import { type Graph, type GraphNode, readersOf } from '../graph';

/** What a file's first nodes say of a network's input. */
export interface InputWords {
  readonly preprocessing: ForeignPreprocessing;
  readonly note: string;
}

/**
 * What the network's first nodes say of its input: one that rescales it from 0–255 takes pixels as they are.
 * Null where nothing is said.
 */
export function preprocessingOf(graph: Graph): InputWords | null {
  const first = firstScale(graph);
  if (first === null || !takesPixels(first)) return null;
  const channels = first.scale.length;
  return {
    preprocessing: {
      channels: channels === 1 ? 'grey' : 'rgb',
      mean: new Array<number>(channels).fill(0),
      std: new Array<number>(channels).fill(1 / 255),
    },
    note: 'the network rescales its input itself, so it is taken to want pixels from 0 to 255 (assumed from its first layers)',
  };
}

/** scale · x + shift a channel. */
interface Scale {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** What all of the first nodes together make of the input, channels turned or not; null where they do not rescale it. */
function firstScale(graph: Graph): Scale | null {
  const readers = readersOf(graph);
  let total: Scale | null = null;
  for (let at: string | null = 'input'; at !== null; ) {
    const next: readonly GraphNode[] = readers.get(at) ?? [];
    const operation = next.length === 1 ? next[0]!.operation : null;
    if (operation?.kind === 'rescale') {
      total = after(total, operation);
      at = next[0]!.name;
    } else {
      at = turnedChannels(next, readers);
    }
  }
  return total;
}

function after(before: Scale | null, { scale, shift }: Scale): Scale {
  if (before === null) return { scale, shift };
  return {
    scale: scale.map((factor, c) => factor * before.scale[c]!),
    shift: scale.map((factor, c) => factor * before.shift[c]! + shift[c]!),
  };
}

/** The node that joins single channels again, where that is all that is made of them. */
function turnedChannels(next: readonly GraphNode[], readers: ReadonlyMap<string, readonly GraphNode[]>): string | null {
  const slices = next.length === 3 && next.every(({ operation }) => operation.kind === 'channelSlice');
  const joined = slices ? next.map(({ name }) => readers.get(name) ?? []) : [];
  const [last] = joined.flat();
  const alone = last?.operation.kind === 'concat' && joined.every((list) => list.length === 1 && list[0] === last);
  return alone ? last.name : null;
}

/**
 * Of 0 to 255 it makes about −1 to 1, or takes a photo's mean away: of 0 to 1 it would make next to one number, or only
 * values far below 0.
 */
function takesPixels({ scale, shift }: Scale): boolean {
  const small = scale.every((factor, c) => [0, 255].every((pixel) => Math.abs(factor * pixel + shift[c]!) <= 10));
  const centred = scale.every((factor, c) => factor === 1 && shift[c]! < -64 && shift[c]! > -192);
  return small || centred;
}
