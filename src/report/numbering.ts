import { WhylightError } from '../explain/errors';
import type { Block, Inline, Prose } from './prose/blocks';

/** What a document's references are called, in the order in which a reader meets them. */
export interface Numbering {
  /** Ids of the figures, the first one Fig. 1. */
  readonly figures: readonly string[];
  /** Ids of the tables, the first one Table I. */
  readonly tables: readonly string[];
  /** Formulas with a number, the first one (1). */
  readonly equations: ReadonlyMap<Block, number>;
  /** Keys of the bibliography, the first one [1]. */
  readonly citations: readonly string[];
}

/**
 * Numbers figures, tables, equations and citations.
 * @throws WhylightError for a name that two figures or two tables have, and for a reference to what is not there.
 */
export function numberBlocks(blocks: readonly Block[], references: ReadonlyMap<string, unknown>): Numbering {
  const figures = blocks.flatMap((block) => (block.block === 'figure' ? [block.id] : []));
  const tables = blocks.flatMap((block) => (block.block === 'table' ? [block.id] : []));
  requireOnce('figures', figures);
  requireOnce('tables', tables);
  const inlines = blocks.flatMap(proseOf).flatMap(inside);
  for (const one of inlines) requireThere(one, figures, tables);
  const citations = [...new Set(inlines.flatMap((one) => (isCitation(one) ? one.keys : [])))];
  const unknown = citations.find((key) => !references.has(key));
  if (unknown !== undefined) throw new WhylightError(`a text cites ${unknown}, which the bibliography lacks`);
  const equations = new Map(blocks.filter(({ block }) => block === 'equation').map((block, i) => [block, i + 1]));
  return { figures, tables, equations, citations };
}

const isCitation = (one: Inline) => typeof one !== 'string' && one.inline === 'citation';

function requireThere(one: Inline, figures: readonly string[], tables: readonly string[]): void {
  if (typeof one === 'string') return;
  if (one.inline === 'figure-reference' && !figures.includes(one.figure)) {
    throw new WhylightError(`a text refers to figure ${one.figure}, which the report does not have`);
  }
  if (one.inline === 'table-reference' && !tables.includes(one.table)) {
    throw new WhylightError(`a text refers to table ${one.table}, which the report does not have`);
  }
}

function requireOnce(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new WhylightError(`two ${what} of the report are called ${twice}`);
}

/** Every run of words in a block. */
function proseOf(block: Block): readonly Prose[] {
  if (block.block === 'paragraph') return [block.prose];
  if (block.block === 'list') return block.items;
  return block.block === 'table' ? block.rows.flat().map((cell) => (typeof cell === 'string' ? [cell] : cell)) : [];
}

const inside = (prose: Prose): readonly Inline[] =>
  prose.flatMap((one) => (typeof one !== 'string' && one.inline === 'unbroken' ? inside(one.prose) : [one]));
