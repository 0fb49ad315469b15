import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';

type Json = Readonly<Record<string, unknown>>;

/** `model.json` as TensorFlow.js saves it, and its weights. */
export interface ModelJson {
  readonly json: Json;
  readonly weights: readonly { readonly name: string; readonly value: Constant }[];
  /** sha256 (hex) of `model.json` and its weight files, one after another. */
  readonly sha256: string;
}

/** Reads a file that lies beside `model.json`. */
export type ReadShard = (name: string) => Promise<Uint8Array>;

const weight = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().min(0)).max(16),
  dtype: z.string(),
  quantization: z
    .looseObject({ dtype: z.string(), scale: z.number().optional(), min: z.number().optional() })
    .optional(),
});
const manifest = z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weight) }));
/** Name, shape, type and quantisation of each weight. */
type Specs = Parameters<typeof tf.io.decodeWeights>[1];

/**
 * Reads `model.json` and the weight files that it names, quantised ones too.
 * @throws WhylightError for an absent or short weight file, one outside the model's folder, and two weights of one name.
 */
export async function readModelJson(file: string): Promise<ModelJson> {
  const title = path.basename(file);
  const shard: ReadShard = async (name) => {
    try {
      return await readFile(path.join(path.dirname(file), name));
    } catch (error) {
      throw new WhylightError(`cannot read ${quoteName(name)}, which ${title} names: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
  return modelJson(await readFile(file), title, shard);
}

/** @param title the name of `model.json`, for error messages */
export async function modelJson(bytes: Uint8Array, title: string, shard: ReadShard): Promise<ModelJson> {
  const json = parse(Buffer.from(bytes).toString('utf8'), title);
  if (typeof json.modelTopology !== 'object' || json.modelTopology === null || !Array.isArray(json.weightsManifest)) {
    throw new WhylightError(
      `${title} is no Keras model saved by TensorFlow.js, and no graph model (it has no modelTopology and weightsManifest)`,
    );
  }
  const hash = createHash('sha256').update(bytes);
  const groups = manifest.safeParse(json.weightsManifest);
  if (!groups.success) {
    const { path: place, message } = groups.error.issues[0]!;
    throw new WhylightError(`${title} is damaged: ${['weightsManifest', ...place].join('.')}: ${message}`);
  }
  checkPaths(
    groups.data.flatMap(({ paths }) => paths),
    title,
  );
  const weights = new Map<string, Constant>();
  for (const group of groups.data) {
    const shards: Uint8Array[] = [];
    for (const name of group.paths) shards.push(await shard(insideFolder(name, title)));
    for (const part of shards) hash.update(part);
    checkNames(group.weights, weights, title);
    for (const [name, value] of decode(Buffer.concat(shards), group.weights as Specs, title)) weights.set(name, value);
  }
  const list = [...weights].map(([name, value]) => ({ name, value }));
  return { json, weights: list, sha256: hash.digest('hex') };
}

/** A file that is named again and again would be read as often. */
function checkPaths(paths: readonly string[], title: string): void {
  const names = new Set<string>();
  for (const name of paths) {
    if (names.has(name)) throw new WhylightError(`${title} names the weight file ${quoteName(name)} twice`);
    names.add(name);
  }
}

function insideFolder(name: string, title: string): string {
  if (!path.isAbsolute(name) && !name.split(/[\\/]/).includes('..')) return name;
  throw new WhylightError(`${title} names a weight file outside its folder: ${quoteName(name)}`);
}

function checkNames(list: readonly { readonly name: string }[], earlier: ReadonlyMap<string, unknown>, title: string) {
  const names = new Set(earlier.keys());
  for (const { name } of list) {
    if (names.has(name)) throw new WhylightError(`${title} lists two weights named ${quoteName(name)}`);
    names.add(name);
  }
}

function parse(text: string, title: string): Json {
  try {
    const json = JSON.parse(text) as unknown;
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json as Json;
  } catch {
    // Told below.
  }
  throw new WhylightError(`${title} is not a JSON object (allowed: model.json, as TensorFlow.js saves it)`);
}

function decode(bytes: Buffer, specs: Specs, title: string): [string, Constant][] {
  try {
    return scoped(() => {
      const data = new Uint8Array(bytes).buffer;
      return Object.entries(tf.io.decodeWeights(data, specs)).map(([name, tensor]): [string, Constant] => {
        // Names of devices and the like are no numbers that a network computes with.
        const values = tensor.dtype === 'string' ? new Float32Array() : Float32Array.from(tensor.dataSync());
        return [name, { shape: tensor.shape, values }];
      });
    });
  } catch (error) {
    throw new WhylightError(`the weights of ${title} are damaged: ${(error as Error).message.split('\n')[0]}`, {
      cause: error,
    });
  }
}

/** Whether `model.json` holds a graph model, a network as a list of TensorFlow's operations. */
export const isGraphModel = ({ json }: ModelJson): boolean =>
  json.format === 'graph-model' || Array.isArray((json.modelTopology as Json).node);
