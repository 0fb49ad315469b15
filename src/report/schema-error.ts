import { z } from 'zod';
import { listAllowed } from '../explain/errors';

/** What a schema found wrong: where, and what is allowed there. */
export interface SchemaError {
  readonly path: readonly (string | number)[];
  readonly words: string;
  /** The key itself is wrong, not its value. */
  readonly unknownKey: string | null;
}

type Path = readonly (string | number)[];

/** The first thing a schema finds wrong, said so that a person can mend it; inside a choice, of the nearest branch. */
export function schemaError(schema: z.ZodType, error: z.ZodError): SchemaError {
  return describe(schema, error.issues[0]!, []);
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, before: Path): SchemaError {
  const path = [...before, ...(issue.path as (string | number)[])];
  const said = (words: string): SchemaError => ({ path, words, unknownKey: null });
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0) {
      const discriminator = String(issue.path.at(-1));
      return said(`allowed: ${listAllowed(discriminatorValues(schema, path.slice(0, -1), discriminator))}`);
    }
    // A branch for values of another type is the last that was meant.
    const far = (issues: readonly z.core.$ZodIssue[]) =>
      issues.length + (issues[0]!.code === 'invalid_type' && issues[0]!.path.length === 0 ? 1000 : 0);
    const nearest = [...issue.errors].sort((a, b) => far(a) - far(b))[0]!;
    return describe(schema, nearest[0]!, path);
  }
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const allowed = [...new Set(schemasAt(schema, path).flatMap(keysOf))];
    return { path, words: `unknown key ${key} (allowed: ${listAllowed(allowed)})`, unknownKey: key };
  }
  if (issue.code === 'invalid_value') return said(`allowed: ${listAllowed(issue.values.map(String))}`);
  if (issue.code === 'invalid_type') {
    return said(
      issue.input === undefined && /received undefined/.test(issue.message)
        ? `missing (${issue.expected})`
        : issue.message,
    );
  }
  return said(issue.message);
}

/** Every schema that may stand at a path: more than one below a choice. */
function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return schemasAt(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option as z.ZodType, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType as z.ZodType, rest);
  if (schema instanceof z.ZodArray) return schemasAt(schema.element as z.ZodType, rest);
  if (schema instanceof z.ZodObject) {
    const value = (schema.shape as Record<string, z.ZodType>)[key];
    return value === undefined ? [] : schemasAt(value, rest);
  }
  return [];
}

const keysOf = (schema: z.ZodType): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

function discriminatorValues(schema: z.ZodType, path: Path, key: string): string[] {
  return schemasAt(schema, path)
    .filter((option) => option instanceof z.ZodObject)
    .map((option) => (option.shape as Record<string, z.ZodType>)[key])
    .filter((value) => value instanceof z.ZodLiteral)
    .flatMap((value) => [...value.values].map(String));
}
