import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { WhylightError } from './errors';
import { readUpTo } from './files';
import { checkYamlContents, checkYamlText, yamlBytes } from './yaml-limits';

export type YamlDocument = ReturnType<typeof parseDocument>;

/** Where each node of one or several YAML files was written: `my.yaml: line 8`. */
export type Places = Map<unknown, string>;

/**
 * The text of a YAML file.
 * @returns null where it cannot be read
 * @throws WhylightError where it is longer than what is parsed.
 */
export function readYamlText(file: string): string | null {
  try {
    return readUpTo(file, yamlBytes).toString();
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    return null;
  }
}

/**
 * Parses YAML and notes in `places` where each node stands.
 * @throws WhylightError naming the file and the first thing in it that is no YAML.
 */
export function parseYaml(text: string, name: string, places: Places): YamlDocument {
  checkYamlText(text, name);
  const lines = new LineCounter();
  // Both options take time that grows with the square of a text.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const placeAt = (offset: number) => `${name}: line ${lines.linePos(offset).line}`;
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new WhylightError(`${name}: ${broken.message.split('\n')[0]} at line ${line}, column ${col}`);
  }
  checkYamlContents(document.contents, name, (node) => (isNode(node) && node.range ? placeAt(node.range[0]) : name));
  visit(document, (_, node) => {
    if (isNode(node) && node.range) places.set(node, placeAt(node.range[0]));
  });
  return document;
}

/**
 * What a document says, as plain values.
 * @throws WhylightError for aliases of what is there no more.
 */
export function plainValues(document: YamlDocument, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new WhylightError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Where the key at a path stands, or the nearest thing above it that is there; null where there is none. */
export function placeIn(document: YamlDocument, places: Places, path: readonly (string | number)[]): string | null {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent) ? pairOf(parent, path[length - 1]) : undefined;
    const place = places.get(pair?.key ?? document.getIn(path.slice(0, length), true));
    if (place !== undefined) return place;
  }
  return null;
}

/** A map's key with its value, keys compared as text. */
export const pairOf = (map: YAMLMap, key: unknown) =>
  map.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(key));
