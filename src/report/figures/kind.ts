import type { z } from 'zod';
import type { Attribution } from '../../explain/attribution';
import type { Classification } from '../../explain/classify';
import type { ImageSample } from '../../explain/image/sample';
import type { Network } from '../../explain/network/network';
import type { RunOptions } from '../../explain/progress';
import type { Scene } from '../../scenes/scene';
import type { Explain } from '../attribution-cache';
import type { Maximise } from '../maximised-cache';
import type { Measure } from '../measurement-cache';
import type { NetworkNames } from '../network-names';
import type { Block, FigureBlock, Prose } from '../prose/blocks';
import type { FigureEntry } from './entry';
import type { NamedTargets } from './targets';

/** One figure of a study with all that was computed for it. */
export interface FigureResult<Entry extends FigureEntry = FigureEntry, Made = unknown> {
  readonly entry: Entry;
  readonly photo: ImageSample;
  readonly scene: Scene | null;
  /** In the order in which the kind names them. */
  readonly networks: readonly Network[];
  /** One for each network. */
  readonly classifications: readonly Classification[];
  /** In the order in which the figure shows them. */
  readonly maps: readonly Attribution[];
  /** What the kind computes besides maps. */
  readonly extras: Made;
}

/** What a kind computes from. */
export interface FigureInput {
  readonly photo: ImageSample;
  readonly networks: readonly Network[];
  /** A study's targets as classes, for each network. */
  readonly targets: readonly NamedTargets[];
  readonly explain: Explain;
  readonly maximise: Maximise;
  readonly measure: Measure;
  readonly run: RunOptions;
}

/** What a kind computes: maps, and what it makes besides. */
interface Computed<Made> {
  /** Default: none. */
  readonly maps?: readonly Attribution[];
  /** Default: nothing. */
  readonly extras?: Made;
}

/** A part of the methods section that a kind brings along, behind the methods themselves. */
interface ViewText {
  readonly title: string;
  /** Symbols that it needs defined. Default: none. */
  readonly symbols?: readonly ('score' | 'probability' | 'channel')[];
  readonly blocks: readonly Block[];
}

/** All that a kind of figure is: what a study writes, what is computed, and what the paper shows and says of it. */
export interface FigureKind<Entry extends FigureEntry = FigureEntry, Made = unknown> {
  readonly role: 'figure';
  /** The word of a study: `occlusion`. */
  readonly kind: string;
  /** Heading above its figures. */
  readonly title: string;
  /** A strict object with the kind as a literal. */
  readonly schema: z.ZodObject;
  /** An item of a study's figures with its comments, as `whylight report new` writes it. */
  readonly example: string;
  /** Whether readers see the photo, and so the network's answer to it. Default: they do. */
  readonly showsPhoto?: boolean;
  /** Names of the networks that it needs. Default: the entry's `network`. */
  readonly networks?: (entry: Entry) => readonly string[];
  readonly compute: (entry: Entry, input: FigureInput) => Promise<Computed<Made>>;
  /** One figure or several; the first has the entry's id, or each the id with its number. */
  readonly plot: (result: FigureResult<Entry, Made>, names: NetworkNames) => readonly FigureBlock[];
  /** The paragraph above it. */
  readonly sentences: (result: FigureResult<Entry, Made>, names: NetworkNames) => Prose;
  /** What all figures of the kind together give to the abstract. */
  readonly abstract?: (results: readonly FigureResult<Entry, Made>[]) => Prose;
  readonly discussion?: (results: readonly FigureResult<Entry, Made>[]) => Prose;
  /** Index terms besides those of the methods. */
  readonly terms?: readonly string[];
  readonly text?: ViewText;
  /** BibTeX entries that its words cite and reports/references.bib does not have. Default: none. */
  readonly references?: readonly string[];
  /** What they add to the numbers in JSON. */
  readonly numbers?: (extras: Made) => Readonly<Record<string, unknown>>;
}

/** Checks a kind's parts against each other, and forgets which they are: what is handed to it has passed its schema. */
export const defineFigure = <Entry extends FigureEntry, Made = unknown>(
  kind: Omit<FigureKind<Entry, Made>, 'role'>,
): FigureKind => ({ ...kind, role: 'figure' }) as unknown as FigureKind;

/** The names of the networks that a figure needs. */
export const networkNamesOf = ({ networks }: FigureKind, entry: FigureEntry & { readonly network?: string }) =>
  networks?.(entry) ?? [entry.network!];
