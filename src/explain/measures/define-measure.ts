import { z } from 'zod';
import { WhylightError } from '../errors';
import type { Look } from '../look';
import { authorsAndYear, citationKey } from '../methods/bibtex';
import { parseOptions } from '../methods/method-options';
import type { Network } from '../network/network';
import { type RunOptions, withAmbient } from '../progress';
import type { ResolvedTarget, Target } from '../target';

/** What a measure asks: each answers one of these questions. */
export const measureQuestions = {
  follows: 'Does the score follow the map?',
  stable: 'Is it stable?',
  about: 'Is it about this network and this class?',
  place: 'Is it where the object is?',
  truth: 'Does it agree with drawing the scene again?',
  form: 'How is it spread?',
  cost: 'What does it cost?',
} as const;
export type MeasureQuestion = keyof typeof measureQuestions;

/** What a measure cannot do without. */
const needs = ['mask', 'remake', 'things', 'twin'] as const;
type Need = (typeof needs)[number];

/** What a map is made of again for: one of these is another, the rest stays. */
export interface Change {
  /** Of the same inputs. */
  readonly network?: Network;
  /** H×W×C, normalised. */
  readonly input?: Float32Array;
  readonly target?: Target;
  /** Of a method with a `seed`; one without has nothing to change. */
  readonly seed?: number;
}

/** A map, and how it is made again. */
export interface MeasuredMap {
  /** The method's or the baseline's name. */
  readonly name: string;
  /** H×W over the network's input, row by row; unnormalised. */
  readonly values: Float32Array;
  /** Whether negative values speak against the target. */
  readonly signed: boolean;
  /** Whether the method takes a seed: without one a map made again is the same. */
  readonly seeded: boolean;
  /** The same method's map of another question; null for maps that no method here made: files, baselines. */
  readonly remake: ((change: Change, run: RunOptions) => Promise<Float32Array>) | null;
  /** The same map from a gradient in double precision; null or left out where the method reads more than that, or the network is not so computed. */
  readonly exact?: (() => Promise<Float32Array>) | null;
  /** What it took, in forward passes (a backward pass counts two) and milliseconds; null where that is not known. */
  readonly cost: { readonly passes: number; readonly milliseconds: number } | null;
}

/** A thing in a scene, and what drawing the scene without it takes from the score. */
export interface Thing {
  /** `animal`, `person`, `background`, `head`. */
  readonly name: string;
  /** What it is a part of, by name; null for a whole thing. */
  readonly of: string | null;
  /** Height × width of the input; not 0 where it is. */
  readonly mask: Uint8Array;
  /** Score of the scene less score without it (the background: on the rival's), in logits; negative: it speaks against. */
  readonly worth: number;
}

/** What maps are measured on: a photo as one network sees it, and one of its targets. */
export interface MeasureCase {
  readonly look: Look;
  readonly target: ResolvedTarget;
  /** Height × width of the input; not 0 inside the target's object. Null where it is not known. */
  readonly mask: Uint8Array | null;
  /** Null where the scene cannot be drawn again. */
  readonly things: readonly Thing[] | null;
  /** The network's twin, trained on random labels. Default: there is none. */
  readonly twin?: Network | null;
  /** Of what a measure draws by chance. */
  readonly seed: number;
}

/** What one measure says of one map. */
export interface MeasureOutcome {
  /** Null where it says nothing of this map: then a note says why. */
  readonly value: number | null;
  /** What the value is the sum of, where there is one: `x` from 0 to 1. */
  readonly curve?: { readonly x: readonly number[]; readonly y: readonly number[] };
  /** What `curve` is made of, by name, where it is of several. */
  readonly curves?: Readonly<Record<string, { readonly x: readonly number[]; readonly y: readonly number[] }>>;
  /** Other numbers of the same run, by name. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly notes?: readonly string[];
}

/** What a person wants to know of a measure before believing it, and what the paper says of it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of measures holds measures of all kinds of options.
interface Description<S extends z.ZodObject = any> {
  /** As the command line, studies and files name it: `deletion`. */
  readonly name: string;
  readonly title: string;
  readonly question: MeasureQuestion;
  /** In words: `probability`, `logits`, `correlation`, `share`. */
  readonly unit: string;
  /** Which of two maps is better; `neither`: it describes, and no ranking is made of it. */
  readonly better: 'higher' | 'lower' | 'neither';
  /** Least and largest value that there can be. Default: without bounds. */
  readonly bounds?: readonly [number, number];
  /** Where it was published, as a BibTeX entry. */
  readonly bibtex: string;
  /** LaTeX. */
  readonly formula: string;
  readonly where?: string;
  /** What it does: a predicate for the paper, `removes the pixels that the map ranks highest first and averages the probability`. */
  readonly sentence: string;
  /** What it rewards beside the truth: said wherever its numbers are. */
  readonly caution: string;
  readonly needs: readonly Need[];
  /** In passes of the network for one more map of the same photo, in words. */
  readonly cost: string;
  /** Its options: each with its default, and `description` in its meta. */
  readonly schema: S;
}

