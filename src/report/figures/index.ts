import { z } from 'zod';
import { WhylightError } from '../../explain/errors';
import { cam } from './cam';
import { classes } from './classes';
import { deconvolution } from './deconvolution';
import type { FigureEntry } from './entry';
import { features } from './features';
import type { FigureKind } from './kind';
import { maximised } from './maximised';
import { methods } from './methods';
import { networks } from './networks';
import { occlusion } from './occlusion';
import { saliency } from './saliency';
import { why } from './why';

const kinds: FigureKind[] = [
  saliency,
  occlusion,
  cam,
  methods,
  deconvolution,
  features,
  classes,
  maximised,
  networks,
  why,
];

/** Every kind of figure, in the order in which a new study shows them. */
export const figureKinds = (): readonly FigureKind[] => kinds;

/** @throws WhylightError for a word that is no kind. */
export function figureKind(name: string): FigureKind {
  const kind = kinds.find((one) => one.kind === name);
  if (kind !== undefined) return kind;
  throw new WhylightError(`unknown kind of figure: ${name} (allowed: ${kinds.map((one) => one.kind).join(', ')})`);
}

/**
 * Adds a kind of figure for as long as the program runs.
 * @param replaces puts it in the place of the one of its name. Default false.
 * @throws WhylightError for a name that exists, and for a description that lacks a part.
 */
export function addFigureKind(kind: FigureKind, replaces = false): void {
  const parts = ['kind', 'title', 'schema', 'example', 'compute', 'plot', 'sentences'] as const;
  const missing = parts.find((part) => kind[part] === undefined);
  if (missing !== undefined)
    throw new WhylightError(`a kind of figure without ${missing} (needed: ${parts.join(', ')})`);
  const place = kinds.findIndex((one) => one.kind === kind.kind);
  if (!replaces && place >= 0) throw new WhylightError(`there is a kind of figure ${kind.kind} already`);
  kinds.splice(replaces ? place : kinds.length, replaces ? 1 : 0, kind);
}

/** What a study may write as a figure. */
export const figureSchema = () =>
  z.discriminatedUnion(
    'kind',
    kinds.map(({ schema }) => schema) as [FigureKind['schema']],
  ) as unknown as z.ZodType<FigureEntry>;
