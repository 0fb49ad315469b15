import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';

/** One entry of a BibTeX file. */
export interface Reference {
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a BibTeX file of plain entries: braces or quotes around values, no macros or crossrefs.
 * @throws WhylightError for text that is no entry, and for a key given twice.
 */
export function parseBibliography(text: string): Map<string, Reference> {
  const entries = new Map<string, Reference>();
  let rest = text.replace(/^\s*%.*$/gm, '').trim();
  while (rest !== '') {
    const head = /^@(\w+)\s*\{\s*([^\s,]+)\s*,/.exec(rest);
    if (head === null) throw new WhylightError(`not a BibTeX entry: ${rest.slice(0, 40)}`);
    const end = closingBrace(rest, rest.indexOf('{'));
    const body = rest.slice(head[0].length, end);
    const fields: Record<string, string> = {};
    for (const [, name, braced, quoted, bare] of body.matchAll(
      /(\w+)\s*=\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|"([^"]*)"|(\d+))/g,
    )) {
      fields[name!.toLowerCase()] = (braced ?? quoted ?? bare ?? '').replace(/[{}]/g, '').replace(/\s+/g, ' ');
    }
    const key = head[2]!;
    if (entries.has(key)) throw new WhylightError(`the bibliography has two entries called ${key}`);
    entries.set(key, { key, fields });
    rest = rest.slice(end + 1).trim();
  }
  return entries;
}

/**
 * The project's references with those that methods, kinds of figures and claims bring along.
 * @param brought BibTeX entries.
 * @throws WhylightError for text that is no entry, and for two different entries of one key.
 */
export function bibliography(brought: readonly string[]): Map<string, Reference> {
  const file = path.resolve(__dirname, '../../reports/references.bib');
  const all = parseBibliography(readFileSync(file, 'utf8'));
  for (const [key, entry] of brought.flatMap((bibtex) => [...parseBibliography(bibtex)])) {
    if (JSON.stringify(all.get(key) ?? entry) !== JSON.stringify(entry)) {
      throw new WhylightError(`the bibliography has two entries called ${key}`);
    }
    all.set(key, entry);
  }
  return all;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    if (text[i] === '}' && --depth === 0) return i;
  }
  throw new WhylightError(`a brace is never closed: ${text.slice(0, 40)}`);
}

/** A piece of a reference; what it appeared in stands in italics. */
export interface ReferencePart {
  readonly text: string;
  readonly italic: boolean;
}

/** IEEE's form: `K. He and X. Zhang, “Title,” in *Venue*, 2015, arXiv:….` */
export function formatReference({ fields }: Reference): ReferencePart[] {
  const authors = (fields.author ?? '').split(' and ').map(initials).filter(Boolean);
  const names =
    authors.length > 6
      ? `${authors[0]} et al.`
      : authors.join(', ').replace(/, ([^,]*)$/, authors[2] ? ', and $1' : ' and $1');
  const venue = fields.booktitle ?? fields.journal;
  const rest = [fields.year, fields.eprint && `arXiv:${fields.eprint}`, fields.note].filter(Boolean).join(', ');
  const plain = (text: string) => ({ text, italic: false });
  return [
    plain(`${names}, “${fields.title},” ${fields.booktitle ? 'in ' : ''}`),
    ...(venue === undefined ? [] : [{ text: venue, italic: true }, ...(rest === '' ? [] : [plain(', ')])]),
    plain(`${rest}.`),
  ];
}

/** The same as plain text, of one BibTeX entry. */
export const referenceText = (bibtex: string): string =>
  [...parseBibliography(bibtex).values()].flatMap((entry) => formatReference(entry).map(({ text }) => text)).join('');

function initials(author: string): string {
  const [last, first] = author.includes(',') ? author.split(',').map((part) => part.trim()) : [author.trim(), ''];
  const letters = (first ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((name) =>
      name
        .split('-')
        .map((part) => `${part[0]}.`)
        .join('-'),
    );
  return [...letters, last].join(' ');
}
