import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter } from 'yaml';
import { z } from 'zod';
import { listAllowed } from '../errors';
import { quoteName } from './weights/quote-name';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One line about the first mistake in a card: line, key, value and what is allowed. */
export function cardMistake(document: Document, lines: LineCounter, schema: z.ZodType, error: z.ZodError): string {
  const { issue, path } = innermost(error.issues[0]!, [], document);
  const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path;
  const line = lineOf(document, lines, at);
  const value = document.getIn(at as (string | number)[]);
  const given = issue.code !== 'unrecognized_keys' && ['string', 'number', 'boolean'].includes(typeof value);
  const said = given ? ` ${quoteName(String(value))}` : '';
  const key = issue.code === 'unrecognized_keys' ? path : at;
  return `${line}${key.map(String).join('.') || 'card'}${said}: ${words(issue, value === undefined, schemaAt(schema, path))}`;
}

/** Inside a union, the mistake of the form that the value is meant to have; the union itself where that is unclear. */
function innermost(issue: Issue, above: Path, document: Document): { issue: Issue; path: Path } {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const value = document.getIn(path as (string | number)[], true);
  if (!isMap(value) && !isSeq(value)) return { issue, path };
  const meant = issue.errors.find(
    ([first]) => first !== undefined && !(first.code === 'invalid_type' && first.path.length === 0),
  );
  return meant === undefined ? { issue, path } : innermost(meant[0]!, path, document);
}

/** Where a key stands; for one that is missing, where its parent does. */
function lineOf(document: Document, lines: LineCounter, path: Path): string {
  let node: unknown = document.contents;
  let place: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (pair === undefined) break;
      place = (pair.key as { range?: readonly number[] }).range?.[0] ?? place;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      place = (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? place;
    } else break;
  }
  return place === undefined ? '' : `line ${lines.linePos(place).line}: `;
}

/** The schema of a key, so that a list of what is allowed there can be given. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType {
  let found = plain(schema);
  for (const step of path) {
    if (!(found instanceof z.ZodObject)) break;
    found = plain((found.shape as Record<PropertyKey, z.ZodType>)[step] ?? z.unknown());
  }
  return found;
}

function plain(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return plain(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).find((option) => option instanceof z.ZodObject) ?? schema;
  }
  return schema;
}

function words(issue: Issue, missing: boolean, schema: z.ZodType): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = schema instanceof z.ZodObject ? ` (allowed: ${Object.keys(schema.shape).join(', ')})` : '';
    return `unknown key ${issue.keys.map((key) => quoteName(key)).join(', ')}${keys}`;
  }
  if (issue.code === 'invalid_value' && !missing) return `not known (allowed: ${allowedBy(issue)})`;
  // zod says “at least 3” of a list that must hold exactly 3.
  const length = (issue.code === 'too_small' || issue.code === 'too_big') && issue.origin === 'array';
  const wants = length && schema instanceof z.ZodTuple ? `a list of ${schema.def.items.length}` : allowedBy(issue);
  return `${missing ? 'missing' : 'unusable'} (allowed: ${wants})`;
}

const types: Readonly<Record<string, string>> = {
  string: 'a text, in quotes where it looks like a number',
  number: 'a number',
  int: 'a whole number',
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listAllowed(issue.values.map(String), 40);
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      if (issue.origin === 'array') return `a list of ${issue.exact ? '' : 'at least '}${issue.minimum}`;
      return `numbers ${issue.inclusive ? 'from' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' ? `a list of ${issue.maximum}` : `numbers up to ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'an http or https address, or null' : issue.message.replace(/^allowed: /, '');
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(allowedBy))].join('; or ');
    default:
      return issue.message;
  }
}
