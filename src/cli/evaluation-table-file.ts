import { z } from 'zod';
import type { EvaluationSummary } from '../analyses/evaluation-summary';
import { WhylightError } from '../explain/errors';
import { readUpTo, reasonOf } from '../explain/files';
import { measures } from '../explain/measures';
import { parseStrictJson } from '../explain/network/weights/strict-json';
import { schemaMistake } from '../explain/schema-mistake';

const LIMIT_BYTES = 512 * 2 ** 20;

const estimate = z.looseObject({ value: z.number() }).nullable();
const kind = z.enum(['method', 'baseline', 'copy', 'ceiling', 'file']);
const table = z.looseObject({
  maps: z.array(z.looseObject({ name: z.string(), kind })),
  measures: z.array(z.string()),
  cells: z.array(z.looseObject({ map: z.string(), measure: z.string(), estimate })),
});
const file = z.looseObject({
  parts: z.array(z.looseObject({ kind: z.string(), tables: z.array(table).min(1) })).min(1),
});

/**
 * The table of all answers that `whylight evaluate --out` wrote into `evaluation.json`; measures that this version does not
 * have are left out.
 * @throws WhylightError naming the file, where it is none of these.
 */
export function readTable(name: string): EvaluationSummary {
  let bytes: Uint8Array;
  try {
    bytes = readUpTo(name, LIMIT_BYTES);
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read ${name}: ${reasonOf(error)}`, { cause: error });
  }
  const content = parseStrictJson(bytes, name, 40);
  const checked = file.safeParse(content);
  if (!checked.success) {
    throw new WhylightError(`${name}: ${schemaMistake(file, checked.error, content, 'the evaluation').sentence}`);
  }
  const { parts } = checked.data;
  if (parts.length > 1) {
    const kinds = parts.map((part) => part.kind).join(', ');
    throw new WhylightError(
      `${name} is of ${kinds} (allowed: an evaluation of one network, or of trainings of one kind)`,
    );
  }
  const [all] = parts[0]!.tables;
  const known = all!.measures.filter((measure) => measures.some((one) => one.name === measure));
  return { ...all, measures: known } as unknown as EvaluationSummary;
}
