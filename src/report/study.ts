import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { schemaMistake } from '../explain/schema-mistake';
import { parseYaml, plainValues } from '../explain/yaml-source';
import { addModule } from './additions';
import { withPhotoNames } from './claims/index';
import { type Study, type StudyPhoto, studySchema as schemaOfStudies } from './study-schema';
import { parseStudySource, readStudySource, type StudySource } from './study-source';

export type { Study, StudyFigure } from './study-schema';

/**
 * Reads a study by name or file with what it extends, and checks it. Photos that it names are put in place of their
 * names.
 *
 * @param overrides `key=value` pairs, dots reaching inside: `figures.0.occluders.0.stride=4`.
 * @param onNote told what was dropped because an override leaves it without its ground.
 * @throws WhylightError naming the line, the key and what is allowed.
 */
export function readStudy(nameOrFile: string, overrides: readonly string[] = [], onNote?: OnNote): Study {
  return check(readStudySource(nameOrFile), overrides, onNote);
}

/** Checks a study's text; `name` is what errors call it. */
export function parseStudy(text: string, name: string, overrides: readonly string[] = [], onNote?: OnNote): Study {
  return check(parseStudySource(text, name), overrides, onNote);
}

type OnNote = (note: string) => void;

function check(source: StudySource, overrides: readonly string[], onNote?: OnNote): Study {
  const { document, placeOf } = source;
  const cards = cardsOf(source);
  const overridden = overrides.map((override) => applyOverride(document, override));
  dropOldWords(source, cards, overridden, onNote);
  addModules(document, placeOf, onNote);
  const studySchema = schemaOfStudies();
  const content = plainValues(document, placeOf([]));
  const checked = studySchema.safeParse(content);
  if (checked.success) return withPhotos(unique(checked.data, placeOf));
  const { path, sentence } = schemaMistake(studySchema, checked.error, content, 'study');
  const override = overridden.find(({ keys }) => keys.every((key, i) => String(path[i]) === String(key)));
  if (override !== undefined) throw new WhylightError(`${sentence} (from --set ${override.text})`);
  throw new WhylightError(`${placeOf(path)}: ${sentence}`);
}

/** What a study's modules add has to be there before the study is checked. */
function addModules(document: StudySource['document'], placeOf: StudySource['placeOf'], onNote?: OnNote): void {
  const files = (plainValues(document, placeOf([])) as { with?: unknown } | null)?.with;
  // Of another form: the schema says so.
  if (!Array.isArray(files)) return;
  files.forEach((file, i) => {
    if (typeof file !== 'string' || file === '') return;
    try {
      for (const { what, file: from } of addModule(file)) onNote?.(`added ${what} (${from})`);
    } catch (error) {
      if (!(error instanceof WhylightError)) throw error;
      throw new WhylightError(`${placeOf(['with', i])}: with: ${error.message}`, { cause: error });
    }
  });
}

function unique(study: Study, placeOf: StudySource['placeOf']): Study {
  const ids = study.figures.map(({ id }) => id);
  const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i);
  if (twice < 0) return study;
  throw new WhylightError(`${placeOf(['figures', twice, 'id'])}: two figures are called ${ids[twice]}`);
}

/** The study with files in the place of its names for them. */
function withPhotos(study: Study): Study {
  const { figures, claims } = study;
  const fileOf = (file: string) => study.photos[file] ?? file;
  const photoOf = (photo: StudyPhoto) => ('file' in photo ? { file: fileOf(photo.file) } : photo);
  return {
    ...study,
    ...(study.with && { with: study.with.map((file) => path.basename(file)) }),
    figures: figures.map((figure) => ({ ...figure, photo: photoOf(figure.photo) })),
    ...(claims && { claims: withPhotoNames(claims, fileOf) }),
  };
}

interface Override {
  readonly keys: (string | number)[];
  readonly text: string;
}

/** The card of each network that a study names. */
function cardsOf({ document, placeOf }: StudySource): ReadonlyMap<string, unknown> {
  const study = plainValues(document, placeOf([])) as {
    networks?: Readonly<Record<string, { card?: unknown } | null>> | null;
  } | null;
  return new Map(Object.entries(study?.networks ?? {}).map(([name, network]) => [name, network?.card]));
}

/** What a study says of a network is said of its card: with another card it goes, unless it is said anew. */
function dropOldWords(
  source: StudySource,
  before: ReadonlyMap<string, unknown>,
  overrides: readonly Override[],
  onNote: OnNote | undefined,
): void {
  for (const [name, card] of cardsOf(source)) {
    const old = before.get(name);
    if (old === undefined || old === card) continue;
    const anew = (key: string) =>
      overrides.some(({ keys }) => keys.every((part, i) => i > 2 || String(part) === ['networks', name, key][i]));
    const dropped = ['called', 'about'].filter(
      (key) => !anew(key) && source.document.deleteIn(['networks', name, key]),
    );
    if (dropped.length === 0) continue;
    onNote?.(
      `networks.${name}: ${card} in the place of ${old}, of which the study says ${dropped.join(' and ')}: dropped ` +
        `(to say it of ${card}: ${dropped.map((key) => `--set networks.${name}.${key}=…`).join(' ')})`,
    );
  }
}

function applyOverride(document: StudySource['document'], text: string): Override {
  const at = text.indexOf('=');
  if (at < 1) throw new WhylightError(`unusable --set: ${text} (allowed: key=value, as page=letter)`);
  const keys = text
    .slice(0, at)
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (keys[0] === 'extends') throw new WhylightError(`unusable --set: ${text} (only a study’s file extends another)`);
  const value = plainValues(parseYaml(text.slice(at + 1), `unusable --set: ${text.slice(0, at)}`, new Map()), text);
  try {
    document.setIn(keys, document.createNode(value));
  } catch {
    throw new WhylightError(`unusable --set: ${text} (the study has no ${keys.slice(0, -1).join('.')})`);
  }
  return { keys, text };
}
