import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatReference, parseBibliography, type Reference } from '../../src/report/bibliography';

const text = (reference: Reference) =>
  formatReference(reference)
    .map(({ text }) => text)
    .join('');

describe('bibliography', () => {
  it('reads braces in braces, quotes, bare years and comments', () => {
    const entries = parseBibliography(`
      % a comment with @article{none,
      @article{one, title = {The {CNN} and its
        secrets}, author = "Ada Lovelace and Turing, Alan Mathison", year = 2014, journal = {Notes} }
      @misc{two, title = "Second", author = {Group}, year = {2020}, eprint = {1234.5678}}`);
    expect([...entries.keys()]).toEqual(['one', 'two']);
    expect(entries.get('one')?.fields.title).toBe('The CNN and its secrets');
    expect(text(entries.get('one')!)).toBe('Ada Lovelace and A. M. Turing, “The CNN and its secrets,” Notes, 2014.');
    expect(formatReference(entries.get('one')!)[1]).toEqual({ text: 'Notes', italic: true });
    expect(text(entries.get('two')!)).toBe('Group, “Second,” 2020, arXiv:1234.5678.');
  });

  it('sets a comma before the last of three, and hyphens between initials', () => {
    const entry = parseBibliography('@misc{a, author = {Jiang, Peng-Tao and B, C and D, E}, title = {T}, year = 2000}');
    expect(text(entry.get('a')!)).toBe('P.-T. Jiang, C. B, and E. D, “T,” 2000.');
  });

  it('shortens a list of more than six authors', () => {
    const authors = ['A, A', 'B, B', 'C, C', 'D, D', 'E, E', 'F, F', 'G, G'].join(' and ');
    const entry = parseBibliography(`@misc{many, author = {${authors}}, title = {T}, year = 2000}`).get('many')!;
    expect(text(entry)).toBe('A. A et al., “T,” 2000.');
  });

  it.each([
    ['two entries of one key', '@misc{a, title={T}} @misc{a, title={U}}', /two entries called a/],
    ['text that is no entry', 'hello', /not a BibTeX entry: hello/],
    ['a brace that never closes', '@misc{a, title={T}', /a brace is never closed/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseBibliography(text)).toThrow(message);
  });

  it('the project’s own file: every entry has author, title and year or note', () => {
    const file = path.resolve(__dirname, '../../reports/references.bib');
    for (const [key, { fields }] of parseBibliography(readFileSync(file, 'utf8'))) {
      expect(fields.author, key).toBeTruthy();
      expect(fields.title, key).toBeTruthy();
      expect(fields.year ?? fields.note, key).toBeTruthy();
    }
  });
});
