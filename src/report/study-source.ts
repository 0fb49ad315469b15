import path from 'node:path';
import { isMap, isNode, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { WhylightError } from '../explain/errors';
import { type Places, pairOf, parseYaml, placeIn, readYamlText, type YamlDocument } from '../explain/yaml-source';

type Keys = readonly (string | number)[];

/** A study's values before they are checked, and where each was written. */
export interface StudySource {
  readonly document: YamlDocument;
  /** Every file that was read: the study's, and those that it extends. */
  readonly files: readonly string[];
  /** `my.yaml: line 8`: where the key at a path stands, or the nearest thing above it that is there. */
  readonly placeOf: (at: Keys) => string;
}

const folder = path.resolve(__dirname, '../../reports/studies');
const allowed = 'allowed: scenes, photos, or a YAML file';

/** The file of a study that is given by name (`scenes`, `photos`) or as a file. */
function studyFile(nameOrFile: string): string {
  return /[\\/]|\.ya?ml$/.test(nameOrFile) ? nameOrFile : path.join(folder, `${nameOrFile}.yaml`);
}

/**
 * Reads a study by name or file, and what it `extends`: the values of that study, unless its own stand in their place.
 * Networks, photos and claims are taken over name by name and figures by their id, key by key; anything deeper is
 * replaced whole, and `null` takes a value away.
 *
 * @throws WhylightError for a file that is not there or is no YAML, and for studies that extend each other.
 */
export function readStudySource(nameOrFile: string): StudySource {
  return sourceOf((sources) => readFile(nameOrFile, sources, ''));
}

/** The same for a text; `name` is what errors call it, and what it extends is looked for in the current folder. */
export function parseStudySource(text: string, name: string): StudySource {
  return sourceOf((sources) => parse(text, path.resolve(name), sources));
}

/** The files read so far, and where their nodes stand. */
interface Sources {
  readonly files: string[];
  readonly places: Places;
}

function sourceOf(read: (sources: Sources) => YamlDocument): StudySource {
  const sources: Sources = { files: [], places: new Map() };
  const document = read(sources);
  const placeOf = (at: Keys) => placeIn(document, sources.places, at) ?? `${path.basename(sources.files[0]!)}: line 1`;
  return { document, files: sources.files, placeOf };
}

function readFile(nameOrFile: string, sources: Sources, where: string): YamlDocument {
  const file = path.resolve(studyFile(nameOrFile));
  if (sources.files.includes(file)) {
    const circle = [...sources.files.slice(sources.files.indexOf(file)), file].map((one) => path.basename(one));
    throw new WhylightError(`${where}a study extends itself: ${circle.join(' extends ')}`);
  }
  const text = readYamlText(file);
  if (text === null) throw new WhylightError(`${where}no such study: ${nameOrFile} (${allowed})`);
  return parse(text, file, sources);
}

function parse(text: string, file: string, sources: Sources): YamlDocument {
  sources.files.push(file);
  const document = parseYaml(text, path.basename(file), sources.places);
  const own = document.contents;
  const modules = document.get('with');
  // Beside this file, whatever file extends it.
  if (isSeq(modules)) {
    for (const item of modules.items) {
      if (isScalar(item) && typeof item.value === 'string') item.value = path.resolve(path.dirname(file), item.value);
    }
  }
  const extended = isMap(own) ? pairOf(own, 'extends') : undefined;
  if (extended === undefined) return document;
  const where = `${sources.places.get(extended.key)}: extends: `;
  const base = document.get('extends');
  if (typeof base !== 'string' || base === '') throw new WhylightError(`${where}${allowed}`);
  // A file is looked for beside the one that names it.
  const result = readFile(studyFile(base) === base ? path.resolve(path.dirname(file), base) : base, sources, where);
  document.delete('extends');
  if (!isMap(result.contents)) return document;
  takeOver(result.contents, own as YAMLMap, 1);
  return result;
}

const isNull = (value: unknown) => isNode(value) && value.toJSON() === null;

/** Puts a map's values over those of the one that it extends; maps and figures `deep` levels below likewise. */
function takeOver(base: YAMLMap, own: YAMLMap, deep: number): void {
  for (const pair of own.items) {
    const old = pairOf(base, pair.key);
    if (isNull(pair.value)) base.items = base.items.filter((item) => item !== old);
    else if (old === undefined) base.items.push(pair);
    else if (deep > 0 && isMap(old.value) && isMap(pair.value)) takeOver(old.value, pair.value, deep - 1);
    else if (deep > 0 && String(pair.key) === 'figures' && isSeq(old.value) && isSeq(pair.value)) {
      takeOverFigures(old.value, pair.value);
    } else Object.assign(old, { key: pair.key, value: pair.value });
  }
}

function takeOverFigures(base: YAMLSeq, own: YAMLSeq): void {
  const left = base.items.filter((figure) => isMap(figure));
  for (const figure of own.items) {
    const at = isMap(figure) ? left.findIndex((one) => one.get('id') === figure.get('id')) : -1;
    // Two of one id stay two, which is told.
    if (at >= 0) takeOver(left.splice(at, 1)[0]!, figure as YAMLMap, 0);
    else base.items.push(figure);
  }
}
