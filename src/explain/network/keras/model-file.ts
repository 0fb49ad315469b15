import path from 'node:path';
import { WhylightError } from '../../errors';
import { isGraphModel, type ModelJson, readModelJson } from '../tfjs/model-json';
import { quoteName } from '../weights/quote-name';
import type { KerasModel } from './keras-model';
import { WeightsByName } from './weights';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a Keras model saved by TensorFlow.js (`model.json`, layers format) and the weight files that it names.
 * @throws WhylightError for another format, an absent or short weight file, or one outside the model's folder.
 */
export async function readKerasModel(file: string): Promise<KerasModel> {
  const model = await readModelJson(file);
  if (isGraphModel(model)) {
    throw new WhylightError(`${path.basename(file)} is a TensorFlow.js graph model (allowed: the layers format)`);
  }
  return kerasModelOf(model, path.basename(file));
}

/** The Keras model in a `model.json` of the layers format. */
export function kerasModelOf({ json, weights, sha256 }: ModelJson, title: string): KerasModel {
  const topology = json.modelTopology as Json;
  const model = (topology.model_config ?? topology) as Json;
  if (typeof model.class_name !== 'string') {
    throw new WhylightError(`${title} is no Keras model saved by TensorFlow.js (its modelTopology has no class_name)`);
  }
  const version = String(topology.keras_version ?? json.generatedBy ?? '');
  return {
    className: model.class_name,
    config: model.config,
    weights: new WeightsByName(weights.map(({ name, value }) => ({ name, layer: null, value }))),
    // TensorFlow.js computes as Keras 2 does.
    version: /^\d/.test(version) ? version : '2',
    format: `TensorFlow.js layers model${version === '' ? '' : `, ${/^\d/.test(version) ? 'Keras ' : ''}${quoteName(version, 40)}`}`,
    sha256,
  };
}
