import type { Figure } from '../../plots/figure';

export type Inline =
  | string
  | { readonly inline: 'figure-reference'; readonly figure: string }
  | { readonly inline: 'figure-number'; readonly figure: string }
  | { readonly inline: 'table-reference'; readonly table: string }
  | { readonly inline: 'citation'; readonly keys: readonly string[] }
  | { readonly inline: 'math'; readonly tex: string }
  | { readonly inline: 'code'; readonly text: string }
  | { readonly inline: 'emphasis'; readonly text: string }
  | { readonly inline: 'unbroken'; readonly prose: Prose };

export type Prose = readonly Inline[];

export interface Paragraph {
  readonly block: 'paragraph';
  readonly prose: Prose;
}

/** Without a label the renderer letters it: A., B. … in each section. */
export interface Heading {
  readonly block: 'heading';
  readonly title: string;
  readonly label: string | null;
}

export interface Equation {
  readonly block: 'equation';
  readonly tex: string;
}

/** The renderer numbers figures in the order in which they stand; references go by their ids. */
export interface FigureBlock {
  readonly block: 'figure';
  readonly id: string;
  readonly figure: Figure;
}

/** `number`: right, on the decimal point; `whole`: on one line. */
interface TableColumn {
  readonly title: string;
  readonly kind: 'text' | 'whole' | 'number';
  /** How many columns the head covers; those to the right then have the title ''. */
  readonly span?: number;
}

export interface Table {
  readonly block: 'table';
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | Prose)[])[];
  /** May go on in the next column of the page. */
  readonly long: boolean;
}

export interface List {
  readonly block: 'list';
  readonly items: readonly Prose[];
}

export type Block = Paragraph | Heading | Equation | FigureBlock | Table | List;
