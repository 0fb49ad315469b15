import { listAllowed, WhylightError } from '../../errors';
import type { Preprocessing } from '../../image/preprocessing';
import type { GraphNode } from '../graph';
import type { Network } from '../network';
import { descriptionOf } from '../operations';
import { checkParameters } from '../parameter-shapes';
import { GraphOfKeras, type Value } from './graph-of-keras';
import { mappings, unsupported } from './layers';
import { type KerasLayer, type KerasModel, layersOf } from './model-file';

/** What a card adds to a Keras model. */
export type KerasDescription = Pick<Network, 'name' | 'title' | 'output' | 'classes'> & {
  readonly preprocessing: Preprocessing;
};

/**
 * A Keras model as a Network: each layer one node or a few under the layer's name, models within models taken apart,
 * a softmax or sigmoid at the end left to the network's output, a first Rescaling moved into the preprocessing.
 *
 * @throws WhylightError naming the layer that is not supported, or what does not fit the card.
 */
export function kerasNetwork(model: KerasModel, description: KerasDescription): Network {
  const { name, output, classes } = description;
  const [height, width] = description.preprocessing.crop;
  const inputShape = [height, width, 3] as const;
  const graph = new GraphOfKeras(model.weights, inputShape);
  const reader = { graph, preprocessing: description.preprocessing };
  const end = readTopology(reader, model, name);
  if (end.map !== null) throw new WhylightError(`${name} ends in a map, not in one score a class`);
  const ended = end.end ?? output;
  if (ended !== output) throw new WhylightError(`${name} ends in ${ended}, and its card says ${output}`);
  const outputs = output === 'sigmoid' ? 1 : classes.length;
  if (end.length !== outputs) {
    throw new WhylightError(
      `${name} has ${end.length} outputs, and its card with ${classes.length} classes and ${output} wants ${outputs}`,
    );
  }
  const last = graph.graph.at(-1)!;
  const pooled = graph.graph.find((node) => node.name === last.inputs[0]);
  const role = (node: GraphNode | undefined) => node && descriptionOf(node).role;
  const mean = role(last) === 'global mean' ? last : role(last) === 'linear' ? pooled : undefined;
  const camNode = role(mean) === 'global mean' ? mean!.inputs[0]! : null;
  checkParameters(graph.graph, inputShape, graph.parameters);
  return {
    ...description,
    architecture: 'keras',
    graph: graph.graph,
    parameters: graph.parameters,
    preprocessing: reader.preprocessing,
    inputShape,
    camNode,
    weightsSha256: model.sha256,
  };
}

interface Reader {
  readonly graph: GraphOfKeras;
  preprocessing: Preprocessing;
}

/** A topology may hold anything anywhere: what no layer expects is the file's fault, not a fault of the program. */
function readTopology(reader: Reader, { topology }: KerasModel, name: string): Value {
  try {
    return readModel(reader, topology.className, topology.config, [reader.graph.input]);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new WhylightError(`${name}: the model's description is damaged (${error.message.split('\n')[0]})`, {
      cause: error,
    });
  }
}

/** Adds a model's layers to the graph and gives the value of its output. */
function readModel(reader: Reader, className: string, config: unknown, starts: readonly Value[]): Value {
  const { layers, inputs, output } = layersOf(className, config);
  const values = new Map<string, Value>(inputs.map((name, i) => [name, starts[i] ?? starts[0]!]));
  let before = starts[0]!;
  for (const layer of layers) {
    const sources =
      layer.inputs?.length === 0
        ? [values.get(layer.name) ?? starts[0]!]
        : layer.inputs?.map((name) => valueNamed(values, name, layer));
    before = readLayer(reader, layer, sources ?? [before]);
    values.set(layer.name, before);
  }
  return output === null ? before : valueNamed(values, output, layers.at(-1)!);
}

function valueNamed(values: ReadonlyMap<string, Value>, name: string, reader: KerasLayer): Value {
  const value = values.get(name);
  if (value === undefined) throw new WhylightError(`layer ${reader.name} reads ${name}, which does not come before it`);
  return value;
}

const models = ['Sequential', 'Model', 'Functional'];

function readLayer(reader: Reader, layer: KerasLayer, inputs: readonly Value[]): Value {
  checkInput(reader, layer);
  if (layer.config.data_format === 'channels_first') throw unsupported(layer, 'with the channels first');
  if (models.includes(layer.className)) return readModel(reader, layer.className, layer.config, inputs);
  if (layer.className === 'Rescaling') return rescale(reader, layer, inputs[0]!);
  const mapping = Object.hasOwn(mappings, layer.className) ? mappings[layer.className] : undefined;
  if (mapping === undefined) {
    throw unsupported(layer, `(supported: ${listAllowed([...models, 'Rescaling', ...Object.keys(mappings)], 60)})`);
  }
  const silent = mapping(reader.graph, layer, inputs);
  if (inputs.some(({ end }) => end !== null) && silent.node !== inputs[0]!.node) {
    throw unsupported(layer, `after the network's ${inputs[0]!.end}`);
  }
  return silent;
}

/** The card's crop and the model's own input size, where it has one, must agree. */
function checkInput({ preprocessing }: Reader, layer: KerasLayer): void {
  const shape = (layer.config.batch_input_shape ?? layer.config.batch_shape) as (number | null)[] | undefined;
  if (shape === undefined || shape.length !== 4) return;
  const [, height, width, channels] = shape;
  const [rows, columns] = preprocessing.crop;
  if (channels !== 3) throw unsupported(layer, `with ${channels} channels (allowed: 3, red, green and blue)`);
  if ((height !== null && height !== rows) || (width !== null && width !== columns)) {
    throw new WhylightError(`the model takes ${height}×${width} px, and its card crops to ${rows}×${columns}`);
  }
}

/** x · scale + offset at the input, as another mean and std. */
function rescale(reader: Reader, layer: KerasLayer, x: Value): Value {
  const { scale, offset = 0 } = layer.config as { scale: unknown; offset?: unknown };
  if (x.node !== 'input') throw unsupported(layer, 'behind other layers (allowed: first)');
  if (typeof scale !== 'number' || typeof offset !== 'number' || scale === 0)
    throw unsupported(layer, 'with a scale or offset a channel');
  const { mean, std } = reader.preprocessing;
  reader.preprocessing = {
    ...reader.preprocessing,
    mean: mean.map((value, c) => value - (offset * std[c]!) / scale),
    std: std.map((value) => value / scale),
  };
  return x;
}
