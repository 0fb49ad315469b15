import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { WHERE_TO_ASK } from '../foreign/where-to-ask';
import { simplify } from '../passes/simplify';
import { quoteName } from '../weights/quote-name';
import { windowOperators } from './convolution';
import { elementwiseOperators } from './elementwise';
import { joinForms } from './forms';
import { constantOf, Importer, type Operator, type Value, viewValue } from './importer';
import { matrixOperators } from './matrix';
import type { Constant, OnnxModel, OnnxNode, OnnxPort } from './model';
import { normOperators } from './normalisation';
import { portNames, readModel } from './read-model';
import { reckon } from './reckon';
import { shapeOperators } from './shapes';
import type { ExternalData, ReadExternal } from './tensor';
import { channelOrder, channelsFirst, turned, type View } from './view';

const operators: Readonly<Record<string, Operator>> = {
  ...windowOperators,
  ...elementwiseOperators,
  ...matrixOperators,
  ...normOperators,
  ...shapeOperators,
};

/**
 * A network in ONNX's format, opset 7 and newer, its weights in the file or in files beside it.
 * @throws WhylightError naming the file, and the node and operator that stand in the way, or what the file leaves open.
 */
export async function readOnnxNetwork(file: string, options: ForeignOptions): Promise<ForeignNetwork> {
  const name = path.basename(file);
  const bytes = await readFile(file);
  const hash = createHash('sha256').update(bytes);
  try {
    const model = readModel(bytes, externalReader(file, hash));
    return networkOf(model, hash.digest('hex'), options);
  } catch (error) {
    if (error instanceof WhylightError) throw new WhylightError(`${name}: ${error.message}`, { cause: error });
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new WhylightError(`${name}: it is damaged (${error.message.split('\n')[0]})`, { cause: error });
  }
}

/** Reads weights that lie beside the model, in its folder or below. */
function externalReader(file: string, hash: ReturnType<typeof createHash>): ReadExternal {
  const folder = path.dirname(path.resolve(file));
  const files = new Map<string, Buffer>();
  return (tensor: string, { location, offset, length }: ExternalData) => {
    const place = path.resolve(folder, location);
    const weights = `the weights of ${quoteName(tensor, 40)}`;
    if (path.isAbsolute(location) || !place.startsWith(`${folder}${path.sep}`)) {
      throw new WhylightError(`${weights} lie outside the model's folder: ${quoteName(location)}`);
    }
    let bytes = files.get(place);
    if (bytes === undefined) {
      bytes = bytesBeside(place, `${weights} are in ${quoteName(location)}, which is not`);
      files.set(place, bytes);
      hash.update(bytes);
    }
    const end = length === null ? bytes.length : offset + length;
    if (!(offset >= 0 && offset <= end && end <= bytes.length)) {
      throw new WhylightError(`${weights} reach beyond the ${bytes.length} bytes of ${quoteName(location)}`);
    }
    return bytes.subarray(offset, end);
  };
}

function bytesBeside(place: string, refusal: string): Buffer {
  if (!existsSync(place)) throw new WhylightError(`${refusal} beside the model`);
  // A pipe or a device would be waited for.
  if (!statSync(place).isFile()) throw new WhylightError(`${refusal} a file`);
  return readFileSync(place);
}

function networkOf(model: OnnxModel, weightsSha256: string, { size }: ForeignOptions): ForeignNetwork {
  const [port, ...more] = model.inputs;
  if (port === undefined) throw new WhylightError('the network has no input');
  if (more.length > 0) {
    throw new WhylightError(
      `the network has ${model.inputs.length} inputs: ${portNames(model.inputs)} (allowed: one, a photo)`,
    );
  }
  const { shape, view } = inputOf(port, size);
  const graph = new Importer(shape);
  const values = new Map<string, Value>([[port.name, viewValue(view)]]);
  for (const [name, constant] of model.constants) values.set(name, constantOf(constant));
  const [output, ...others] = model.outputs;
  if (output === undefined) throw new WhylightError('the network has no output');
  if (others.length > 0) {
    throw new WhylightError(
      `the network has ${model.outputs.length} outputs: ${portNames(model.outputs)} (allowed: one, a score a class)`,
    );
  }
  const used = reaching(joinForms(model), output.name);
  checkUnused(model);
  const readings = readingsOf(model.nodes);
  for (const node of used) run(graph, values, node, { ...model, readings });
  const end = values.get(output.name);
  if (end === undefined || (end.kind !== 'view' && end.kind !== 'end')) {
    throw new WhylightError(`its output ${quoteName(output.name)} is not computed from its input`);
  }
  const last = lastVector(graph, end.view);
  const result = simplify({ graph: graph.nodes, parameters: graph.parameters, output: last, inputShape: shape });
  const ending = end.kind === 'end' ? end.ending : result.ending;
  if (end.kind === 'end' && result.ending !== null) {
    throw new WhylightError('it ends in a sigmoid and a softmax of that');
  }
  return {
    format: `ONNX, opset ${model.opset}${model.producer === '' ? '' : `, from ${quoteName(model.producer, 40)}`}`,
    graph: result.graph,
    parameters: result.parameters,
    camNode: result.camNode,
    inputShape: shape,
    outputs: result.outputs,
    ending,
    labels: labelsOf(model.metadata),
    preprocessing: null,
    weightsSha256,
    notes: [...graph.notes],
  };
}

