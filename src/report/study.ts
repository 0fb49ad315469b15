import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { WhylightError } from '../explain/errors';
import { schemaError } from './schema-error';
import { type Study, studySchema } from './study-schema';

export type { Study, StudyClaims, StudyFigure, StudyPhoto } from './study-schema';

type YamlDocument = ReturnType<typeof parseDocument>;

const folder = path.resolve(__dirname, '../../reports/studies');

/** The file of a study that is given by name (`scenes`, `photos`) or as a file. */
export function studyFile(nameOrFile: string): string {
  return /[\\/]|\.ya?ml$/.test(nameOrFile) ? nameOrFile : path.join(folder, `${nameOrFile}.yaml`);
}

/**
 * Reads a study by name or file, and checks it.
 *
 * @param overrides `key=value` pairs, dots reaching inside: `figures.0.occluders.0.stride=4`.
 * @throws WhylightError naming the line, the key and what is allowed.
 */
export function readStudy(nameOrFile: string, overrides: readonly string[] = []): Study {
  const file = studyFile(nameOrFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new WhylightError(`no such study: ${nameOrFile} (allowed: scenes, photos, or a YAML file)`);
  }
  return parseStudy(text, path.basename(file), overrides);
}

/** Checks a study's text; `name` is what errors call it. */
export function parseStudy(text: string, name: string, overrides: readonly string[] = []): Study {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw new WhylightError(`${name}: ${broken.message.split('\n')[0]}`);
  const overridden = overrides.map((override) => applyOverride(document, override));
  const checked = studySchema.safeParse(document.toJS(), { reportInput: true });
  if (checked.success) return unique(checked.data, name);
  const wrong = schemaError(studySchema, checked.error);
  const at = wrong.unknownKey === null ? wrong.path : [...wrong.path, wrong.unknownKey];
  const source = overridden.find(({ keys }) => keys.every((key, i) => String(at[i]) === String(key)));
  const where = wrong.path.length > 0 ? `${wrong.path.join('.')}: ` : wrong.unknownKey === null ? 'study: ' : '';
  if (source !== undefined) throw new WhylightError(`${where}${wrong.words} (from --set ${source.text})`);
  throw new WhylightError(`${name}: line ${lineOf(document, lines, at)}: ${where}${wrong.words}`);
}

/** The line of the key at a path, or of the nearest thing above it that is there. */
function lineOf(document: YamlDocument, lines: LineCounter, at: readonly (string | number)[]): number {
  for (let length = at.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(at.slice(0, length - 1), true);
    const key = at[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = (pair?.key ?? document.getIn(at.slice(0, length), true)) as { range?: readonly number[] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]!).line;
  }
  return 1;
}

function unique(study: Study, name: string): Study {
  const ids = study.figures.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new WhylightError(`${name}: two figures are called ${twice}`);
  return study;
}

function applyOverride(document: YamlDocument, text: string): { keys: (string | number)[]; text: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new WhylightError(`unusable --set: ${text} (allowed: key=value, as page=letter)`);
  const keys = text
    .slice(0, at)
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  try {
    document.setIn(keys, document.createNode(parseDocument(text.slice(at + 1)).toJS()));
  } catch {
    throw new WhylightError(`unusable --set: ${text} (the study has no ${keys.slice(0, -1).join('.')})`);
  }
  return { keys, text };
}
