import type { z } from 'zod';
import { type Allowed, allowedBy, allowedWords } from '../allowed-values';
import { hintAmong } from '../did-you-mean';
import { WhylightError } from '../errors';
import { findMistake } from '../schema-mistake';

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
  entries: object,
): { readonly data?: z.output<S>; readonly mistake?: OptionMistake } {
  const settings = Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const { success, data, error } = schema.safeParse(settings);
  if (success) return { data };
  const { path, key, allowed, message } = findMistake(schema, error, settings);
  if (key !== null) {
    const names = Object.keys(schema.shape);
    const words = `${name} takes no ${key} (allowed: ${names.join(', ') || 'no option'}${hintAmong(key, names)})`;
    return { mistake: { option: key, words } };
  }
  const option = String(path[0] ?? '');
  const value = settings[option];
  const text = Array.isArray(value) ? value.join('×') : String(value);
  const type = schema.shape[option] as z.ZodType | undefined;
  // Of a list, what the whole of it may be.
  const values = message ?? (type === undefined ? allowed : allowedWords(type));
  const unknown =
    typeof value === 'string' && type !== undefined && allowedBy(type).enum !== undefined ? 'unknown ' : '';
  return { mistake: { option, words: `${unknown}${option}: ${text} (allowed: ${values})` } };
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
      allowed: allowedWords(schema.shape[name]),
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
  const type = schema.shape[option] as z.ZodType | undefined;
  const allowed = type === undefined ? {} : allowedBy(type);
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
