import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import { parseStrictJson } from '../weights/strict-json';
import { readZip, type ZipEntry } from '../weights/zip';
import { foreignKeras } from './foreign-keras';
import { type Hdf5Group, withHdf5 } from './hdf5';
import { configDepth } from './keras-h5';
import type { KerasModel } from './keras-model';
import { type ArchivedLayer, WeightsByPlace } from './weights';

/**
 * Reads Keras' own archive (`model.save('model.keras')`): a zip of config.json, metadata.json and model.weights.h5.
 * @throws WhylightError for another zip, a damaged one, and layers that are not supported.
 */
export async function readKerasArchive(file: string, options: ForeignOptions = {}): Promise<ForeignNetwork> {
  const name = path.basename(file);
  const bytes = await readFile(file);
  const entries = readNamedZip(bytes, name);
  const config = json(entries, 'config.json', name) as { class_name?: unknown; config?: unknown } | null;
  if (typeof config?.class_name !== 'string') throw new WhylightError(`${name}: config.json is damaged: no class_name`);
  const metadata = json(entries, 'metadata.json', name) as { keras_version?: unknown } | null;
  const version = typeof metadata?.keras_version === 'string' ? metadata.keras_version : null;
  const weights = entries.get('model.weights.h5');
  if (weights === undefined) throw new WhylightError(`${name} holds no model.weights.h5${sharded(entries)}`);
  const places = withHdf5(weights.read(), `model.weights.h5 in ${name}`, placesIn);
  const model: KerasModel = {
    className: config.class_name,
    config: config.config,
    weights: new WeightsByPlace(places),
    version,
    format: `${version === null ? 'Keras' : `Keras ${quoteName(version, 20)}`}, .keras`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  return foreignKeras(model, name, options);
}

/** The zip's entries; what is wrong with it names the file. */
export function readNamedZip(bytes: Uint8Array, name: string): Map<string, ZipEntry> {
  try {
    return readZip(bytes);
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`${name}: ${error.message}`, { cause: error });
  }
}

const sharded = (entries: ReadonlyMap<string, ZipEntry>) =>
  [...entries.keys()].some((entry) => entry.startsWith('model.weights')) ? ' but weights in another form' : '';

function json(entries: ReadonlyMap<string, ZipEntry>, entry: string, name: string): unknown {
  const part = entries.get(entry);
  if (part === undefined) throw new WhylightError(`${name} is a zip archive, but no Keras model: it holds no ${entry}`);
  return parseStrictJson(part.read(), `${entry} in ${name}`, configDepth);
}

/** Models in models: deeper than any person's. */
const deepest = 50;

/** Each layer's variables by its path, of the tree `layers/functional/layers/conv2d/vars/0`. */
function placesIn(root: Hdf5Group): Map<string, ArchivedLayer> {
  const places = new Map<string, ArchivedLayer>();
  addPlaces(places, root, []);
  if (places.size === 0) {
    throw new WhylightError('its weights are in an unknown form (allowed: as Keras 2.13 and newer write them)');
  }
  return places;
}

function addPlaces(places: Map<string, ArchivedLayer>, group: Hdf5Group, above: readonly string[]): void {
  const layers = group.group('layers');
  if (layers === null) return;
  if (above.length > deepest) throw new WhylightError(`its models are nested deeper than ${deepest}`);
  for (const key of layers.keys) {
    const layer = layers.group(key);
    const variables = layer?.group('vars');
    if (layer === null || variables == null) continue;
    const here = [...above, key];
    places.set(here.join('/'), { name: variables.text('name'), values: variablesIn(variables) });
    addPlaces(places, layer, here);
  }
}

function variablesIn(group: Hdf5Group): Map<number, Constant> {
  const values = new Map<number, Constant>();
  for (const number of group.keys) {
    const value = /^\d{1,4}$/.test(number) ? group.numbers(number) : null;
    if (value !== null) values.set(Number(number), value);
  }
  return values;
}
