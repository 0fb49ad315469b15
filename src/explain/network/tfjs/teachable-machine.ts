import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { isPlainText } from '../foreign/plain-text';
import { foreignKeras } from '../keras/foreign-keras';
import { readNamedZip } from '../keras/keras-archive';
import { readKerasH5Model } from '../keras/keras-h5';
import { quoteName } from '../weights/quote-name';
import type { ZipEntry } from '../weights/zip';
import { modelJson } from './model-json';
import { teachablePreprocessing } from './teachable-preprocessing';
import { foreignTfjs } from './tfjs-model';

const allowed = 'allowed: its exports as TensorFlow.js or as Keras';

/**
 * Reads the zip in which Teachable Machine hands out an image model: as TensorFlow.js (model.json, weights.bin,
 * metadata.json) or as Keras (keras_model.h5, labels.txt), with its labels.
 * @throws WhylightError for its other exports, and for another zip.
 */
export async function readTeachableMachineZip(file: string, options: ForeignOptions = {}): Promise<ForeignNetwork> {
  const name = path.basename(file);
  const bytes = await readFile(file);
  const entries = readNamedZip(bytes, name);
  const inside = (pattern: RegExp) => [...entries.values()].find((entry) => pattern.test(entry.name));
  const model = inside(/(^|\/)model\.json$/) ?? inside(/(^|\/)keras_model\.h5$/);
  if (model === undefined) throw noModel(name, [...entries.keys()]);
  const folder = model.name.slice(0, model.name.lastIndexOf('/') + 1);
  const title = `${quoteName(model.name)} in ${name}`;
  const foreign = model.name.endsWith('.h5')
    ? foreignKeras(await readKerasH5Model(model.read(), title), title, options)
    : await javascript(model, entries, folder, name, options);
  const labels = labelsOf(entries, folder, name);
  if (labels !== null && labels.length !== foreign.outputs) {
    throw new WhylightError(`${name}: ${labels.length} labels for ${foreign.outputs} outputs`);
  }
  return {
    ...foreign,
    format: `Teachable Machine, ${foreign.format}`,
    labels,
    preprocessing: teachablePreprocessing(foreign.inputShape[2]),
    weightsSha256: createHash('sha256').update(bytes).digest('hex'),
    notes: [
      ...foreign.notes,
      ...(labels === null ? ['the archive holds no labels'] : []),
      "pixels become x/127 − 1, as Teachable Machine's own library makes them",
    ],
  };
}

function noModel(name: string, names: readonly string[]): WhylightError {
  if (names.some((entry) => entry.endsWith('.tflite'))) {
    return new WhylightError(
      `${name} holds a TensorFlow Lite model, whose numbers are rounded: export it again from Teachable Machine (${allowed})`,
    );
  }
  const held = listAllowed(
    names.map((entry) => quoteName(entry, 40)),
    4,
  );
  return new WhylightError(`${name} is a zip archive, but not Teachable Machine's: it holds ${held} (${allowed})`);
}

async function javascript(
  model: ZipEntry,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
  name: string,
  options: ForeignOptions,
): Promise<ForeignNetwork> {
  const title = `${quoteName(model.name)} in ${name}`;
  const shard = async (part: string) => {
    const entry = entries.get(`${folder}${part}`);
    if (entry === undefined) throw new WhylightError(`${name} holds no ${quoteName(part)}, which its model.json names`);
    return entry.read();
  };
  return foreignTfjs(await modelJson(model.read(), title, shard), title, options);
}

/** metadata.json's labels, or those of labels.txt, one a line after its number. */
function labelsOf(entries: ReadonlyMap<string, ZipEntry>, folder: string, name: string): readonly string[] | null {
  const text = (entry: string) => {
    const bytes = entries.get(`${folder}${entry}`)?.read();
    return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
  };
  const metadata = text('metadata.json');
  if (metadata !== null) {
    const labels = labelsIn(metadata);
    if (labels === null) throw new WhylightError(`${name}: metadata.json holds no labels`);
    return labels;
  }
  const lines = text('labels.txt')
    ?.split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines === undefined) return null;
  if (!lines.every(isPlainText)) throw new WhylightError(`${name}: labels.txt is not text`);
  return lines.map((line, i) => (line.startsWith(`${i} `) ? line.slice(`${i} `.length).trim() : line));
}

function labelsIn(metadata: string): readonly string[] | null {
  try {
    const { labels } = JSON.parse(metadata) as { labels?: unknown };
    const usable =
      Array.isArray(labels) && labels.every((label) => typeof label === 'string' && label !== '' && isPlainText(label));
    return usable ? (labels as string[]) : null;
  } catch {
    return null;
  }
}
