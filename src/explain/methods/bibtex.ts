/** Authors and year of a BibTeX entry: `Zeiler and Fergus 2014`, `Petsiuk et al. 2018`. */
export function authorsAndYear(bibtex: string): string {
  const field = (name: string) => new RegExp(`\\b${name}\\s*=\\s*[{"]?([^}"]*)`, 'i').exec(bibtex)?.[1] ?? '';
  const names = field('author')
    .split(' and ')
    .map((author) => (author.includes(',') ? author.split(',')[0]! : author.split(' ').at(-1)!).trim());
  return `${names.length > 2 ? `${names[0]} et al.` : names.join(' and ')} ${field('year')}`.trim();
}

/** The key of a BibTeX entry. */
export const citationKey = (bibtex: string): string => /\{([^\s,]+),/.exec(bibtex)![1]!;
