import { z } from 'zod';
import { WhylightError } from '../errors';

/** The part of a JSON schema that says which values an option may have. */
interface Allowed {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Allowed[];
  readonly prefixItems?: readonly Allowed[];
  readonly items?: Allowed | false;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What is wrong with a method's options. */
interface OptionMistake {
  readonly option: string;
  /** `rise takes no maks (allowed: masks, …)`, `masks: 0 (allowed: whole numbers from 1)`. */
  readonly words: string;
}

/**
 * A method's options, checked, with its defaults; what is undefined counts as not given.
 * @throws WhylightError for an option that the method does not take, and for a value that cannot be.
 */
export function parseOptions<S extends z.ZodObject>(name: string, schema: S, values: object): z.output<S> {
  const { data, mistake } = readOptions(name, schema, values);
  if (mistake !== undefined) throw new WhylightError(mistake.words);
  return data as z.output<S>;
}

/** The same without an error: the options, or the first mistake. */
export function readOptions<S extends z.ZodObject>(
  name: string,
  schema: S,
  values: object,
): { readonly data?: z.output<S>; readonly mistake?: OptionMistake } {
  const settings = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const { success, data, error } = schema.safeParse(settings);
  if (success) return { data };
  const [issue] = error.issues as [z.core.$ZodIssue];
  if (issue.code === 'unrecognized_keys') {
    const [option] = issue.keys as [string];
    const allowed = Object.keys(schema.shape).join(', ') || 'no option';
    return { mistake: { option, words: `${name} takes no ${option} (allowed: ${allowed})` } };
  }
  const option = String(issue.path[0] ?? '');
  const allowed = issue.code === 'custom' ? issue.message : allowedValues(schema, option);
  const value = settings[option];
  const text = Array.isArray(value) ? value.join('×') : String(value);
  const unknown = typeof value === 'string' && allowedAt(schema, option).enum !== undefined ? 'unknown ' : '';
  return { mistake: { option, words: `${unknown}${option}: ${text} (allowed: ${allowed})` } };
}

/** An option as a person reads of it. */
interface OptionRow {
  readonly name: string;
  /** Which values it may have. */
  readonly allowed: string;
  readonly unit: string | null;
  /** Null: none, or one that the effect speaks of. */
  readonly default: string | null;
  readonly effect: string;
}

/** Every option of a schema, in its order. */
export function describeOptions(schema: z.ZodObject): OptionRow[] {
  const defaults = schema.safeParse({}).data ?? {};
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, type]) => {
    const { description = '', unit = null } = (type.meta() ?? {}) as { description?: string; unit?: string };
    const value = defaults[name];
    return {
      name,
      allowed: allowedValues(schema, name),
      unit,
      default: value === undefined ? null : Array.isArray(value) ? value.join('×') : String(value),
      effect: description,
    };
  });
}

/**
 * What a person wrote for an option, as a value of its kind: `50`, `true`, `20x12`, `7,2`, `mean`. What is of no kind that it
 * may have stays a text, so that the schema refuses it.
 */
export function optionValue(schema: z.ZodObject, option: string, text: string): unknown {
  const allowed = allowedAt(schema, option);
  return ofKind(allowed.anyOf ?? [allowed], text) ?? text;
}

function ofKind(kinds: readonly Allowed[], text: string): unknown {
  const types = kinds.map(({ type }) => type);
  if ((types.includes('number') || types.includes('integer')) && text.trim() !== '' && Number.isFinite(Number(text))) {
    return Number(text);
  }
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const list = kinds.find(({ type }) => type === 'array');
  const parts = text.split(list?.prefixItems === undefined ? ',' : /[,x×]/);
  if (list === undefined || (parts.length === 1 && types.includes('string'))) return undefined;
  const items = list.prefixItems?.slice(0, 1) ?? (list.items ? [list.items] : []);
  return parts.map((part) => ofKind(items, part.trim()) ?? part.trim());
}

/** Which values an option may have, in words: `whole numbers from 1`, `above 0, up to 1`, `mean, square, variance`. */
function allowedValues(schema: z.ZodObject, option: string): string {
  return words(allowedAt(schema, option));
}

function allowedAt(schema: z.ZodObject, option: string): Allowed {
  const type = schema.shape[option];
  if (type === undefined) return {};
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Allowed;
}

function words(allowed: Allowed): string {
  if (allowed.enum !== undefined) return allowed.enum.join(', ');
  if (allowed.anyOf !== undefined) return allowed.anyOf.map(words).join('; or ');
  switch (allowed.type) {
    case 'integer':
      return `whole numbers${range(allowed, ' ')}`;
    case 'number':
      return range(allowed, allowed.exclusiveMinimum === undefined ? 'numbers ' : '') || 'numbers';
    case 'array':
      return allowed.prefixItems === undefined
        ? `a list of ${words(allowed.items || {})}`
        : `a list of ${allowed.prefixItems.length}: ${words(allowed.prefixItems[0]!)}`;
    case 'string':
      return 'names';
    case 'boolean':
      return 'true, false';
    default:
      return 'other values';
  }
}

/** Bounds that are only those of exact whole numbers are none. */
function range(allowed: Allowed, before: string): string {
  const bound = (value: number | undefined) =>
    Number.isSafeInteger(value) && Math.abs(value!) === MOST ? undefined : value;
  const [least, most] = [bound(allowed.minimum), bound(allowed.maximum)];
  const { exclusiveMinimum: above, exclusiveMaximum: below } = allowed;
  if (above !== undefined && below !== undefined) return `${before}between ${above} and ${below}`;
  const from = above !== undefined ? `above ${above}` : least !== undefined ? `from ${least}` : '';
  const to =
    below !== undefined ? `below ${below}` : most !== undefined ? `${above === undefined ? '' : 'up '}to ${most}` : '';
  const both = [from, to].filter((part) => part !== '').join(above === undefined ? ' ' : ', ');
  return both === '' ? '' : `${before}${both}`;
}

const MOST = Number.MAX_SAFE_INTEGER;
