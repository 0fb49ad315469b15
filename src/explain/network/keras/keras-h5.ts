import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { teachablePreprocessing } from '../tfjs/teachable-preprocessing';
import { quoteName } from '../weights/quote-name';
import { parseStrictJson } from '../weights/strict-json';
import { foreignKeras } from './foreign-keras';
import { type Hdf5Group, withHdf5 } from './hdf5';
import type { KerasLayer, KerasModel } from './keras-model';
import { topologyOf } from './topology';
import { type NamedWeight, WeightsByName } from './weights';

/** How deep a model's description may be nested: ten times what networks need. */
export const configDepth = 400;

/**
 * Reads a whole model that Keras saved as HDF5 (`model.save('model.h5')`, versions 2 and 3).
 * @throws WhylightError for weights without a model, a damaged file, and layers that are not supported.
 */
export async function readKerasH5(file: string, options: ForeignOptions = {}): Promise<ForeignNetwork> {
  const name = path.basename(file);
  const model = await readKerasH5Model(await readFile(file), name);
  const foreign = foreignKeras(model, name, options);
  if (foreign.preprocessing !== null || !hasTeachableForm(model)) return foreign;
  return {
    ...foreign,
    preprocessing: teachablePreprocessing(foreign.inputShape[2]),
    notes: [
      ...foreign.notes,
      'pixels become x/127 − 1: it has the form of Teachable Machine’s models (assumed from its layers)',
    ],
  };
}

/** A sequence of two: a pooled backbone, and dense layers. */
function hasTeachableForm({ className, config }: KerasModel): boolean {
  const layersOf = (kind: string, of: unknown, around: KerasLayer | null) =>
    topologyOf(kind, of, around).layers.filter((layer) => layer.className !== 'InputLayer');
  const parts = className === 'Sequential' ? layersOf(className, config, null) : [];
  if (parts.length !== 2 || !parts.every((part) => part.className === 'Sequential')) return false;
  const [backbone, head] = parts.map((part) => layersOf(part.className, part.config, part).map((one) => one.className));
  const pooled = /^(Model|Functional) GlobalAveragePooling2D$/.test(backbone!.join(' '));
  return pooled && head!.every((kind) => kind === 'Dense');
}

/** @param name the file's, for error messages */
export async function readKerasH5Model(bytes: Uint8Array, name: string): Promise<KerasModel> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return withHdf5(bytes, name, (root): KerasModel => {
    const text = root.text('model_config');
    if (text === null) throw new WhylightError(whatInstead(root, name));
    const config = parseStrictJson(Buffer.from(text), `the model's description in ${name}`, configDepth);
    const { class_name: className, config: layers } = (config ?? {}) as { class_name?: unknown; config?: unknown };
    if (typeof className !== 'string')
      throw new WhylightError(`${name}: the model's description is damaged: no class_name`);
    const version = root.text('keras_version') ?? root.group('model_weights')?.text('keras_version') ?? null;
    return {
      className,
      config: layers,
      weights: new WeightsByName(weightsIn(root, name)),
      version,
      format: `${version === null ? 'Keras' : `Keras ${quoteName(version, 20)}`}, HDF5`,
      sha256,
    };
  });
}

function whatInstead(root: Hdf5Group, name: string): string {
  const { keys } = root;
  const weights =
    root.texts('layer_names') !== null || keys.includes('layers') || keys.includes('_layer_checkpoint_dependencies');
  return weights
    ? `${name} holds a Keras model's weights without the model: build the model in Python, load them with load_weights, and save it whole with model.save('model.keras')`
    : `${name} is an HDF5 file, but no Keras model (it has no model_config)`;
}

/** Lists of names are cut into `NAME0`, `NAME1` … where they are long. */
function listOf(group: Hdf5Group, name: string): readonly string[] | null {
  const whole = group.texts(name);
  if (whole !== null) return whole;
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.texts(`${name}${i}`);
    if (part === null) return i === 0 ? null : parts;
    parts.push(...part);
  }
}

function weightsIn(root: Hdf5Group, file: string): NamedWeight[] {
  const group = root.group('model_weights');
  const layers = group === null ? null : listOf(group, 'layer_names');
  if (group === null || layers === null) throw new WhylightError(`${file} holds a model without its weights`);
  return layers.flatMap((layer) => {
    const own = group.group(layer);
    if (own === null) throw new WhylightError(`${file} holds no weights of layer ${quoteName(layer)}, which it lists`);
    const names = listOf(own, 'weight_names') ?? [];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw new WhylightError(`${file} lists ${quoteName(twice)} of layer ${quoteName(layer)} twice`);
    return names.map((name) => {
      const value = own.numbers(name);
      if (value === null)
        throw new WhylightError(`${file} holds no ${quoteName(name)} of layer ${quoteName(layer)}, which it lists`);
      return { name, layer, value };
    });
  });
}
