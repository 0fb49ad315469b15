import path from 'node:path';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { foreignKeras } from '../keras/foreign-keras';
import { kerasModelOf } from '../keras/model-file';
import { foreignGraphModel } from './graph-model';
import { isGraphModel, type ModelJson, readModelJson } from './model-json';
import { isTeachableMachineBeside, teachablePreprocessing } from './teachable-preprocessing';

/**
 * Reads what TensorFlow.js saves (`model.json` and the weight files beside it): Keras models (layers format) and graph models.
 * @throws WhylightError naming the file, and the layer or node that is not supported.
 */
export async function readTfjsModel(file: string, options: ForeignOptions = {}): Promise<ForeignNetwork> {
  const foreign = foreignTfjs(await readModelJson(file), path.basename(file), options);
  if (foreign.preprocessing !== null || !(await isTeachableMachineBeside(file))) return foreign;
  return {
    ...foreign,
    preprocessing: teachablePreprocessing(foreign.inputShape[2]),
    notes: [...foreign.notes, 'pixels become x/127 − 1: metadata.json beside it says that Teachable Machine made it'],
  };
}

/** @param name of the file, for error messages */
export function foreignTfjs(model: ModelJson, name: string, options: ForeignOptions): ForeignNetwork {
  if (isGraphModel(model)) return foreignGraphModel(model, name, options);
  return foreignKeras(kerasModelOf(model, name), name, options);
}
