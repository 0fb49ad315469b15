import type { TargetName, TargetScore } from './attribution';
import { didYouMean } from './did-you-mean';
import { listAllowed, WhylightError } from './errors';
import type { Network } from './network/network';
import type { OutputKind } from './network/output-kind';

/** A score of one's own: any function of the logits, one for each class, with a name for figures. */
export interface ScoreTarget {
  readonly label: string;
  /** Differentiable where gradients are asked for: its slope is taken by central differences. */
  readonly score: (logits: Float32Array) => number;
}

/** What to explain: a class by label or index, the difference of two, or any function of the logits. */
export type Target =
  | string
  | number
  | { readonly difference: readonly [string | number, string | number] }
  /** A class's score with the other sign: what makes a value smaller. */
  | { readonly negative: string | number }
  | ScoreTarget;

/** A target as a function of the raw outputs. */
export interface ResolvedTarget extends TargetScore {
  /** Its slope at the unperturbed outputs; but for a function of one's own the score is weights · raw everywhere. */
  readonly weights: Float32Array;
  /** A function of one's own; null where the weights say it all. */
  readonly score: ((raw: Float32Array) => number) | null;
}

type Classes = Pick<Network, 'classes' | 'output' | 'unit'>;

/**
 * Logit and probability of every class from a network's raw outputs of one image; values have no probability.
 * @throws WhylightError where an output is NaN or infinite.
 */
export function classScores(
  network: { readonly output: Exclude<OutputKind, 'linear'> },
  raw: Float32Array,
): { logits: Float32Array; probabilities: Float32Array };
export function classScores(
  network: Pick<Network, 'output'>,
  raw: Float32Array,
): { logits: Float32Array; probabilities: Float32Array | null };
export function classScores(
  { output }: Pick<Network, 'output'>,
  raw: Float32Array,
): { logits: Float32Array; probabilities: Float32Array | null } {
  for (const value of raw) {
    if (!Number.isFinite(value)) throw notFinite(value);
  }
  if (output === 'sigmoid') {
    const logit = raw[0]!;
    // Both from the exponential of a negative number, so that neither overflows nor rounds to 1 too early.
    const [likely, unlikely] = [1 / (1 + Math.exp(-Math.abs(logit))), 1 / (1 + Math.exp(Math.abs(logit)))];
    return {
      logits: new Float32Array([-logit, logit]),
      probabilities: new Float32Array(logit >= 0 ? [unlikely, likely] : [likely, unlikely]),
    };
  }
  if (output === 'linear') return { logits: raw.slice(), probabilities: null };
  if (output === 'multilabel') {
    return { logits: raw.slice(), probabilities: raw.map((logit) => 1 / (1 + Math.exp(-logit))) };
  }
  let top = Number.NEGATIVE_INFINITY;
  for (const logit of raw) top = Math.max(top, logit);
  // Plain loops: this runs once a perturbed copy, and callbacks took ten times as long.
  const shares = new Float64Array(raw.length);
  let sum = 0;
  for (let i = 0; i < raw.length; i++) {
    shares[i] = Math.exp(raw[i]! - top);
    sum += shares[i]!;
  }
  const probabilities = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) probabilities[i] = shares[i]! / sum;
  return { logits: raw.slice(), probabilities };
}

const notFinite = (value: number) =>
  new WhylightError(`the network answers ${value} (allowed: finite numbers); its weights do not fit or overflow`);

