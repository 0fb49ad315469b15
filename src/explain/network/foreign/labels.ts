import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../../errors';
import { reasonOf } from '../../files';
import { quoteName } from '../weights/quote-name';
import { isPlainText } from './plain-text';

/** A file of a hundred thousand labels is shorter. */
const LIMIT = 8 * 2 ** 20;

type Json = Readonly<Record<string, unknown>>;

/**
 * Labels out of a file, in the outputs' order: one a line, with or without its number before it (`0 leaf`); a JSON list;
 * `{"labels": […]}`, as Teachable Machine writes it; `{"0": "cat"}`, `{"0": ["n02123045", "tabby"]}` or `{"cat": 0}`.
 * @throws WhylightError naming the file, for labels that cannot be told.
 */
export async function readLabels(file: string): Promise<readonly string[]> {
  const name = path.basename(file);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LIMIT) throw new WhylightError(`${name}: ${Math.round(size / 2 ** 20)} MB, too large for labels`);
    text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read the labels ${file}: ${reasonOf(error)}`, { cause: error });
  }
  if (/^\s*[[{]/.test(text)) return jsonLabels(text, name);
  const labels = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  if (labels.join('') === '') throw new WhylightError(`${name}: it is empty (allowed: one class a line)`);
  const empty = labels.indexOf('');
  if (empty >= 0) throw new WhylightError(`${name}: line ${empty + 1} is empty (allowed: one class a line)`);
  if (!isPlainText(text)) throw new WhylightError(`${name}: it is not text (allowed: one class a line)`);
  const areNumbered = labels.every((label, i) => new RegExp(`^${i}[\\s:,]+\\S`).test(label));
  return areNumbered ? labels.map((label) => label.replace(/^\d+[\s:,]+/, '')) : labels;
}

function jsonLabels(text: string, name: string): readonly string[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new WhylightError(`${name} is no JSON: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  const labels = labelsOf(content);
  if (labels !== null && labels.length > 0) return labels;
  throw new WhylightError(
    `${name}: no labels in it (allowed: ["cat", "dog"], {"labels": ["cat", "dog"]}, {"0": "cat", "1": "dog"} or {"cat": 0, "dog": 1})`,
  );
}

function labelsOf(content: unknown): readonly string[] | null {
  if (Array.isArray(content)) return content.every((one) => typeof one === 'string' && one !== '') ? content : null;
  if (content === null || typeof content !== 'object') return null;
  const { labels, id2label, ...rest } = content as Json;
  const inside = labels ?? id2label;
  if (inside !== undefined) return labelsOf(inside);
  const pairs = Object.entries(rest);
  const byIndex = pairs.every(([, value]) => Number.isInteger(value))
    ? new Map(pairs.map(([label, index]) => [Number(index), label]))
    : new Map(pairs.map(([index, value]) => [Number(index), Array.isArray(value) ? value.at(-1) : value]));
  const all = pairs.map((_, i) => byIndex.get(i));
  return all.every((one): one is string => typeof one === 'string' && one !== '') ? all : null;
}

/** Names that exporters give to the file of labels that they put beside a network. */
const usualNames = [
  'metadata.json',
  'labels.txt',
  'labels.json',
  'class_indices.json',
  'classes.txt',
  'class_names.txt',
];

/** Labels of a file beside a network's that has as many as the network wants; null where there is none. */
export async function labelsBeside(
  file: string,
  count: number,
): Promise<{ readonly labels: readonly string[]; readonly name: string } | null> {
  for (const name of usualNames) {
    const place = path.join(path.dirname(file), name);
    if (!existsSync(place)) continue;
    const labels = await readLabels(place).catch(() => null);
    if (labels?.length === count) return { labels, name };
  }
  return null;
}

/** Whether `labels.txt` lies beside a file and numbers its lines: Teachable Machine's mark beside its Keras export. */
export async function hasTeachableLabels(file: string): Promise<boolean> {
  const place = path.join(path.dirname(file), 'labels.txt');
  const text = await readFile(place, 'utf8').catch(() => '');
  const lines = text.trimEnd().split(/\r?\n/);
  return text.length <= LIMIT && lines.every((line, i) => line.startsWith(`${i} `));
}

/** `a,b,c` or a file of labels, as a person writes it. */
export async function labelsFromText(text: string): Promise<readonly string[]> {
  if (existsSync(text)) return readLabels(text);
  const labels = text.split(',').map((label) => label.trim());
  if (labels.length > 1 && labels.every((label) => label !== '')) return labels;
  throw new WhylightError(`unusable labels: ${quoteName(text)} (allowed: a file with one a line, or a,b,c)`);
}
