import { z } from 'zod';

/** The part of a JSON schema that says which values there may be. */
export interface Allowed {
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

/** Which values a schema takes, as JSON schema says it. */
export function allowedBy(schema: z.ZodType): Allowed {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Allowed;
}

/** The same in words: `whole numbers from 1`, `above 0, up to 1`, `mean, square, variance`. */
export const allowedWords = (schema: z.ZodType): string => words(allowedBy(schema));

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
