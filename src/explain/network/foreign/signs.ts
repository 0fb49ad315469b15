import { isZip, type Peek } from './peek';

const within = (file: Peek, pattern: RegExp) => file.entries?.some((name) => pattern.test(name)) ?? false;

/** Fields of ONNX's ModelProto behind its version: producer, domain, model version, documentation, graph, operators. */
const onnxFields = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72];

/** A protocol buffer that begins as ONNX's do: a version, then a known field, whose text is text. */
export function isOnnx({ head }: Peek): boolean {
  const versioned = head[0] === 0x08 && head[1]! >= 1 && head[1]! <= 60;
  if (!versioned) return (head[0] === 0x42 && head[1]! < 0x20) || (head[0] === 0x3a && head[1]! >= 0x80);
  if (!onnxFields.includes(head[2] ?? 0)) return false;
  const length = head[3] ?? 0;
  return head[2] !== 0x12 || (length < 0x80 && head.subarray(4, 4 + length).every((byte) => byte >= 0x20));
}

/** HDF5 may stand behind a block of the user's own, which doubles in length. */
export const isHdf5 = ({ head }: Peek): boolean =>
  [0, 512, 1024, 2048].some((offset) => head.toString('latin1', offset, offset + 8) === '\x89HDF\r\n\x1a\n');

export const isKerasArchive = (file: Peek): boolean =>
  within(file, /^config\.json$/) && within(file, /^model\.weights\.(h5|npz)$|^metadata\.json$/);

/** The zip in which Teachable Machine hands out its models, as TensorFlow.js and as Keras. */
export const isTeachableMachineZip = (file: Peek): boolean =>
  within(file, /(^|\/)keras_model\.h5$/) ||
  (within(file, /(^|\/)model\.json$/) && within(file, /(^|\/)(metadata\.json|[^/]*\.bin)$/));

/** JSON that TensorFlow.js wrote, layers or graph. */
export const isTfjsModel = ({ head }: Peek): boolean =>
  /^\ufeff?\s*\{/.test(head.toString('utf8')) &&
  /"(modelTopology|weightsManifest)"|"(layers|graph)-model"/.test(head.toString('utf8'));

/** JSON that says in which file each weight is. */
export const isShardIndex = ({ head }: Peek): boolean =>
  /^\ufeff?\s*\{/.test(head.toString('utf8')) && /"weight_map"\s*:/.test(head.toString('utf8'));

/** A length of eight bytes, which lies in the file, and JSON. */
export function isSafetensors({ head, size }: Peek): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  return head.readBigUInt64LE(0) + 8n <= BigInt(size);
}

/** PyTorch's zip with its pickle (TorchScript's too), or a pickle alone, as before version 1.6. */
export function isTorch(file: Peek): boolean {
  if (isZip(file.head)) return within(file, /^([^/]*\/)?data\.pkl$/);
  const [first, protocol] = file.head;
  return first === 0x80 && protocol! >= 2 && protocol! <= 5 && !isSafetensors(file);
}
