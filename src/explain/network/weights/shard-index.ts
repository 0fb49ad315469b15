import { listAllowed, WhylightError } from '../../errors';
import { type Checkpoint, fullName, type StoredTensor } from './checkpoint';
import { quoteName } from './quote-name';
import { parseStrictJson } from './strict-json';

/** A weights file may have this many parts. */
const SHARDS = 1000;

/** Whether a file is called as the index of a file in parts is. */
export const isIndexName = (file: string): boolean => file.endsWith('.index.json');

/** Whether a file's first bytes are JSON, as an index of shards is. */
export const isShardIndex = (bytes: Uint8Array): boolean =>
  /^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));

/**
 * In which part each weight lies: `{"weight_map": {"conv1.weight": "model-00001-of-00002.safetensors"}}`.
 * @throws WhylightError for any other JSON, and for a part that does not lie beside the index.
 */
export function shardsOf(bytes: Uint8Array, name: string): Map<string, string> {
  const what = quoteName(name);
  const { weight_map: map } = parseStrictJson(bytes, what, 8) as { weight_map?: unknown };
  if (map === undefined || map === null || typeof map !== 'object' || Array.isArray(map)) {
    throw new WhylightError(`${what} is JSON without a weight_map (allowed: the index of a weights file in parts)`);
  }
  const places = new Map<string, string>();
  for (const [weight, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !/^(?!\.{1,2}$)[^/\\\0]{1,255}$/.test(shard)) {
      throw new WhylightError(
        `${what}: ${quoteName(weight)} lies in ${quoteName(String(shard))} (allowed: a file beside the index)`,
      );
    }
    places.set(weight, shard);
  }
  const count = new Set(places.values()).size;
  if (count === 0) throw new WhylightError(`${what} names no weights`);
  if (count > SHARDS) throw new WhylightError(`${what} names ${count} parts (allowed: up to ${SHARDS})`);
  return places;
}

/**
 * The parts as one checkpoint.
 * @throws WhylightError for a weight that lies in two parts, or in another than its index says.
 */
export function joinShards(
  shards: ReadonlyMap<string, Checkpoint>,
  places: ReadonlyMap<string, string>,
  name: string,
): Checkpoint {
  const tensors: StoredTensor[] = [];
  const home = new Map<StoredTensor, { shard: Checkpoint; own: StoredTensor }>();
  const files = new Map<string, string>();
  for (const [file, shard] of shards) {
    for (const own of shard.tensors) {
      const full = fullName(own);
      const other = files.get(full);
      if (other !== undefined) {
        throw new WhylightError(
          `${quoteName(name)}: ${quoteName(full)} is in ${quoteName(other)} and in ${quoteName(file)}`,
        );
      }
      files.set(full, file);
      const tensor = { ...own, place: `${file};${own.place}` };
      tensors.push(tensor);
      home.set(tensor, { shard, own });
    }
  }
  // What a part holds as integers it does not tell; only its other weights can be missed.
  const elsewhere = [...places].filter(([weight, file]) => files.has(weight) && files.get(weight) !== file);
  if (elsewhere.length > 0) {
    const [weight, file] = elsewhere[0]!;
    throw new WhylightError(
      `${quoteName(name)}: ${quoteName(weight)} is in ${quoteName(files.get(weight)!)}, not in ${quoteName(file)}`,
    );
  }
  const formats = [...new Set([...shards.values()].map(({ format }) => format))];
  return {
    format: `${listAllowed(formats)} in ${shards.size} ${shards.size === 1 ? 'part' : 'parts'}`,
    tensors,
    unreadable: new Map([...shards.values()].flatMap(({ unreadable }) => [...unreadable])),
    bystanders: [],
    architecture: null,
    labels: [...shards.values()].flatMap(({ labels }) => labels),
    notes: [...new Set([...shards.values()].flatMap(({ notes }) => notes))],
    instead: 'it holds no tensors of floating-point numbers',
    read: (selection) => {
      const result = new Map();
      for (const shard of shards.values()) {
        const own = [...selection].filter(([, tensor]) => home.get(tensor)!.shard === shard);
        const read = shard.read(new Map(own.map(([as, tensor]) => [as, home.get(tensor)!.own])));
        for (const [as, parameter] of read) result.set(as, parameter);
      }
      return new Map([...selection.keys()].map((as) => [as, result.get(as)!]));
    },
  };
}
