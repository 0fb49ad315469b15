import { BinaryWriter } from 'google-protobuf';

type Write = (writer: BinaryWriter) => void;

/** A weight: its numbers, or a part of another file. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** In single precision; whole numbers where `integer`. */
  readonly values?: readonly number[];
  readonly integer?: boolean;
  /** `location`, `offset`, `length`. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface FileNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
}

export interface FileModel {
  readonly nodes: readonly FileNode[];
  readonly weights?: readonly FileTensor[];
  /** By name; a text stands for a length left open. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly opset?: number;
}

const inner = (writer: BinaryWriter, field: number, write: Write) =>
  writer.writeMessage(field, {}, (_: unknown, within: BinaryWriter) => write(within));

function writeTensor(writer: BinaryWriter, { name, shape, values = [], integer = false, external }: FileTensor): void {
  for (const length of shape) writer.writeInt64(1, length);
  writer.writeInt32(2, integer ? 7 : 1);
  if (integer) writer.writePackedInt64(7, [...values]);
  else if (external === undefined) writer.writePackedFloat(4, [...values]);
  writer.writeString(8, name);
  for (const [key, value] of Object.entries(external ?? {})) {
    inner(writer, 13, (entry) => {
      entry.writeString(1, key);
      entry.writeString(2, value);
    });
  }
  if (external !== undefined) writer.writeEnum(14, 1);
}

function writeAttribute(writer: BinaryWriter, name: string, value: number | string | readonly number[]): void {
  writer.writeString(1, name);
  if (typeof value === 'string') writer.writeBytes(4, Buffer.from(value));
  else if (typeof value !== 'number') writer.writePackedInt64(8, [...value]);
  else if (Number.isInteger(value)) writer.writeInt64(3, value);
  else writer.writeFloat(2, value);
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, name, domain, attributes }: FileNode): void {
  for (const input of inputs) writer.writeString(1, input);
  for (const output of outputs) writer.writeString(2, output);
  writer.writeString(3, name ?? `${operator} of ${inputs[0] ?? 'nothing'}`);
  writer.writeString(4, operator);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    inner(writer, 5, (attribute) => writeAttribute(attribute, key, value));
  }
  if (domain !== undefined) writer.writeString(7, domain);
}

function writePort(writer: BinaryWriter, name: string, shape: readonly (number | string)[]): void {
  writer.writeString(1, name);
  inner(writer, 2, (type) =>
    inner(type, 1, (tensor) => {
      tensor.writeInt32(1, 1);
      inner(tensor, 2, (lengths) => {
        for (const length of shape) {
          inner(lengths, 1, (one) =>
            typeof length === 'string' ? one.writeString(2, length) : one.writeInt64(1, length),
          );
        }
      });
    }),
  );
}

/** A file in ONNX's format, as its description says, sound or not. */
export function onnxFile({ nodes, weights = [], inputs, outputs, opset = 17 }: FileModel): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeInt64(1, 8);
  writer.writeString(2, 'by hand');
  inner(writer, 7, (graph) => {
    for (const node of nodes) inner(graph, 1, (each) => writeNode(each, node));
    graph.writeString(2, 'graph');
    for (const weight of weights) inner(graph, 5, (each) => writeTensor(each, weight));
    for (const [name, shape] of Object.entries(inputs)) inner(graph, 11, (each) => writePort(each, name, shape));
    for (const name of outputs) inner(graph, 12, (each) => writePort(each, name, []));
  });
  inner(writer, 8, (set) => set.writeInt64(2, opset));
  return writer.getResultBuffer();
}
