import { BinaryWriter } from 'google-protobuf';

/** An operator, as tests write it down. */
export interface OperatorSketch {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
}

/** A tensor; `data` in place of numbers for what lies in another file, or is not what its shape says. */
export interface TensorSketch {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly type?: number;
  readonly raw?: Uint8Array;
  readonly external?: Readonly<Record<string, string>>;
}

export interface ModelSketch {
  readonly nodes: readonly OperatorSketch[];
  readonly weights?: readonly TensorSketch[];
  readonly inputs?: readonly (readonly [name: string, shape: readonly (number | string)[]])[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

type Write = (writer: BinaryWriter) => void;

const message = (writer: BinaryWriter, field: number, write: Write) =>
  writer.writeMessage(field, write, (_: Write, inner: BinaryWriter) => write(inner));

const port =
  (name: string, shape: readonly (number | string)[]): Write =>
  (writer) => {
    writer.writeString(1, name);
    message(writer, 2, (type) =>
      message(type, 1, (tensor) => {
        tensor.writeInt32(1, 1);
        message(tensor, 2, (lengths) => {
          for (const length of shape) {
            message(lengths, 1, (one) =>
              typeof length === 'number' ? one.writeInt64(1, length) : one.writeString(2, length),
            );
          }
        });
      }),
    );
  };

const tensor =
  ({ name, shape, values, type = 1, raw, external }: TensorSketch): Write =>
  (writer) => {
    for (const length of shape) writer.writeInt64(1, length);
    writer.writeInt32(2, type);
    writer.writeString(8, name);
    if (raw !== undefined) writer.writeBytes(9, raw);
    else if (values !== undefined) writer.writeBytes(9, new Uint8Array(Float32Array.from(values).buffer));
    for (const [key, value] of Object.entries(external ?? {})) {
      message(writer, 13, (entry) => {
        entry.writeString(1, key);
        entry.writeString(2, value);
      });
    }
    if (external !== undefined) writer.writeInt32(14, 1);
  };

const operator =
  ({ operator: kind, inputs, outputs, name = '', domain = '', attributes = {} }: OperatorSketch): Write =>
  (writer) => {
    for (const input of inputs) writer.writeString(1, input);
    for (const output of outputs) writer.writeString(2, output);
    writer.writeString(3, name);
    writer.writeString(4, kind);
    writer.writeString(7, domain);
    for (const [key, value] of Object.entries(attributes)) {
      message(writer, 5, (attribute) => {
        attribute.writeString(1, key);
        if (typeof value === 'number') {
          if (Number.isInteger(value)) attribute.writeInt64(3, value);
          else attribute.writeFloat(2, value);
        } else if (typeof value === 'string') attribute.writeString(4, value);
        else attribute.writePackedInt64(8, [...value]);
      });
    }
  };

/** The bytes of an ONNX file. */
export function onnxFile({ nodes, weights = [], inputs, outputs = ['y'], opset = 13 }: ModelSketch): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeInt64(1, 8);
  writer.writeString(2, 'test');
  message(writer, 7, (graph) => {
    for (const node of nodes) message(graph, 1, operator(node));
    for (const weight of weights) message(graph, 5, tensor(weight));
    for (const [name, shape] of inputs ?? [['x', [1, 3, 6, 8]]]) message(graph, 11, port(name, shape));
    for (const name of outputs) message(graph, 12, port(name, []));
  });
  message(writer, 8, (set) => {
    set.writeString(1, '');
    set.writeInt64(2, opset);
  });
  return writer.getResultBuffer();
}
