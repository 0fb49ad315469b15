import { parseDocument } from 'yaml';
import { WhylightError } from '../explain/errors';
import { schemaMistake } from '../explain/schema-mistake';
import { type Study, type StudyPhoto, studySchema } from './study-schema';
import { parseStudySource, readStudySource, type StudySource } from './study-source';

export type { Study, StudyClaims, StudyFigure, StudyPhoto } from './study-schema';

/**
 * Reads a study by name or file with what it extends, and checks it. Photos that it names are put in place of their
 * names.
 *
 * @param overrides `key=value` pairs, dots reaching inside: `figures.0.occluders.0.stride=4`.
 * @throws WhylightError naming the line, the key and what is allowed.
 */
export function readStudy(nameOrFile: string, overrides: readonly string[] = []): Study {
  return check(readStudySource(nameOrFile), overrides);
}

/** Checks a study's text; `name` is what errors call it. */
export function parseStudy(text: string, name: string, overrides: readonly string[] = []): Study {
  return check(parseStudySource(text, name), overrides);
}

function check({ document, placeOf }: StudySource, overrides: readonly string[]): Study {
  const overridden = overrides.map((override) => applyOverride(document, override));
  const content: unknown = document.toJS();
  const checked = studySchema.safeParse(content);
  if (checked.success) return withPhotos(unique(checked.data, placeOf));
  const { path, sentence } = schemaMistake(studySchema, checked.error, content, 'study');
  const source = overridden.find(({ keys }) => keys.every((key, i) => String(path[i]) === String(key)));
  if (source !== undefined) throw new WhylightError(`${sentence} (from --set ${source.text})`);
  throw new WhylightError(`${placeOf(path)}: ${sentence}`);
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
  const named = (file: string) => study.photos[file] ?? file;
  const found = (photo: StudyPhoto) => ('file' in photo ? { file: named(photo.file) } : photo);
  const photos = claims?.photos && { ...claims.photos, files: claims.photos.files.map(named) };
  return {
    ...study,
    figures: figures.map((figure) => ({ ...figure, photo: found(figure.photo) })),
    ...(claims && { claims: { ...claims, ...(photos && { photos }) } }),
  };
}

function applyOverride(document: StudySource['document'], text: string): { keys: (string | number)[]; text: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new WhylightError(`unusable --set: ${text} (allowed: key=value, as page=letter)`);
  const keys = text
    .slice(0, at)
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (keys[0] === 'extends') throw new WhylightError(`unusable --set: ${text} (only a study’s file extends another)`);
  try {
    document.setIn(keys, document.createNode(parseDocument(text.slice(at + 1)).toJS()));
  } catch {
    throw new WhylightError(`unusable --set: ${text} (the study has no ${keys.slice(0, -1).join('.')})`);
  }
  return { keys, text };
}
