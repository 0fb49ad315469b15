import { listAllowed, WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { finish } from '../tensorflow/finish';
import { inputSize } from '../tensorflow/input-size';
import { preprocessingOf } from '../tensorflow/preprocessing';
import { quoteName } from '../weights/quote-name';
import { graphOfKeras } from './graph-of-keras';
import type { KerasLayer, KerasModel } from './keras-model';
import { isModel, topologyOf } from './topology';

/**
 * A Keras model as a foreign network: each layer one node or a few, a softmax or sigmoid at the end left out.
 * @param file its name, for error messages
 * @throws WhylightError naming the file and the layer that is not supported.
 */
export function foreignKeras(model: KerasModel, file: string, options: ForeignOptions = {}): ForeignNetwork {
  return underFileName(file, () => {
    const declared = declaredShape(model.className, model.config, null);
    if (declared === null) throw new WhylightError('the model does not say what its input is (no batch_input_shape)');
    const { shape, channelsFirst } = inputSize(declared, hasChannelsFirst(model.config, 0), options);
    const { graph, output, notes } = graphOfKeras(model, shape, channelsFirst);
    const finished = finish(graph, output);
    const unused = model.weights.unused();
    if (unused.length > 0) {
      throw new WhylightError(
        `weights that no layer uses: ${listAllowed(
          unused.map((name) => quoteName(name)),
          4,
        )}`,
      );
    }
    const read = preprocessingOf(finished.graph);
    return {
      ...finished,
      format: model.format,
      labels: null,
      preprocessing: read?.preprocessing ?? null,
      weightsSha256: model.sha256,
      notes: [
        ...(channelsFirst ? ["the file's network has channels first; the graph has them last"] : []),
        ...(model.version === null ? ['the file does not say which Keras wrote it: taken as Keras 2'] : []),
        ...notes,
        ...(read === null ? [] : [read.note]),
      ],
    };
  });
}

/** What is wrong names the file; a description may hold anything anywhere, which is the file's fault, not the program's. */
export function underFileName<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WhylightError) throw new WhylightError(`${file}: ${error.message}`, { cause: error });
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const line = quoteName(error.message.split('\n')[0]!, 120);
    throw new WhylightError(`${file}: the model's description is damaged (${line})`, { cause: error });
  }
}

const lengthsOf = (shape: unknown) =>
  Array.isArray(shape) ? shape.slice(1).map((length) => (typeof length === 'number' ? length : null)) : null;

/** Without the batch; null for lengths left open, and where the first layers say nothing of it. */
function declaredShape(className: string, config: unknown, around: KerasLayer | null): (number | null)[] | null {
  const { layers, inputs } = topologyOf(className, config, around);
  const first = layers.filter(({ name }) => inputs.length === 0 || name === inputs[0]);
  for (const layer of first) {
    const own = lengthsOf(layer.config.batch_input_shape ?? layer.config.batch_shape);
    if (own !== null) return own;
    if (!isModel(layer.className)) continue;
    if (layer.within.length > 50) return null;
    return declaredShape(layer.className, layer.config, layer);
  }
  return lengthsOf((config as { build_input_shape?: unknown } | null)?.build_input_shape);
}

function hasChannelsFirst(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== 'object' || depth > 400) return false;
  return Object.entries(value).some(
    ([key, part]) => (key === 'data_format' && part === 'channels_first') || hasChannelsFirst(part, depth + 1),
  );
}
