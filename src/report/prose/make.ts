import type { Figure } from '../../plots/figure';
import type { Block, Equation, FigureBlock, Heading, Inline, List, Paragraph, Prose, Table } from './blocks';

/** What may stand in a sentence; what is null, undefined or false leaves nothing. Numbers are written by a helper first. */
export type Part = Inline | Prose | null | undefined | false;

const isProse = (part: Part): part is Prose => Array.isArray(part);
const inlines = (part: Part): Prose =>
  isProse(part) ? part : part === null || part === undefined || part === false || part === '' ? [] : [part];

/** Words with parts among them: prose`${ref('wolf')} shows ${shows}.` */
export function prose(words: TemplateStringsArray, ...parts: readonly Part[]): Prose {
  return words.flatMap((text, i) => [...inlines(text), ...inlines(parts[i])]);
}

/** Puts a space between what is there. */
export const sentences = (...all: readonly Part[]): Prose => joined(all, ' ');

/** Puts a separator between what is there. */
export function joined(all: readonly Part[], separator: string): Prose {
  const there = all.map(inlines).filter(({ length }) => length > 0);
  return there.flatMap((part, i) => (i === 0 ? part : [separator, ...part]));
}

/** `a`, `a and b`, `a, b and c`. */
export function list(all: readonly (Inline | Prose)[], last = 'and'): Prose {
  const parts = all.map(inlines);
  return parts.flatMap((part, i) => [...(i === 0 ? [] : [i === parts.length - 1 ? ` ${last} ` : ', ']), ...part]);
}

/** `Fig. 3`. */
export const ref = (figure: string): Inline => ({ inline: 'figure-reference', figure });
/** `3`; where the figure's section is left out, its name. */
export const figureNumber = (figure: string): Inline => ({ inline: 'figure-number', figure });
/** `Table II`. */
export const tableRef = (table: string): Inline => ({ inline: 'table-reference', table });
/** `[4], [7]`. */
export const cite = (...keys: readonly string[]): Inline => ({ inline: 'citation', keys });
/** The words of a description: `$S_c$` is a formula in the line, `[@zhou2016learning]` a citation. */
export const fromText = (text: string): Prose =>
  [...text.matchAll(/\$([^$]+)\$|\[@([^\]]+)\]|[^$[]+|[$[]/g)].map(([part, tex, key]) =>
    tex !== undefined ? math(tex) : key !== undefined ? cite(key) : part,
  );
/** A formula in a line, as KaTeX reads it. */
export const math = (tex: string): Inline => ({ inline: 'math', tex });
export const code = (text: string): Inline => ({ inline: 'code', text });
export const emphasis = (text: string): Inline => ({ inline: 'emphasis', text });
/** What stays together where a line ends. */
export const unbroken = (...parts: readonly Part[]): Inline => ({ inline: 'unbroken', prose: parts.flatMap(inlines) });

/** A paragraph of sentences, a space between them. */
export const paragraph = (...all: readonly Part[]): Paragraph => ({ block: 'paragraph', prose: sentences(...all) });
/** A heading in a section; the renderer letters it, unless it has a label of its own: `C1`. */
export const heading = (title: string, label: string | null = null): Heading => ({ block: 'heading', title, label });
/** A formula on a line of its own, with a number. */
export const equation = (tex: string): Equation => ({ block: 'equation', tex });
export const figureBlock = (id: string, figure: Figure): FigureBlock => ({ block: 'figure', id, figure });
export const table = (
  id: string,
  caption: string,
  of: Pick<Table, 'columns' | 'rows'> & { long?: boolean },
): Table => ({
  block: 'table',
  id,
  caption,
  columns: of.columns,
  rows: of.rows,
  long: of.long ?? false,
});
export const bullets = (items: readonly Prose[]): List => ({ block: 'list', items });

/** Blocks without the paragraphs in which nothing stands. */
export const blocks = (...all: readonly (Block | readonly Block[] | null | undefined | false)[]): Block[] =>
  all
    .flatMap((one) => (Array.isArray(one) ? (one as readonly Block[]) : one ? [one as Block] : []))
    .filter((one) => one.block !== 'paragraph' || one.prose.length > 0);
