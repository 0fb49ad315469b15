import type { Peek } from './peek';

/** A file that is no network that can be read here, in words, with what helps where something does. */
interface Bystander {
  readonly words: string;
  readonly is: (file: Peek) => boolean;
}

const startsWith =
  (...starts: readonly string[]) =>
  ({ head }: Peek) =>
    starts.some((start) => head.toString('latin1', 0, start.length) === start);
const at =
  (offset: number, text: string) =>
  ({ head }: Peek) =>
    head.toString('latin1', offset, offset + text.length) === text;
const text =
  (pattern: RegExp) =>
  ({ head }: Peek) =>
    pattern.test(head.toString('utf8'));
const holds =
  (pattern: RegExp) =>
  ({ entries }: Peek) =>
    entries?.some((name) => pattern.test(name)) ?? false;

/** Kinds of files that people take for networks, the more particular first. */
const bystanders: readonly Bystander[] = [
  {
    words: 'it is a Git LFS pointer, not the file itself: git lfs pull fetches it',
    is: startsWith('version https://git-lfs'),
  },
  {
    words: 'it is a web page, not a network: the download gave a page in its place',
    is: text(/^\ufeff?\s*<(!doctype html|html|head|body)\b/i),
  },
  {
    words: 'it is an OpenVINO description: export the network it was made from as ONNX',
    is: text(/^\ufeff?\s*<(\?xml[^>]*>\s*<)?net\b/i),
  },
  { words: 'it is an XML file, not a network', is: text(/^\ufeff?\s*<\?xml/i) },
  {
    words: 'it is a picture, not a network',
    is: startsWith('\xff\xd8\xff', '\x89PNG', 'GIF8', 'II*\0', 'MM\0*', 'BM'),
  },
  { words: 'it is a picture, not a network', is: (file) => startsWith('RIFF')(file) && at(8, 'WEBP')(file) },
  { words: 'it is a PDF document, not a network', is: startsWith('%PDF') },
  {
    words:
      'it is a TensorFlow Lite model, whose weights are often rounded: save the model it was made from as .keras or .h5',
    is: (file) => at(4, 'TFL3')(file) || holds(/\.tflite$/)(file),
  },
  {
    words: 'it is a program of torch.export (.pt2): export it with torch.onnx.export(model, example, "model.onnx")',
    is: holds(/(^|\/)(archive_format|serialized_exported_program\.json|models\/model\.json)$/),
  },
  { words: 'it is a Core ML package: export the network it was made from as ONNX', is: holds(/\.mlmodel$/) },
  {
    words: 'it is a TensorFlow SavedModel in an archive: load it with tf.keras and save it as .keras',
    is: holds(/(^|\/)saved_model\.pb$/),
  },
  { words: 'it holds NumPy arrays (.npz), not a network', is: holds(/\.npy$/) },
  { words: 'it is a NumPy array, not a network', is: startsWith('\x93NUMPY') },
  { words: 'it is a document, not a network', is: holds(/^(word|xl|ppt)\/|^mimetype$/) },
  { words: 'it is an archive (gzip): unpack it and name the network in it', is: startsWith('\x1f\x8b') },
  {
    words: 'it is an archive: unpack it and name the network in it',
    is: startsWith('7z\xbc\xaf', 'Rar!', 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd'),
  },
  { words: 'it is an archive (tar): unpack it and name the network in it', is: at(257, 'ustar') },
  { words: 'it is a language model (GGUF), not a network of pictures', is: startsWith('GGUF', 'GGML', 'ggjt') },
  { words: 'it is a program, not a network', is: startsWith('\x7fELF', 'MZ') },
  {
    words: 'it is Python source: export the network that it makes with torch.onnx.export, or save it as .keras',
    is: text(/^(#!.*python|(import|from) [\w.]+|def \w+\(|class \w+[(:])/m),
  },
  { words: 'it is a notebook: run it, and save its network', is: text(/^\s*\{[\s\S]*"(cell_type|nbformat)"/) },
  { words: 'it is a frozen TensorFlow graph, which tf2onnx turns into ONNX', is: isFrozenGraph },
  { words: 'it is a Core ML model (.mlmodel): export the network it was made from as ONNX', is: isCoreMl },
  {
    words: 'it is the graph of a TensorFlow SavedModel: load its folder with tf.keras and save it as .keras',
    is: isSavedModel,
  },
];

/** The one varint and the length behind it with which these protocol buffers begin; null for others. */
function message({ head }: Peek): { version: number; content: Buffer } | null {
  if (head[0] !== 0x08 || head[2] !== 0x12) return null;
  let [at, length, shift] = [3, 0, 0];
  for (; at < 8 && head[at] !== undefined; at++, shift += 7) {
    length += (head[at]! & 0x7f) * 2 ** shift;
    if ((head[at]! & 0x80) === 0) break;
  }
  return { version: head[1]!, content: head.subarray(at + 1, at + 1 + length) };
}

const isPlainText = (bytes: Buffer) => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

/** `specificationVersion`, then a description whose first field is an input with a name. */
function isCoreMl(file: Peek): boolean {
  const content = message(file)?.content;
  return content !== undefined && content[0] === 0x0a && content[2] === 0x0a && isPlainText(content.subarray(4, 5));
}

/** `saved_model_schema_version`, then a graph. */
function isSavedModel(file: Peek): boolean {
  const start = message(file);
  return start !== null && start.version <= 1 && start.content[0] === 0x0a;
}

/** Nodes from the first byte on, each with a name and an operation. */
function isFrozenGraph({ head }: Peek): boolean {
  const name = head[0] === 0x0a ? head.indexOf(0x0a, 2) : -1;
  if (name < 2 || name > 3) return false;
  const length = head[name + 1]!;
  return isPlainText(head.subarray(name + 2, name + 2 + length)) && head[name + 2 + length] === 0x12;
}

/** What a file is that is of no kind that can be read, in words: `it is a web page, not a network`. */
export function bystanderWords(file: Peek): string | null {
  if (file.folder !== null) return folderWords(file.folder);
  if (file.size === 0) return 'the file is empty';
  const match = bystanders.find(({ is }) => is(file));
  return match?.words ?? null;
}

function folderWords(names: readonly string[]): string {
  if (names.includes('saved_model.pb')) {
    return 'it is the folder of a TensorFlow SavedModel: load it with tf.keras and save it as .keras';
  }
  const inside = names.find((name) => name === 'model.json' || /\.(onnx|h5|keras|safetensors|pth)$/.test(name));
  return `it is a folder${inside === undefined ? '' : `: name a file in it, such as ${inside}`}`;
}
