import { z } from 'zod';
import type { Attribution, OptionValue } from '../attribution';
import { WhylightError } from '../errors';
import type { ImageSample } from '../image/sample';
import { type Look, withLook } from '../look';
import type { Network } from '../network/network';
import { type RunOptions, withAmbient } from '../progress';
import type { ResolvedTarget, Target } from '../target';
import { authorsAndYear, citationKey } from './bibtex';
import { parseOptions } from './method-options';
import { attribution, type Outcome } from './result';

/** What a method asks of a network. */
const needs = ['gradient', 'pooled head', 'network of ReLUs'] as const;
type Need = (typeof needs)[number];

/** What a person wants to know of a method or a view before choosing it, and what the paper says of it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of methods holds methods of all kinds of options.
interface Description<S extends z.ZodObject = any> {
  /** As the command line, studies and files name it: `grad-cam`. */
  readonly name: string;
  readonly title: string;
  /** What its values are, for a colour bar. */
  readonly unit: string;
  /** Where it was published, as a BibTeX entry: its key, authors and year are read from it. */
  readonly bibtex: string;
  /** LaTeX; at `, \quad ` it may go on in another line. */
  readonly formula: string;
  /** What the formula's signs are, beside the score S_c, the probability P, the image I and the channels f_k: `with $N$ masks`. */
  readonly where?: string;
  /** What it does, true for every network: a predicate for the paper, `averages the gradients of noisy copies`. */
  readonly sentence: string;
  /** Its index term. Default: the title. */
  readonly term?: string;
  /** Where the paper explains it in full: paragraphs, and formulas between them. Default: the sentence and the formula. */
  readonly text?: readonly (string | { readonly formula: string })[];
  /** When to use it, and when not. */
  readonly use?: string;
  readonly avoid?: string;
  /** In passes of the network, in words. */
  readonly cost: string;
  /** The same as a rough number of forward passes for one target (a backward pass counts two). */
  readonly passes: (options: z.output<S>, network: Network) => number;
  readonly needs: readonly Need[];
  /** Where a map is made of one gradient of the input, and of nothing else that the network computes. Default: it is made of more. */
  readonly reads?: 'input gradient';
  /** With which options a map comes with the standard error of each of its values (`Attribution.errors`). Default: with none. */
  readonly standardErrors?: (options: z.output<S>) => boolean;
  /** Its options beside the target and those of every long run: each with its default, and `description` and `unit` in its meta. */
  readonly schema: S;
}

/** A description with what follows from it. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export interface Card<S extends z.ZodObject = any> extends Description<S> {
  /** Authors and year. */
  readonly source: string;
  /** The entry's key. */
  readonly citation: string;
  /** Names of the options it takes besides the target and those of every long run. */
  readonly options: readonly string[];
  /** Options checked, with defaults. Throws WhylightError. */
  parse(options: object): z.output<S>;
}

/** What a method's function gets beside its options: those of every long run, and what names the run. */
export interface MethodRun extends RunOptions {
  /** The method's name, for progress and journal. */
  readonly label: string;
  /** Every option as parsed: what decides the scores beside network, photo and targets. */
  readonly key: unknown;
  /** The attribution that an outcome would give by now: for previews. */
  readonly finish: (target: ResolvedTarget, outcome: Outcome) => Attribution;
}

/** A method as its file describes it. */
export interface MethodDescription<S extends z.ZodObject> extends Description<S> {
  /** What one more target of the same call costs. */
  readonly perTarget: 'nothing' | 'a backward pass';
  /**
   * The maps of all targets of a call, in their order; each the same bytes as if its target were the only one.
   * @throws WhylightError for options that do not fit the network; AbortedError when interrupted.
   */
  readonly explain: (
    look: Look,
    targets: readonly ResolvedTarget[],
    options: z.output<S>,
    run: MethodRun,
  ) => Promise<readonly Outcome[]>;
}

/** Options of a method by its schema, with the target and those of every long run. */
export type MethodOptions<S extends z.ZodObject> = OwnOptions<S> & TargetOption & RunOptions;

/** zod's type of no options at all would forbid every other one. */
type OwnOptions<S extends z.ZodObject> = keyof S['shape'] extends never ? unknown : z.input<S>;

