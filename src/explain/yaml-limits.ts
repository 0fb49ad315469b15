import { type Alias, isAlias, isCollection, isMap, isPair, isScalar, Lexer, type Node, type Pair } from 'yaml';
import { WhylightError } from './errors';

/** The longest text, in bytes. */
export const yamlBytes = 1_000_000;

/** Of cards and studies: far above what people write, far below what keeps a machine busy. */
const limits = { values: 100_000, signs: 200_000, marks: 1000, levels: 50 } as const;

type Branch = Node | Pair | null | undefined;

const tooMuch = (name: string, what: string, value: number, limit: number) =>
  new WhylightError(`${name}: ${value} ${what} (allowed: up to ${limit})`);

const tooDeep = `more than ${limits.levels} levels of lists and keys, one in another`;

const marks: Readonly<Record<string, string>> = {
  '*': 'aliases',
  '&': 'anchors',
  '!': 'tags',
  '?': 'keys that begin with ?',
  '%': 'directives',
};
const depths: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };
const spaces = [' ', '\t', '\n', '\r', '#'];

/**
 * Refuses a text that would take long to parse, by its length and its signs alone.
 * @throws WhylightError with the number and its limit.
 */
export function checkYamlText(text: string, name: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > yamlBytes) throw tooMuch(name, 'bytes', bytes, yamlBytes);
  const counts = new Map<string, number>();
  const count = (what: string, limit: number) => {
    const now = (counts.get(what) ?? 0) + 1;
    counts.set(what, now);
    if (now > limit) throw new WhylightError(`${name}: more ${what} than are allowed (up to ${limit})`);
  };
  let depth = 0;
  let isText = false;
  for (const sign of new Lexer().lex(text)) {
    const first = sign[0] ?? '';
    if (isText || first === '"' || first === "'") count('values', limits.values);
    else if (!spaces.includes(first)) {
      count('signs', limits.signs);
      if (Object.hasOwn(marks, first)) count(marks[first]!, limits.marks);
      depth += depths[first] ?? 0;
      if (Math.abs(depth) > limits.levels) throw new WhylightError(`${name}: ${tooDeep}`);
    }
    // What follows this sign is a text, whatever it begins with.
    isText = sign === '\x1f';
  }
}

/**
 * Refuses what a parsed text cannot mean or must not unfold to: a key twice in a map, a key that is no text, an alias
 * of nothing, maps and lists far inside one another, aliases of aliases.
 * @param placeOf `my.yaml: line 8`
 * @throws WhylightError naming the place.
 */
export function checkYamlContents(contents: Branch, name: string, placeOf: (node: Branch) => string): void {
  const anchors = new Map<string, number>();
  const sizeOfAlias = (node: Alias): number => {
    const size = anchors.get(node.source);
    if (size === undefined) throw new WhylightError(`${placeOf(node)}: *${node.source} stands for nothing above it`);
    return size;
  };
  const sizeOfParts = (node: Branch, level: number): number => {
    if (isPair(node)) return sizeOf(node.key as Branch, level) + sizeOf(node.value as Branch, level);
    if (!isCollection(node)) return 1;
    if (isMap(node)) checkKeys(node.items, placeOf);
    return (node.items as Branch[]).reduce((sum: number, item) => sum + sizeOf(item, level + 1), 1);
  };
  /** Checks a node; answers how many values it stands for. */
  const sizeOf = (node: Branch, level: number): number => {
    if (level > limits.levels) throw new WhylightError(`${placeOf(node)}: ${tooDeep}`);
    if (isAlias(node)) return sizeOfAlias(node);
    const anchor = node && 'anchor' in node ? node.anchor : undefined;
    // Inside itself an anchor stands for nothing.
    if (anchor !== undefined) anchors.delete(anchor);
    const size = sizeOfParts(node, level);
    if (size > limits.values) throw tooMuch(name, 'values or more, aliases unfolded', size, limits.values);
    if (anchor !== undefined) anchors.set(anchor, size);
    return size;
  };
  sizeOf(contents, 0);
}

function checkKeys(items: readonly Pair[], placeOf: (node: Branch) => string): void {
  const keys = new Set<string>();
  for (const { key } of items as readonly Pair<Branch>[]) {
    if (!isScalar(key)) throw new WhylightError(`${placeOf(key)}: a key has to be a text`);
    const word = String(key.value);
    if (keys.has(word)) throw new WhylightError(`${placeOf(key)}: the key ${word.slice(0, 60)} is there twice`);
    keys.add(word);
  }
}
