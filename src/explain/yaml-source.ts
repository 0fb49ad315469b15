import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { WhylightError } from './errors';

export type YamlDocument = ReturnType<typeof parseDocument>;

/** Where each node of one or several YAML files was written: `my.yaml: line 8`. */
export type Places = Map<unknown, string>;

/**
 * Parses YAML and notes in `places` where each node stands.
 * @throws WhylightError naming the file and the first thing in it that is no YAML.
 */
export function parseYaml(text: string, name: string, places: Places): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw new WhylightError(`${name}: ${broken.message.split('\n')[0]}`);
  visit(document, (_, node) => {
    if (isNode(node) && node.range) places.set(node, `${name}: line ${lines.linePos(node.range[0]).line}`);
  });
  return document;
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
