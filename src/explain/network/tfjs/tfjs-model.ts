import path from 'node:path';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { foreignKeras } from '../keras/foreign-keras';
import { kerasModelOf } from '../keras/model-file';
import { foreignGraphModel } from './graph-model';
import { isGraphModel, type ModelJson, readModelJson } from './model-json';

/**
 * Reads what TensorFlow.js saves (`model.json` and the weight files beside it): Keras models (layers format) and graph models.
 * @throws WhylightError naming the file, and the layer or node that is not supported.
 */
export async function readTfjsModel(file: string, options: ForeignOptions = {}): Promise<ForeignNetwork> {
  return foreignTfjs(await readModelJson(file), path.basename(file), options);
}

/** @param name of the file, for error messages */
export function foreignTfjs(model: ModelJson, name: string, options: ForeignOptions): ForeignNetwork {
  if (isGraphModel(model)) return foreignGraphModel(model, name, options);
  return foreignKeras(kerasModelOf(model, name), name, options);
}
