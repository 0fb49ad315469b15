import { BinaryWriter } from 'google-protobuf';
import { WhylightError } from '../../errors';
import { backend, type NativeAttribute, type NativeTensor } from '../kernels/native-backend';
import type { RecordedConstant, Recording } from './recording';

/** A recording as a file that TensorFlow loads. */
export interface GraphFile {
  /** A `saved_model.pb`. */
  readonly bytes: Uint8Array;
  /** Names there of the values wanted. */
  readonly outputs: readonly string[];
  /** Those of the given inputs that it reads, by their ids, and their names there. */
  readonly inputs: ReadonlyMap<number, string>;
}

type Write = (writer: BinaryWriter) => void;

/** Field numbers of TensorFlow's messages: saved_model, meta_graph, graph, node_def, attr_value, tensor, tensor_shape. */
const FIELD = {
  savedModel: { schemaVersion: 1, metaGraph: 2 },
  metaGraph: { info: 1, graph: 2 },
  info: { tag: 4 },
  graph: { node: 1, versions: 4 },
  versions: { producer: 1 },
  node: { name: 1, operation: 2, input: 3, attribute: 5 },
  entry: { key: 1, value: 2 },
  attribute: { list: 1, text: 2, integer: 3, real: 4, flag: 5, type: 6, shape: 7, tensor: 8 },
  list: { integers: 3 },
  tensor: { dtype: 1, shape: 2, content: 4 },
  shape: { dimension: 2 },
  dimension: { size: 1 },
} as const;

/** Version of the graph's format: that of TensorFlow 2.21, which refuses only those below its oldest. */
const PRODUCER = 2474;

/** The tag by which the graph is found in its file. */
export const TAG = 'serve';

/**
 * Writes that part of a recording on which the wanted values depend, as TensorFlow's graph: the given inputs become its
 * inputs, of fixed shapes; all other values it was given become constants.
 *
 * @param fetches ids of tensors that its operations made.
 * @throws WhylightError for a tensor that is neither an input nor made in the recording.
 */
export function graphFile(
  { operations, constants }: Recording,
  feeds: readonly NativeTensor[],
  fetches: readonly number[],
): GraphFile {
  const reachable = new Set(fetches);
  const live = operations.toReversed().filter(({ inputs, outputs }) => {
    const reached = outputs.some(({ id }) => reachable.has(id));
    if (reached) for (const id of inputs) reachable.add(id);
    return reached;
  });
  const names = new Map<number, string>();
  const nodes: Write[] = [];
  const inputs = new Map<number, string>();
  for (const { id, shape, dtype } of feeds.filter((tensor) => reachable.has(tensor.id))) {
    if (names.has(id)) continue;
    const name = `input_${id}`;
    names.set(id, name);
    inputs.set(id, `${name}:0`);
    nodes.push(node(name, 'Placeholder', [], { dtype: typeOf(dtype), shape: shapeOf(shape) }));
  }
  const constant = (id: number): string => {
    const tensor = constants.get(id);
    if (tensor === undefined) throw new WhylightError('an operation reads a tensor that is no input of the recording');
    const name = `constant_${id}`;
    names.set(id, name);
    nodes.push(node(name, 'Const', [], { dtype: typeOf(tensor.dtype), value: tensorOf(tensor) }));
    return name;
  };
  for (const [at, { name, attributes, inputs: sources, outputs }] of live.toReversed().entries()) {
    const from = sources.map((id) => names.get(id) ?? constant(id));
    const own = `${name}_${at}`;
    for (const [i, { id }] of outputs.entries()) names.set(id, i === 0 ? own : `${own}:${i}`);
    nodes.push(node(own, name, from, Object.fromEntries(attributes.map((one) => [one.name, attributeOf(one)]))));
  }
  const writer = new BinaryWriter();
  writer.writeInt64(FIELD.savedModel.schemaVersion, 1);
  message(writer, FIELD.savedModel.metaGraph, (meta) => {
    message(meta, FIELD.metaGraph.info, (info) => info.writeString(FIELD.info.tag, TAG));
    message(meta, FIELD.metaGraph.graph, (graph) => {
      for (const write of nodes) message(graph, FIELD.graph.node, write);
      message(graph, FIELD.graph.versions, (versions) => versions.writeInt32(FIELD.versions.producer, PRODUCER));
    });
  });
  const output = (name: string) => (name.includes(':') ? name : `${name}:0`);
  return { bytes: writer.getResultBuffer(), outputs: fetches.map((id) => output(names.get(id)!)), inputs };
}

function message(writer: BinaryWriter, field: number, write: Write): void {
  writer.writeMessage(field, write, (_, inner: BinaryWriter) => write(inner));
}

function node(name: string, operation: string, inputs: readonly string[], attributes: Record<string, Write>): Write {
  return (writer) => {
    writer.writeString(FIELD.node.name, name);
    writer.writeString(FIELD.node.operation, operation);
    for (const input of inputs) writer.writeString(FIELD.node.input, input);
    for (const [key, write] of Object.entries(attributes)) {
      message(writer, FIELD.node.attribute, (entry) => {
        entry.writeString(FIELD.entry.key, key);
        message(entry, FIELD.entry.value, write);
      });
    }
  };
}

const typeOf =
  (dtype: number): Write =>
  (writer) =>
    writer.writeEnum(FIELD.attribute.type, dtype);

const shapeOf =
  (shape: readonly number[], field: number = FIELD.attribute.shape): Write =>
  (writer) =>
    message(writer, field, (inner) => {
      for (const size of shape) {
        message(inner, FIELD.shape.dimension, (dimension) => dimension.writeInt64(FIELD.dimension.size, size));
      }
    });

const tensorOf =
  ({ shape, dtype, bytes }: RecordedConstant): Write =>
  (writer) =>
    message(writer, FIELD.attribute.tensor, (tensor) => {
      tensor.writeEnum(FIELD.tensor.dtype, dtype);
      shapeOf(shape, FIELD.tensor.shape)(tensor);
      tensor.writeBytes(FIELD.tensor.content, bytes);
    });

function attributeOf({ name, type, value }: NativeAttribute): Write {
  const { binding } = backend();
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return typeOf(value as number);
    case binding.TF_ATTR_STRING:
      return (writer) => writer.writeString(FIELD.attribute.text, value as string);
    case binding.TF_ATTR_BOOL:
      return (writer) => writer.writeBool(FIELD.attribute.flag, value as boolean);
    case binding.TF_ATTR_FLOAT:
      return (writer) => writer.writeFloat(FIELD.attribute.real, value as number);
    case binding.TF_ATTR_INT:
      if (!Array.isArray(value)) return (writer) => writer.writeInt64(FIELD.attribute.integer, value as number);
      return (writer) =>
        message(writer, FIELD.attribute.list, (list) => list.writePackedInt64(FIELD.list.integers, value as number[]));
    default:
      throw new WhylightError(`attribute of unknown kind: ${name} (kind ${type})`);
  }
}
