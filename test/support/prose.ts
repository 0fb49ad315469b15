import type { Block, Inline, Prose } from '../../src/report/prose/blocks';

/** What a reader sees of a sentence: references by their ids in brackets. */
export function proseText(prose: Prose | string): string {
  return typeof prose === 'string' ? prose : prose.map(inlineText).join('');
}

function inlineText(one: Inline): string {
  if (typeof one === 'string') return one;
  switch (one.inline) {
    case 'figure-reference':
    case 'figure-number':
      return `<${one.figure}>`;
    case 'table-reference':
      return `<table ${one.table}>`;
    case 'citation':
      return `<${one.keys.join()}>`;
    case 'math':
      return one.tex;
    case 'code':
    case 'emphasis':
      return one.text;
    case 'unbroken':
      return proseText(one.prose);
  }
}

/** Everything that blocks say, a line each; the cells of a row with bars between them. */
export const blockText = (blocks: readonly Block[]): string => blocks.flatMap(linesOf).join('\n');

function linesOf(block: Block): string[] {
  switch (block.block) {
    case 'paragraph':
      return [proseText(block.prose)];
    case 'heading':
      return [`${block.label ?? ''} ${block.title}`.trim()];
    case 'equation':
      return [block.tex];
    case 'figure':
      return [block.figure.caption, block.figure.alt];
    case 'list':
      return block.items.map(proseText);
    case 'table':
      return [block.caption, ...block.rows.map((row) => row.map(proseText).join('|'))];
  }
}