/** Class indices by falling logit; equal ones, and values, of which none is better, in order of their index. */
export function rankClasses(network: Classes, raw: Float32Array): number[] {
  const { logits } = classScores(network, raw);
  if (network.output === 'linear') return [...logits.keys()];
  return [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
}

const words = (label: string) => label.split(',').map((part) => part.trim().toLowerCase());

/**
 * Finds a class by index, by its label, or by one of the names in its label (`grey wolf` for `timber wolf, grey wolf`).
 * @throws WhylightError for an unknown or ambiguous class, saying which there are.
 */
export function findClass({ classes }: Pick<Network, 'classes'>, reference: string | number): number {
  const digits = typeof reference === 'string' && /^\d+$/.test(reference) && !classes.includes(reference);
  const name = digits ? Number(reference) : reference;
  if (typeof name === 'number') {
    if (Number.isInteger(name) && name >= 0 && name < classes.length) return name;
    throw new WhylightError(`unknown class: ${name} (this network has classes 0 to ${classes.length - 1})`);
  }
  const tests: ((label: string) => boolean)[] = [
    (label) => label === name,
    (label) => label.toLowerCase() === name.trim().toLowerCase(),
    (label) => words(label).includes(name.trim().toLowerCase()),
  ];
  for (const test of tests) {
    const matches = [...classes.keys()].filter((i) => test(classes[i]!));
    if (matches.length === 1) return matches[0]!;
    if (matches.length > 1) {
      throw new WhylightError(`class ${name} is ambiguous: it is the name of ${matches.join(' and ')}; give the index`);
    }
  }
  throw new WhylightError(`unknown class: ${name} (${suggestions(classes, name)})`);
}

function suggestions(classes: readonly string[], name: string): string {
  if (classes.length <= 12) return `this network has: ${listAllowed(classes)}`;
  return `this network has ${classes.length} classes: ${listAllowed(classes, 3)}${didYouMean(name, classes, words)}`;
}

/**
 * Resolves a target against a network and its raw outputs of one image. Default: the class with the highest logit.
 * For a sigmoid head the negative class has the positive one's logit with the other sign.
 */
export function resolveTarget(network: Classes, raw: Float32Array, target?: Target): ResolvedTarget {
  if (typeof target === 'object' && 'score' in target) return resolveScore(network, raw, target);
  if (typeof target === 'object' && 'difference' in target) {
    const [plus, minus] = target.difference.map((side) => resolveTarget(network, raw, side)) as [
      ResolvedTarget,
      ResolvedTarget,
    ];
    return {
      kind: 'difference',
      classes: [...plus.classes, ...minus.classes],
      label: `${plus.label} − ${minus.label}`,
      index: null,
      logit: plus.logit - minus.logit,
      probability: null,
      ...(plus.unit !== undefined && { unit: plus.unit }),
      weights: plus.weights.map((weight, i) => weight - minus.weights[i]!),
      score: null,
    };
  }
  if (typeof target === 'object') return negativeOf(resolveTarget(network, raw, target.negative));
  const index = target === undefined ? rankClasses(network, raw)[0]! : findClass(network, target);
  const { logits, probabilities } = classScores(network, raw);
  const weights = new Float32Array(raw.length);
  weights[network.output === 'sigmoid' ? 0 : index] = network.output === 'sigmoid' && index === 0 ? -1 : 1;
  const label = network.classes[index]!;
  return {
    kind: 'class',
    classes: [{ index, label }],
    label,
    index,
    logit: logits[index]!,
    probability: probabilities?.[index] ?? null,
    ...(network.output === 'linear' && { unit: network.unit ?? '' }),
    weights,
    score: null,
  };
}

/** A target's score with the other sign. */
function negativeOf({ kind: _, index: __, ...target }: ResolvedTarget): ResolvedTarget {
  return {
    ...target,
    kind: 'negative',
    label: `−${target.label}`,
    index: null,
    logit: -target.logit,
    probability: null,
    weights: target.weights.map((weight) => -weight),
  };
}

const STEP = 1e-2;

function resolveScore(network: Classes, raw: Float32Array, { label, score }: ScoreTarget): ResolvedTarget {
  const own = (values: Float32Array) => {
    const value = score(classScores(network, values).logits);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new WhylightError(`the target ${label} gave ${value} (allowed: a finite number)`);
  };
  return {
    kind: 'function',
    classes: [],
    label,
    index: null,
    logit: own(raw),
    probability: null,
    weights: slope(own, raw),
    score: own,
  };
}

/** By central differences. */
function slope(score: (raw: Float32Array) => number, raw: Float32Array): Float32Array {
  const moved = (i: number, by: number) => score(raw.map((value, j) => (i === j ? value + by : value)));
  return raw.map((_, i) => (moved(i, STEP) - moved(i, -STEP)) / (2 * STEP));
}

/** The slope of the target's score at other raw outputs. */
export function targetSlope({ weights, score }: ResolvedTarget, raw: Float32Array): Float32Array {
  return score === null ? weights : slope(score, raw);
}

/** What a saved attribution explains; those from before kinds were kept tell one class from all else. */
export function targetOfFile(saved: Omit<TargetScore, keyof TargetName> & Partial<TargetName>): TargetScore {
  const { label = '', index } = saved;
  const name: TargetName =
    index === null ? { kind: 'function', classes: [], label } : { kind: 'class', classes: [{ index, label }], label };
  return { ...name, ...saved };
}

/** A target that plain text can name. */
export type NamedTarget = number | { readonly difference: readonly [number, number] } | { readonly negative: number };

/**
 * Targets as a person writes them: `top2` is the two best classes; `wolf - dog`, or `{ difference: [wolf, dog] }`, the
 * difference of two, of which `top2` is the second best; `-age`, or `{ negative: age }`, what makes a value smaller, for
 * which `down` is another word where there is one value, as `up` is for the value itself; anything else the one class it
 * names.
 *
 * @param ranked class indices, best first.
 * @throws WhylightError for an unknown class, an impossible number, and text that can be read in two ways.
 */
export function expandTargets(
  { classes, output }: Pick<Network, 'classes'> & Partial<Pick<Network, 'output'>>,
  ranked: readonly number[],
  target: Exclude<Target, ScoreTarget>,
): NamedTarget[] {
  const value = output === 'linear' && !classes.includes(String(target)) ? valueTarget(classes, target) : null;
  if (value !== null) return [value];
  const best = (text: string | number) => bestClasses(classes, ranked, String(text));
  const single = (side: string | number) => best(side)?.at(-1) ?? findClass({ classes }, side);
  if (typeof target === 'object' && 'negative' in target) return [{ negative: single(target.negative) }];
  if (typeof target === 'object') {
    const [plus, minus] = target.difference.map(single) as [number, number];
    if (plus !== minus) return [{ difference: [plus, minus] }];
    throw new WhylightError(`unknown target: ${target.difference.join(' - ')} (a class less itself is 0)`);
  }
  const text = String(target);
  const sides = classes.includes(text) ? [] : sidesOf(text);
  if (sides.length === 0) return [...(best(text) ?? [findClass({ classes }, target)])];
  const fits = sides.filter((pair) => pair.every((side) => succeeds(() => single(side))));
  const whole = succeeds(() => findClass({ classes }, text)) ? [`the class ${text}`] : [];
  const readings = [...whole, ...fits.map(([plus, minus]) => `${plus} less ${minus}`)];
  if (readings.length > 1) {
    throw new WhylightError(`target ${text} can be read as ${readings.join(', or as ')}; give indices: 0, or 0 - 1`);
  }
  if (whole.length > 0) return [findClass({ classes }, text)];
  return expandTargets({ classes }, ranked, { difference: fits[0] ?? sides[0]! });
}

/** The words that only values have: up, down, and a name behind a minus sign; null for others. */
function valueTarget(classes: readonly string[], target: Exclude<Target, ScoreTarget>): NamedTarget | null {
  if (typeof target !== 'string') return null;
  const direction = /^(up|down)$/i.exec(target)?.[1]?.toLowerCase();
  if (direction !== undefined && classes.length > 1) {
    throw new WhylightError(
      `target ${target}: this network has ${classes.length} values (name one: ${listAllowed(classes, 5)}; with - before it, what makes it smaller)`,
    );
  }
  if (direction !== undefined) return direction === 'up' ? 0 : { negative: 0 };
  const less = /^[-−]\s*(\S.*)$/.exec(target)?.[1];
  return less === undefined ? null : { negative: findClass({ classes }, less) };
}

/** Every way to read text as a difference: what stands before and behind each minus sign between spaces. */
function sidesOf(text: string): [string, string][] {
  return [...text.matchAll(/(?<=\S)\s+[-−]\s+(?=\S)/g)].map((sign) => [
    text.slice(0, sign.index).trim(),
    text.slice(sign.index + sign[0].length).trim(),
  ]);
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WhylightError) return false;
    throw error;
  }
}

/** The best classes that `top2` names; null for other text. */
function bestClasses(classes: readonly string[], ranked: readonly number[], text: string): readonly number[] | null {
  const top = /^top(\d+)$/i.exec(text);
  if (top === null || classes.includes(text)) return null;
  const count = Number(top[1]);
  if (count < 1 || count > classes.length) {
    throw new WhylightError(`unknown target: ${text} (allowed: top1 to top${classes.length})`);
  }
  return ranked.slice(0, count);
}

/** The probability of a target's class under other raw outputs; null where the target is not one class or has none. */
export function targetProbability(network: Classes, { index }: TargetScore, raw: Float32Array): number | null {
  return index === null ? null : (classScores(network, raw).probabilities?.[index] ?? null);
}

/**
 * The target's score under other raw outputs.
 * @throws WhylightError where it is NaN or infinite.
 */
export function targetLogit({ weights, score }: ResolvedTarget, raw: Float32Array): number {
  if (score !== null) return score(raw);
  let sum = 0;
  weights.forEach((weight, i) => {
    if (weight !== 0) sum += weight * raw[i]!;
  });
  if (!Number.isFinite(sum)) throw notFinite(sum);
  return sum;
}
