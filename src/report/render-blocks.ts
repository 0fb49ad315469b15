import katex from 'katex';
import { WhylightError } from '../explain/errors';
import type { Numbering } from './numbering';
import { alignOnPoint } from './numbers';
import type { Block, FigureBlock, Heading, Inline, Prose, Table } from './prose/blocks';
import type { Templates } from './templates';

const roman = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII', 'XIII', 'XIV', 'XV', 'XVI'];

/** I, II, III …: sections and tables. */
export function romanNumber(number: number): string {
  const numeral = roman[number - 1];
  if (numeral === undefined) throw new WhylightError(`number ${number} in a document (allowed: up to ${roman.length})`);
  return numeral;
}

/** A, B … Z, AA, AB …: the headings of a section. */
const letters = (at: number): string =>
  (at < 26 ? '' : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

/** Writes the blocks of a document as HTML; figures, tables and equations by the templates of their names. */
export function blockRenderer(numbering: Numbering, { render, escaped, safe }: Templates) {
  const link = (target: string, words: string) => `<a class="ref" href="#${escaped(target)}">${words}</a>`;
  const numberOf = (all: readonly string[], id: string) => all.indexOf(id) + 1;

  const inline = (one: Inline): string => {
    if (typeof one === 'string') return escaped(one);
    switch (one.inline) {
      case 'figure-reference':
        return link(`fig-${one.figure}`, `Fig.&nbsp;${numberOf(numbering.figures, one.figure)}`);
      case 'figure-number': {
        const number = numberOf(numbering.figures, one.figure);
        return number === 0 ? escaped(one.figure) : link(`fig-${one.figure}`, String(number));
      }
      case 'table-reference':
        return link(`table-${one.table}`, `Table&nbsp;${romanNumber(numberOf(numbering.tables, one.table))}`);
      case 'citation':
        return one.keys
          .map((key) => numberOf(numbering.citations, key))
          .map((number) => link(`ref-${number}`, `[${number}]`))
          .join(', ');
      case 'math':
        return katex.renderToString(one.tex, { output: 'htmlAndMathml' });
      case 'code':
        return `<code>${escaped(one.text)}</code>`;
      case 'emphasis':
        return `<i>${escaped(one.text)}</i>`;
      case 'unbroken':
        return `<span class="unbroken">${prose(one.prose)}</span>`;
    }
  };
  const prose = (all: Prose): string => all.map(inline).join('');

  const heading = ({ title }: Heading, label: string) => `<h3>${escaped(`${label}. ${title}`)}</h3>`;

  const figure = ({ id, figure: { alt, caption, layout } }: FigureBlock) =>
    render('figure.hbs', {
      id,
      alt,
      caption,
      number: numberOf(numbering.figures, id),
      width: Number(layout.width),
      height: Number(layout.height),
    });

  const table = ({ id, caption, columns, rows, long }: Table) => {
    const cells = columns.map(({ kind }, column) => {
      const cells = rows.map((row) => row[column] ?? '');
      const text = (cell: string | Prose) => prose(typeof cell === 'string' ? [cell] : cell);
      if (kind !== 'number') return cells.map((cell) => ({ kind, text: safe(text(cell)), pad: '' }));
      return alignOnPoint(cells.map(text)).map(({ text, pad }) => ({ kind, text: safe(text), pad }));
    });
    return render('table.hbs', {
      id,
      caption,
      long,
      number: romanNumber(numberOf(numbering.tables, id)),
      columns: columns
        .map(({ title, kind, span = 1 }) => ({ title, kind, span }))
        .filter((_, at) => !columns.some(({ span = 1 }, i) => i < at && at < i + span)),
      rows: rows.map((_, row) => cells.map((column) => column[row]!)),
    });
  };

  const block = (one: Exclude<Block, Heading>): string => {
    switch (one.block) {
      case 'paragraph':
        return `<p>${prose(one.prose)}</p>`;
      case 'list':
        return `<ul>${one.items.map((item) => `<li>${prose(item)}</li>`).join('')}</ul>`;
      case 'equation':
        return render('equation.hbs', {
          formula: safe(katex.renderToString(one.tex, { displayMode: true, output: 'htmlAndMathml' })),
          number: numbering.equations.get(one)!,
        });
      case 'figure':
        return figure(one);
      case 'table':
        return table(one);
    }
  };

  /**
   * The blocks of one section, its headings lettered.
   * @throws WhylightError for a label that two of its headings have.
   */
  const section = (all: readonly Block[]): string => {
    const labels: string[] = [];
    let lettered = 0;
    return all
      .map((one) => {
        if (one.block !== 'heading') return block(one);
        const label = one.label ?? letters(lettered++);
        if (labels.includes(label)) throw new WhylightError(`two headings of one section are called ${label}`);
        labels.push(label);
        return heading(one, label);
      })
      .join('\n');
  };
  return { prose, section };
}