/** Of an input, in px: what a card may name. */
const LONGEST_SIDE = 4096;

/** Rows, columns and channels of the input, and how it is seen. */
function inputOf(
  port: OnnxPort,
  size: ForeignOptions['size'],
): { shape: readonly [number, number, number]; view: View } {
  const [batch, ...rest] = port.shape;
  const words = port.shape.map((length) => length ?? '?').join('×');
  const input = `its input ${quoteName(port.name, 40)}`;
  if (rest.length !== 3)
    throw new WhylightError(`${input} is of shape ${words} (allowed: a batch of pictures, four axes)`);
  if (batch !== null && batch !== undefined && batch > 1) {
    throw new WhylightError(`${input} is of shape ${words}: batches of ${batch} (allowed: 1, or any)`);
  }
  const isChannels = (length: number | null | undefined) => length === 1 || length === 3;
  const first = isChannels(rest[0]);
  const last = isChannels(rest[2]);
  if (first === last) {
    throw new WhylightError(
      `${input} is of shape ${words}; of which axis the channels are cannot be told (allowed: 1 or 3 of them, first or last)`,
    );
  }
  const [height, width] = first ? rest.slice(1) : rest;
  const channels = (first ? rest[0] : rest[2])!;
  const lengths = [height, width].map((length, axis) => {
    const wish = size?.[axis];
    if (length === null || length === undefined || length < 1) {
      if (wish !== undefined) return wish;
      throw new WhylightError(`${input} takes pictures of any size (${words}): say which, --size HEIGHTxWIDTH`);
    }
    if (wish !== undefined && wish !== length) {
      throw new WhylightError(`${input} takes pictures of ${height}×${width} px, not of ${size!.join('×')}`);
    }
    if (!(length <= LONGEST_SIDE))
      throw new WhylightError(`${input} takes pictures of ${words} (allowed: up to ${LONGEST_SIDE} px a side)`);
    return length;
  });
  const shape = [lengths[0]!, lengths[1]!, channels] as const;
  const view = channelsFirst('input', shape);
  return { shape, view: first ? view : turned(view, [0, 2, 3, 1]) };
}

/** Nodes on which the output depends, in the file's order, which must be one in which each comes after what it reads. */
function reaching(nodes: readonly OnnxNode[], output: string): OnnxNode[] {
  const required = new Set([output]);
  const result: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => required.has(name))) continue;
    for (const name of node.inputs) required.add(name);
    result.push(node);
  }
  return result.reverse();
}

/** Weights that no operator reads are the sign of a file that was put together wrongly. */
function checkUnused({ nodes, constants, outputs }: OnnxModel): void {
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ name }) => name)]);
  const unused = [...constants].filter(
    ([name, { integer, values }]) => !read.has(name) && !integer && values.length > 1,
  );
  if (unused.length === 0) return;
  const names = listAllowed(
    unused.map(([name]) => quoteName(name, 40)),
    5,
  );
  throw new WhylightError(`no operator reads these weights: ${names}`);
}

/** A model, and how often each of its values is read: exporters give equal weights of several layers one name. */
type Read = OnnxModel & { readonly readings: ReadonlyMap<string, number> };

function readingsOf(nodes: readonly OnnxNode[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const name of nodes.flatMap(({ inputs }) => inputs)) result.set(name, (result.get(name) ?? 0) + 1);
  return result;
}

/** Computes a node from constants, or puts it into the graph. */
function run(graph: Importer, values: Map<string, Value>, node: OnnxNode, model: Read): void {
  const inputs = node.inputs.map((name) => {
    if (name === '') return null;
    const value = values.get(name);
    if (value === undefined)
      throw new WhylightError(
        `${node.operator} at ${quoteName(node.name)} reads ${quoteName(name)}, which does not come before it`,
      );
    return value;
  });
  const results = evaluate(graph, node, inputs, model);
  node.outputs.forEach((name, i) => {
    const result = results[i];
    if (name !== '' && result !== undefined) values.set(name, result);
  });
}

