import path from 'node:path';
import { listAllowed, WhylightError } from '../../errors';
import { quoteName } from '../weights/quote-name';
import { bystanderWords } from './bystanders';
import type { ForeignKind } from './foreign-kind';
import { foreignKinds } from './kinds';
import { isZip, type Peek, peek } from './peek';
import { isPlainText } from './plain-text';

/** Whether a file's first bytes are text, as a card's are. */
function isText({ head }: Peek): boolean {
  const whole = head.length < 4096 ? head : head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length);
  return isPlainText(whole.toString('utf8'));
}

/** A file that is no network: what it is, and what is allowed. */
export function notNetwork(file: string, words: string, kinds: readonly ForeignKind[] = foreignKinds): WhylightError {
  const allowed = listAllowed(['a network card (.yaml)', ...kinds.map(({ title }) => title)], 20);
  return new WhylightError(`${quoteName(path.basename(file))}: ${words} (allowed: ${allowed})`);
}

/**
 * The kind of somebody's file; null for text of no known kind, which may be a card.
 * @throws WhylightError saying what the file is, and what is allowed.
 */
export async function recognise(
  file: string,
  kinds: readonly ForeignKind[] = foreignKinds,
): Promise<ForeignKind | null> {
  const view = await peek(file);
  const kind = view.folder === null ? kinds.find(({ recognises }) => recognises(view)) : undefined;
  if (kind !== undefined) return kind;
  const words = bystanderWords(view);
  if (words === null && isText(view)) return null;
  throw notNetwork(file, words ?? unknownWords(view), kinds);
}

function unknownWords({ head, entries }: Peek): string {
  if (entries !== null) {
    const names = entries.map((name) => quoteName(name, 40));
    return `it is a zip archive of something else: ${listAllowed(names, 3)}`;
  }
  if (isZip(head)) return 'it is a zip archive without its directory: it is damaged or cut off';
  return `it is of no known kind (its first bytes: ${head
    .subarray(0, 8)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')})`;
}
