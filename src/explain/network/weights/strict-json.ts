import { WhylightError } from '../../errors';
import { quoteName } from './quote-name';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/**
 * JSON that means one thing only: UTF-8, no key twice in an object, not nested deeper than `depth`.
 * @param what for error messages: `its header`
 * @throws WhylightError
 */
export function parseStrictJson(bytes: Uint8Array, what: string, depth: number): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new WhylightError(`${what} is not UTF-8`);
  }
  checkKeys(text, what, depth);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WhylightError(`${what} is not JSON`, { cause: error });
  }
}

/** Walks over the texts and brackets; whatever else is wrong is left to JSON.parse. */
function checkKeys(text: string, what: string, depth: number): void {
  const open: Set<string>[] = [];
  let key = '';
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === '"') {
      const end = endOfText(text, i);
      key = text.slice(i, end);
      i = end - 1;
    } else if (sign === '{' || sign === '[') {
      if (open.push(new Set()) > depth) throw new WhylightError(`${what} is nested deeper than ${depth} levels`);
    } else if (sign === '}' || sign === ']') {
      open.pop();
    } else if (sign === ':') {
      addKey(open.at(-1), key, what);
    }
  }
}

function endOfText(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function addKey(keys: Set<string> | undefined, quoted: string, what: string): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string;
  } catch {
    throw new WhylightError(`${what} is not JSON`);
  }
  if (keys?.has(key)) throw new WhylightError(`${what} has ${quoteName(key)} twice`);
  keys?.add(key);
}
