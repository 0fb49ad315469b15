import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';
import type { Checkpoint } from './checkpoint';
import { quoteName } from './quote-name';
import { readCheckpoint } from './read';
import { isShardIndex, joinShards, shardsOf } from './shard-index';

/** A checkpoint and the sha256 (hex) of its file, or of all its files one after another. */
export interface CheckpointFile {
  readonly checkpoint: Checkpoint;
  readonly sha256: string;
}

/**
 * Reads a weights file, or by its index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`) one that lies
 * in several parts beside it.
 * @param name for error messages. Default: the file's own.
 * @throws WhylightError naming the file: it is absent, damaged, of another kind, or a part of it is.
 */
export async function openCheckpoint(file: string, name = path.basename(file)): Promise<CheckpointFile> {
  const bytes = await bytesOf(file, name);
  const hash = createHash('sha256').update(bytes);
  if (!isShardIndex(bytes)) return { checkpoint: readCheckpoint(bytes, name), sha256: hash.digest('hex') };
  const places = shardsOf(bytes, name);
  const shards = new Map<string, Checkpoint>();
  for (const shard of [...new Set(places.values())].sort()) {
    const part = await bytesOf(path.join(path.dirname(file), shard), `${name}: its part ${quoteName(shard)}`);
    hash.update(part);
    shards.set(shard, readCheckpoint(part, shard));
  }
  return { checkpoint: joinShards(shards, places, name), sha256: hash.digest('hex') };
}

async function bytesOf(file: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new WhylightError(`cannot read ${what}: ${reasonOf(error)}`, { cause: error });
  }
}
