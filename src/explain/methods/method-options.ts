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

/**
 * A method's options, checked, with its defaults; what is undefined counts as not given.
 * @throws WhylightError for an option that the method does not take, and for a value that cannot be.
 */
export function parseOptions<S extends z.ZodObject>(name: string, schema: S, given: object): z.output<S> {
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { success, data, error } = schema.safeParse(asked);
  if (success) return data;
  const [issue] = error.issues as [z.core.$ZodIssue];
  if (issue.code === 'unrecognized_keys') {
    const allowed = Object.keys(schema.shape).join(', ') || 'no option';
    throw new WhylightError(`${name} takes no ${issue.keys[0]} (allowed: ${allowed})`);
  }
  const option = String(issue.path[0] ?? '');
  const allowed = issue.code === 'custom' ? issue.message : allowedValues(schema, option);
  const value = asked[option];
  const said = Array.isArray(value) ? value.join('×') : String(value);
  const unknown = typeof value === 'string' && allowedAt(schema, option).enum !== undefined ? 'unknown ' : '';
  throw new WhylightError(`${unknown}${option}: ${said} (allowed: ${allowed})`);
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