/** The option that every method has. */
interface TargetOption {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/** One attribution method. */
// biome-ignore lint/suspicious/noExplicitAny: as above; each method types its own options.
export interface Method<S extends z.ZodObject = any> extends Card<S> {
  readonly role: 'method';
  readonly perTarget: MethodDescription<S>['perTarget'];
  /** The map of one target on one photo. */
  run(network: Network, photo: ImageSample, options?: MethodOptions<S>): Promise<Attribution>;
  /**
   * The maps of several targets on a photo that is prepared already: what they share is computed once.
   * @param targets undefined: the best class.
   */
  explain(
    look: Look,
    targets: readonly (Target | undefined)[],
    options?: OwnOptions<S> & RunOptions,
  ): Promise<Attribution[]>;
}

/** What shows a network itself rather than why it decided as it did: no map of the photo comes out. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export interface View<S extends z.ZodObject = any> extends Card<S> {
  readonly role: 'view';
}

const text = z.string().regex(/\S/);
const complete = z.looseObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: text,
  unit: text,
  bibtex: z.string().regex(/^@\w+\{[^\s,]+,/),
  formula: text,
  sentence: text,
  cost: text,
  passes: z.instanceof(Function),
  needs: z.array(z.enum(needs)),
  schema: z.instanceof(z.ZodObject),
});

/** @throws WhylightError naming what a description lacks. */
function described<D extends Description>(role: 'method' | 'view', description: D) {
  const { success, error } = complete.safeParse(description);
  if (!success) {
    const part = error.issues[0]!.path.join('.');
    throw new WhylightError(`the ${role} ${description.name} has no usable ${part} in its description`);
  }
  const { name, schema, bibtex } = description;
  return {
    ...description,
    source: authorsAndYear(bibtex),
    citation: citationKey(bibtex),
    options: Object.keys(schema.shape) as readonly string[],
    // Strict even where a description forgot it: an option that nobody reads is a mistake.
    parse: (options: object) => parseOptions(name, schema.strict(), options),
  };
}

/**
 * A method from its one description: its options are checked and recorded, and its short form opens and closes the look.
 * @throws WhylightError where the description is incomplete.
 */
export function defineMethod<S extends z.ZodObject>(description: MethodDescription<S>): Method<S> {
  const { explain, ...rest } = description;
  if (typeof explain !== 'function') {
    throw new WhylightError(`the method ${description.name} has no usable explain in its description`);
  }
  const card = described('method', rest);
  const { name, title, unit } = card;

  async function maps(
    look: Look,
    targets: readonly (Target | undefined)[],
    { options, run }: ReturnType<typeof split>,
  ) {
    if (targets.length === 0) return [];
    const started = performance.now();
    const resolved = targets.map((target) => look.target(target));
    const { seed = null, layer: _, ...record } = options as Record<string, OptionValue> & { seed?: number };
    const finish = (target: ResolvedTarget, outcome: Outcome) =>
      attribution(look, target, {
        method: name,
        title,
        unit,
        seed,
        ...outcome,
        options: { ...record, ...outcome.options },
        elapsedMs: performance.now() - started,
      });
    const outcomes = await explain(look, resolved, options as z.output<S>, {
      ...run,
      label: name,
      key: options,
      finish,
    });
    return outcomes.map((outcome, i) => finish(resolved[i]!, outcome));
  }

  /** The options of every long run apart from the method's own. */
  function split({ onProgress, signal, memoryMB, journal, ...options }: RunOptions & object) {
    return { run: withAmbient({ onProgress, signal, memoryMB, journal }), options: card.parse(options) };
  }

  return {
    ...card,
    role: 'method',
    run: async (network, photo, { target, ...options } = {} as MethodOptions<S>) => {
      const settings = split(options);
      const plan = { gradients: asksForGradients(card, settings.options, network) };
      return (await withLook(network, photo, (look) => maps(look, [target], settings), plan))[0]!;
    },
    explain: async (look, targets, options) => maps(look, targets, split(options ?? {})),
  };
}

/**
 * Whether a method runs copies of the photo in batches, beside which what a look holds is in the way.
 * @param options as parsed.
 */
export const isLong = ({ passes }: Card, options: object, network: Network): boolean => passes(options, network) > 3;

/** Whether a method asks the look itself for its one gradient; long ones run their own. Parameters as of `isLong`. */
export const asksForGradients = (card: Card, options: object, network: Network): boolean =>
  card.needs.includes('gradient') && !isLong(card, options, network);

/** A view of a network from its one description. @throws WhylightError where it is incomplete. */
export function defineView<S extends z.ZodObject>(description: Description<S>): View<S> {
  return { ...described('view', description), role: 'view' };
}
