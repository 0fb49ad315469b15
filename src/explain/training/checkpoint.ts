import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { writeWhole } from '../files';
import type { Parameter } from '../network/network';
import { encodeSafetensors, readSafetensors } from '../network/weights/safetensors';
import type { Epoch, FineTuneState } from './fine-tune';

interface Header {
  readonly key: string;
  readonly curve: readonly Epoch[];
  readonly steps: number;
}

const parts = ['parameters', 'best', 'first', 'second'] as const;

/** A key that is equal only for trainings with equal settings, data and starting weights. */
export function checkpointKey(settings: unknown): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

/** Writes the state of a training into one file, whole or not at all. Only what differs from `start` is stored. */
export async function saveCheckpoint(
  file: string,
  key: string,
  state: FineTuneState,
  start: ReadonlyMap<string, Parameter>,
): Promise<void> {
  const tensors = new Map<string, Parameter>();
  const put = (part: (typeof parts)[number], name: string, parameter: Parameter) =>
    tensors.set(`${part}/${name}`, parameter);
  for (const part of ['parameters', 'best'] as const) {
    for (const [name, parameter] of state[part]) if (start.get(name) !== parameter) put(part, name, parameter);
  }
  for (const [name, { first, second }] of state.optimiser) {
    put('first', name, { shape: [first.length], values: first });
    put('second', name, { shape: [second.length], values: second });
  }
  const header: Header = { key, curve: state.curve, steps: state.steps };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  await writeWhole(file, Buffer.concat([length, text, encodeSafetensors(tensors)]));
}

/** The state in a checkpoint; null where there is none, or one of other settings. */
export async function loadCheckpoint(
  file: string,
  key: string,
  start: ReadonlyMap<string, Parameter>,
): Promise<FineTuneState | null> {
  try {
    const bytes = await readFile(file);
    const end = 4 + bytes.readUInt32LE(0);
    const header = JSON.parse(bytes.toString('utf8', 4, end)) as Header;
    if (header.key !== key) return null;
    const tensors = readSafetensors(new Uint8Array(bytes.subarray(end)));
    const own = (part: (typeof parts)[number]) =>
      [...tensors]
        .filter(([name]) => name.startsWith(`${part}/`))
        .map(([name, parameter]) => [name.slice(part.length + 1), parameter] as const);
    // In the order of the start, as an uninterrupted training would hold them.
    const second = new Map(own('second'));
    const first = new Map(own('first'));
    const optimiser = [...start.keys()]
      .filter((name) => first.has(name))
      .map((name) => [name, { first: first.get(name)!.values, second: second.get(name)!.values }] as const);
    return {
      curve: header.curve,
      steps: header.steps,
      parameters: new Map([...start, ...own('parameters')]),
      best: new Map([...start, ...own('best')]),
      optimiser: new Map(optimiser),
    };
  } catch {
    // An unreadable checkpoint is worth no more than none.
    return null;
  }
}

/** Removes a checkpoint whose training is done and stored. */
export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
