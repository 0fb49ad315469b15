import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { scoped, tf } from '../../engine';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';
import { quoteName } from '../weights/quote-name';

/** One layer as the file describes it. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers it reads; null in a sequence, where it is the one before. */
  readonly inputs: readonly string[] | null;
}

/** A weight as Keras lays it out. */
export interface KerasWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A Keras model saved by TensorFlow.js (`model.json`, layers format) and its weights. */
export interface KerasModel {
  readonly topology: { readonly className: string; readonly config: unknown };
  readonly weights: ReadonlyMap<string, KerasWeight>;
  /** sha256 (hex) of `model.json` and its weight files, one after another. */
  readonly sha256: string;
}

type Json = Record<string, unknown>;

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
 * @throws WhylightError for another format, an absent or short weight file, or one outside the model's folder.
 */
export async function readKerasModel(file: string): Promise<KerasModel> {
  const title = path.basename(file);
  const text = await readFile(file);
  const json = parse(text.toString('utf8'), title);
  if (json.format === 'graph-model' || (json.modelTopology as Json | undefined)?.node !== undefined) {
    throw new WhylightError(`${title} is a TensorFlow.js graph model (allowed: the layers format)`);
  }
  const topology = json.modelTopology as Json | undefined;
  const model = (topology?.model_config ?? topology) as Json | undefined;
  if (typeof model?.class_name !== 'string' || !Array.isArray(json.weightsManifest)) {
    throw new WhylightError(
      `${title} is no Keras model saved by TensorFlow.js (it has no modelTopology and weightsManifest)`,
    );
  }
  const hash = createHash('sha256').update(text);
  const weights = new Map<string, KerasWeight>();
  const groups = manifest.safeParse(json.weightsManifest);
  if (!groups.success) {
    const { path: place, message } = groups.error.issues[0]!;
    throw new WhylightError(`${title} is damaged: ${['weightsManifest', ...place].join('.')}: ${message}`);
  }
  for (const group of groups.data) {
    const shards: Buffer[] = [];
    for (const shard of group.paths) shards.push(await readShard(path.dirname(file), shard, title));
    for (const shard of shards) hash.update(shard);
    for (const [name, value] of decode(Buffer.concat(shards), group.weights as Specs, title)) weights.set(name, value);
  }
  return { topology: { className: model.class_name, config: model.config }, weights, sha256: hash.digest('hex') };
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

async function readShard(folder: string, name: string, title: string): Promise<Buffer> {
  if (path.isAbsolute(name) || name.split(/[\\/]/).includes('..')) {
    throw new WhylightError(`${title} names a weight file outside its folder: ${quoteName(name)}`);
  }
  try {
    return await readFile(path.join(folder, name));
  } catch (error) {
    throw new WhylightError(`cannot read ${quoteName(name)}, which ${title} names: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function decode(bytes: Buffer, specs: Specs, title: string): [string, KerasWeight][] {
  try {
    return scoped(() => {
      const data = new Uint8Array(bytes).buffer;
      return Object.entries(tf.io.decodeWeights(data, specs)).map(([name, tensor]): [string, KerasWeight] => {
        return [name, { shape: tensor.shape, values: Float32Array.from(tensor.dataSync()) }];
      });
    });
  } catch (error) {
    throw new WhylightError(`the weights of ${title} are damaged: ${(error as Error).message.split('\n')[0]}`, {
      cause: error,
    });
  }
}

/** The layers of a model or a model within it, in the file's order, and the names of its inputs and output. */
export function layersOf(
  className: string,
  config: unknown,
): { readonly layers: readonly KerasLayer[]; readonly inputs: readonly string[]; readonly output: string | null } {
  const fields = (Array.isArray(config) ? { layers: config } : (config ?? {})) as Json;
  const list = fields.layers as Json[] | undefined;
  if (!Array.isArray(list) || list.length === 0) throw new WhylightError('a model without layers');
  const sequence = className === 'Sequential';
  const layers = list.map((layer): KerasLayer => {
    const own = (layer.config ?? {}) as Json;
    const name = String(layer.name ?? own.name);
    if (quoteName(name, 500) !== name) throw new WhylightError(`unusable name of a layer: ${quoteName(name)}`);
    return {
      className: String(layer.class_name),
      name,
      config: own,
      inputs: sequence ? null : readInputs(layer, name),
    };
  });
  if (sequence) return { layers, inputs: [], output: null };
  const ends = (key: string) => ends1(fields[key]);
  const outputs = ends('output_layers');
  if (outputs.length !== 1) throw new WhylightError(`a model with ${outputs.length} outputs (allowed: one)`);
  return { layers, inputs: ends('input_layers'), output: outputs[0]! };
}

/** `[["a", 0, 0]]` or `["a", 0, 0]` as the names. */
function ends1(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return typeof value[0] === 'string' ? [value[0]] : value.map((end) => String((end as unknown[])[0]));
}

function readInputs(layer: Json, name: string): string[] {
  const calls = layer.inbound_nodes as unknown[] | undefined;
  if (calls === undefined || calls.length === 0) return [];
  if (calls.length > 1) throw new WhylightError(`layer ${name} is used ${calls.length} times (allowed: once)`);
  const call = calls[0];
  if (!Array.isArray(call)) {
    throw new WhylightError(`layer ${name} is described as Keras 3 does (allowed: Keras 2, as TensorFlow.js reads it)`);
  }
  return call.map((source) => String((source as unknown[])[0]));
}
