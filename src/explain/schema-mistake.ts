import { z } from 'zod';
import { allowedWords } from './allowed-values';
import { hintAmong } from './did-you-mean';
import { listAllowed } from './errors';
import { quoteName } from './network/weights/quote-name';

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** The first thing that a schema finds wrong. */
export interface SchemaMistake {
  /** The key whose value is wrong, or the key that is unknown. */
  readonly path: Path;
  /** `page a5: not known (allowed: a4, letter)`. */
  readonly sentence: string;
}

/** The first mistake, before it becomes a sentence. */
interface Mistake {
  /** The key whose value is wrong, or above the key that is unknown. */
  readonly path: Path;
  /** The unknown key. */
  readonly key: string | null;
  readonly wrong: 'missing' | 'not known' | 'unusable';
  readonly allowed: string;
  /** Where a check of the schema's own says it all. */
  readonly message: string | null;
}

/** The one diagnosis of content that a schema refuses, for files and for options alike. */
export function findMistake(schema: z.ZodType, error: z.ZodError, content: unknown): Mistake {
  const { issue, path } = innermost(error.issues[0]!, [], content);
  const schemas = schemasAt(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const keys = [...new Set(schemas.flatMap(keysOf))];
    const key = issue.keys[0]!;
    return { path, key, wrong: 'not known', allowed: `${keys.join(', ')}${hintAmong(key, keys)}`, message: null };
  }
  const value = valueAt(content, path);
  const isListed = issue.code === 'invalid_value' || isChoice(issue);
  const wrong = value === undefined ? 'missing' : isListed ? 'not known' : 'unusable';
  // A check of the schema's own says it all, unless it only says what is allowed.
  const message = issue.code === 'custom' && !issue.message.startsWith('allowed: ') ? issue.message : null;
  return { path, key: null, wrong, allowed: allowedHere(issue, value, schemas), message };
}

/**
 * What is wrong with content, said so that a person can mend it; inside a choice, of the form that is nearest.
 *
 * @param whole what the content is called where a mistake has no key: `study`, `card`.
 */
export function schemaMistake(schema: z.ZodType, error: z.ZodError, content: unknown, whole: string): SchemaMistake {
  const { path, key, wrong, allowed, message } = findMistake(schema, error, content);
  const name = path.join('.') || whole;
  if (key !== null) {
    const sentence = `${name}: unknown key ${quoteName(key)}${allowed === '' ? '' : ` (allowed: ${allowed})`}`;
    return { path: [...path, key], sentence };
  }
  const value = valueAt(content, path);
  const quote = ['string', 'number', 'boolean'].includes(typeof value) ? ` ${quoteName(String(value))}` : '';
  return { path, sentence: `${name}${quote}: ${message ?? `${wrong} (allowed: ${allowed})`}` };
}

/** Inside a choice, the mistake of the form that the value is meant to have; the choice itself where that is unclear. */
function innermost(issue: Issue, above: Path, content: unknown): { issue: Issue; path: Path } {
  const path = [...above, ...(issue.path as (string | number)[])];
  if (issue.code !== 'invalid_union' || typeof valueAt(content, path) !== 'object') return { issue, path };
  const forms = issue.errors.filter(([first]) => !(first?.code === 'invalid_type' && first.path.length === 0));
  const nearest = forms.sort((a, b) => a.length - b.length)[0]?.[0];
  return nearest === undefined ? { issue, path } : innermost(nearest, path, content);
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null)?.[key], content);
}

/** Every schema that may stand at a path: more than one below a choice. */
function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return schemasAt(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option as z.ZodType, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType as z.ZodType, rest);
  if (schema instanceof z.ZodArray) return schemasAt(schema.element as z.ZodType, rest);
  const value = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>)[key] : undefined;
  return value === undefined ? [] : schemasAt(value, rest);
}

const keysOf = (schema: z.ZodType): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

/** What is allowed where a mistake is: of numbers all their bounds, of anything else what the issue says. */
function allowedHere(issue: Issue, value: unknown, schemas: readonly z.ZodType[]): string {
  // zod says “at least 3” of a list that must hold exactly 3.
  const list = (issue.code === 'too_small' || issue.code === 'too_big') && issue.origin === 'array';
  const tuple = list ? schemas.find((schema) => schema instanceof z.ZodTuple) : undefined;
  if (tuple !== undefined) return `a list of ${tuple.def.items.length}`;
  const bounded = schemas.length === 1 && schemas[0] instanceof z.ZodNumber ? allowedWords(schemas[0]) : 'numbers';
  if (bounded !== 'numbers') return bounded;
  const literals = isChoice(issue) ? schemas.filter((schema) => schema instanceof z.ZodLiteral) : [];
  const values =
    issue.code === 'invalid_value'
      ? issue.values.map(String)
      : [...new Set(literals.flatMap((schema) => [...schema.values].map(String)))];
  if (values.length === 0) return allowedByIssue(issue);
  return `${listAllowed(values, 40)}${typeof value === 'string' ? hintAmong(value, values) : ''}`;
}

/** Of forms that one key tells apart, none has the value that it has here. */
const isChoice = (issue: Issue) => issue.code === 'invalid_union' && issue.errors.length === 0;

const types: Readonly<Record<string, string>> = {
  string: 'a text, in quotes where it looks like a number',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

function allowedByIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listAllowed(issue.values.map(String), 40);
    case 'too_small':
    case 'too_big':
      return bound(issue);
    case 'invalid_format':
      return issue.format === 'url' ? 'an http or https address, or null' : issue.message.replace(/^allowed: /, '');
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(allowedByIssue))].join('; or ');
    default:
      return issue.message.replace(/^allowed: /, '');
  }
}

function bound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const low = issue.code === 'too_small';
  if (issue.origin === 'string' && low) return 'a text that is not empty';
  const limit = low ? issue.minimum : issue.maximum;
  if (issue.origin === 'array') return `a list of ${issue.exact ? '' : low ? 'at least ' : 'at most '}${limit}`;
  const words = low ? ['from', 'above'] : ['up to', 'below'];
  return `numbers ${words[issue.inclusive ? 0 : 1]} ${limit}`;
}