function evaluate(graph: Importer, node: OnnxNode, inputs: readonly (Value | null)[], model: Read): readonly Value[] {
  if (node.operator === 'Constant') return [constantOf(literal(node))];
  if (node.operator === 'Shape' && inputs[0]?.kind === 'view') {
    const { shape } = inputs[0].view;
    return [constantOf(reckon(node, [{ shape, values: new Float32Array(0), integer: false }])!)];
  }
  if (inputs.every((value) => value === null || value.kind === 'constant')) {
    const constants = inputs.map((value) => (value?.kind === 'constant' ? value.constant : null));
    const result = reckon(node, constants);
    if (result !== null) return [constantOf(result)];
    const parts = node.operator === 'Split' ? splitConstant(node, constants) : null;
    if (parts !== null) return parts;
  }
  const operator = Object.hasOwn(operators, node.operator) ? operators[node.operator] : undefined;
  if (operator === undefined) throw unknownOperator(node);
  const { opset, readings } = model;
  const weightName = (at: number) => (readings.get(node.inputs[at] ?? '') === 1 ? node.inputs[at]! : '');
  return operator({ graph, node, inputs, weightName, opset });
}

/** Operators that a file may name; those with another set before them stand for forms that were joined. */
const operatorNames = Object.keys(operators)
  .filter((name) => !name.includes('.'))
  .sort();

function unknownOperator({ operator, name }: OnnxNode): WhylightError {
  const place = `${quoteName(operator)} at ${quoteName(name)}`;
  if (operator.startsWith('com.microsoft.')) {
    return new WhylightError(
      `${place}: an operator of ONNX Runtime’s own (allowed: ONNX’s operators, as in the file from before it was optimised)`,
    );
  }
  return new WhylightError(
    `${place}: an operator that is not known (known: ${listAllowed(operatorNames, 80)}; ${WHERE_TO_ASK})`,
  );
}

function splitConstant(node: OnnxNode, [constant, sizes]: readonly (Constant | null)[]): Value[] | null {
  if (constant?.shape.length !== 1) return null;
  const lengths = sizes
    ? Array.from(sizes.values)
    : node.outputs.map(() => constant.values.length / node.outputs.length);
  let from = 0;
  return lengths.map((length) => {
    const values = Array.from(constant.values).slice(from, from + length);
    from += length;
    return constantOf({ ...constant, shape: [length], values });
  });
}

/** The number or numbers of a Constant. */
function literal({ name, attributes }: OnnxNode): Constant {
  const value = attributes.get('value');
  if (value !== null && typeof value === 'object' && 'values' in value) return value as Constant;
  for (const key of ['value_float', 'value_int', 'value_floats', 'value_ints']) {
    const own = attributes.get(key);
    const integer = key.startsWith('value_int');
    if (typeof own === 'number') return { shape: [], values: [own], integer };
    if (Array.isArray(own)) return { shape: [own.length], values: own as number[], integer };
  }
  throw new WhylightError(`Constant at ${quoteName(name)} holds no numbers`);
}

/** The node whose vector is the output. */
function lastVector(graph: Importer, view: View): string {
  const storage = graph.shape(view.node);
  const order = channelOrder(
    view,
    view.shape.map((_, axis) => axis),
  );
  const plain =
    storage.length === 1 && order !== null && order.length === storage[0] && order.every((channel, i) => channel === i);
  if (!plain) {
    throw new WhylightError(`its output is of shape ${view.shape.join('×')} (allowed: a score a class)`);
  }
  return view.node;
}

/** Class names that exporters leave in the metadata: a list, or a table by index. What is neither names no class. */
function labelsOf(metadata: ReadonlyMap<string, string>): readonly string[] | null {
  const text = (metadata.get('names') ?? metadata.get('labels') ?? metadata.get('classes'))?.trim();
  if (text === undefined || text === '') return null;
  if (!/^[[{]/.test(text)) return text.includes(',') ? text.split(',').map((label) => label.trim()) : null;
  // As Python prints them, too: quotes of either kind, indices without.
  const json = text.includes('"') ? text : text.replaceAll("'", '"').replaceAll(/([{,]\s*)(\d+)\s*:/g, '$1"$2":');
  try {
    const value: unknown = JSON.parse(json);
    const entries = Object.entries(value as object);
    const list = entries.map((_, i) => (value as Record<number, unknown>)[i]);
    return list.length > 0 && list.every((label) => typeof label === 'string' && label !== '')
      ? (list as string[])
      : null;
  } catch {
    return null;
  }
}