/** A measure as its file describes it. */
export interface MeasureDescription<S extends z.ZodObject> extends Description<S> {
  /**
   * What it says of each map, in their order; each the same as if its map were the only one. What does not depend on the
   * map (random subsets, their scores) is computed once for all of them.
   * @param maps of `needs` `remake`: only those that can be made again.
   * @throws AbortedError when interrupted.
   */
  readonly measure: (
    measured: MeasureCase,
    maps: readonly MeasuredMap[],
    options: z.output<S>,
    run: RunOptions,
  ) => Promise<readonly MeasureOutcome[]>;
}

/** One measure. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export interface Measure<S extends z.ZodObject = any> extends Description<S> {
  /** Authors and year. */
  readonly source: string;
  readonly citation: string;
  /** Options checked, with defaults. Throws WhylightError. */
  parse(options: object): z.output<S>;
  /**
   * What it says of each map; null for a map or case that lacks what it needs.
   * @throws WhylightError for options that cannot be, maps of another size than the input or with a value that is not finite; AbortedError.
   */
  measure(
    measured: MeasureCase,
    maps: readonly MeasuredMap[],
    options?: z.input<S> & RunOptions,
  ): Promise<readonly (MeasureOutcome | null)[]>;
}

const text = z.string().regex(/\S/);
const complete = z.looseObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: text,
  question: z.enum(Object.keys(measureQuestions) as [MeasureQuestion, ...MeasureQuestion[]]),
  unit: text,
  better: z.enum(['higher', 'lower', 'neither']),
  bibtex: z.string().regex(/^@\w+\{[^\s,]+,/),
  formula: text,
  sentence: text,
  caution: text,
  cost: text,
  needs: z.array(z.enum(needs)),
  schema: z.instanceof(z.ZodObject),
  measure: z.instanceof(Function),
});

/**
 * A measure from its one description: its options are checked, and maps and cases that lack what it needs are passed over.
 * @throws WhylightError where the description is incomplete.
 */
export function defineMeasure<S extends z.ZodObject>(description: MeasureDescription<S>): Measure<S> {
  const { success, error } = complete.safeParse(description);
  if (!success) {
    const part = error.issues[0]!.path.join('.');
    throw new WhylightError(`the measure ${description.name} has no usable ${part} in its description`);
  }
  const { name, schema, bibtex, measure } = description;
  const parse = (options: object) => parseOptions(name, schema.strict(), options) as z.output<S>;
  return {
    ...description,
    source: authorsAndYear(bibtex),
    citation: citationKey(bibtex),
    parse,
    measure: async (measured, maps, { onProgress, signal, memoryMB, journal, ...options } = {} as never) => {
      const run = withAmbient<RunOptions>({ onProgress, signal, memoryMB, journal });
      const settings = parse(options);
      const { height, width } = measured.look.input;
      for (const map of maps) {
        const wrong = map.values.find((value) => !Number.isFinite(value));
        if (wrong !== undefined)
          throw new WhylightError(`a map by ${map.name} holds ${wrong} (allowed: finite numbers)`);
        if (map.values.length === height * width) continue;
        throw new WhylightError(
          `a map of ${map.values.length} values by ${map.name} (allowed: ${height}×${width}, the network’s input)`,
        );
      }
      const lacks = (need: Need) => need !== 'remake' && (measured[need] ?? null) === null;
      if (description.needs.some(lacks)) return maps.map(() => null);
      const usable = maps.filter(({ remake }) => remake !== null || !description.needs.includes('remake'));
      const outcomes = usable.length === 0 ? [] : await measure(measured, usable, settings, run);
      return maps.map((map) => outcomes[usable.indexOf(map)] ?? null);
    },
  };
}
