import { z } from 'zod';
import { WhylightError } from './errors';
import { quoteName } from './network/weights/quote-name';
import { schemaMistake } from './schema-mistake';

const side = z.int().min(1).max(100_000);
const index = z.int().min(0);
/** A float32: a decimal, or a word where JSON has none. */
const float = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]);
const option: z.ZodType = z.lazy(() =>
  z.union(
    [z.string(), z.number(), z.boolean(), z.null(), z.array(option)],
    'allowed: a text, number, true, false, null',
  ),
);
const picture = { source: z.string(), sha256: z.string(), width: side, height: side };

const best = z.looseObject({
  classes: z.array(index.nullable()),
  probabilities: z.array(z.number().nullable()),
  labels: z.record(z.string(), z.string()),
});

const grid = z.looseObject({
  rows: side,
  columns: side,
  tops: z.array(z.number()),
  lefts: z.array(z.number()),
  size: z.tuple([z.number().positive(), z.number().positive()]),
  probabilities: z.array(float).nullable(),
  logits: z.array(float),
  best: best.nullish(),
});

/** The `.json` of an attribution. What files of earlier versions lack may be left out; keys of later ones are kept. */
const schema = z.looseObject({
  method: z.string(),
  title: z.string().optional(),
  unit: z.string().optional(),
  height: side,
  width: side,
  signed: z.boolean(),
  coarse: z.looseObject({ values: z.array(float), height: side, width: side }).nullable(),
  grid: grid.nullable(),
  input: z.looseObject(picture),
  crop: z.looseObject({ x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() }),
  photo: z.looseObject(picture),
  network: z.looseObject({
    name: z.string(),
    title: z.string(),
    weightsSha256: z.string(),
    assumptions: z.array(z.string()).optional(),
  }),
  target: z.looseObject({
    kind: z.enum(['class', 'negative', 'difference', 'function']).optional(),
    classes: z.array(z.looseObject({ index, label: z.string() })).optional(),
    label: z.string().optional(),
    index: index.nullable(),
    logit: z.number(),
    probability: z.number().nullable(),
    unit: z.string().optional(),
  }),
  layer: z.string().nullable(),
  options: z.record(z.string(), option),
  seed: z.number().nullable(),
  elapsedMs: z.number(),
  notes: z.array(z.string()),
});

/** Lists that have as many entries as their sides say; the name of the first that has not. */
function wrongLength({ coarse, grid }: z.infer<typeof schema>): string | null {
  if (coarse && coarse.values.length !== coarse.height * coarse.width) return 'coarse.values';
  if (grid === null) return null;
  const places = grid.rows * grid.columns;
  const lists: readonly (readonly [name: string, list: readonly unknown[] | undefined, length: number])[] = [
    ['grid.tops', grid.tops, grid.rows],
    ['grid.lefts', grid.lefts, grid.columns],
    ['grid.logits', grid.logits, places],
    ['grid.probabilities', grid.probabilities ?? undefined, places],
    ['grid.best.classes', grid.best?.classes, places],
    ['grid.best.probabilities', grid.best?.probabilities, places],
  ];
  return lists.find(([, list, length]) => list !== undefined && list.length !== length)?.[0] ?? null;
}

/**
 * Checks what the `.json` of an attribution says.
 * @param name the file, for the error.
 * @throws WhylightError naming the key and what is allowed.
 */
export function checkAttributionJson(content: unknown, name: string): void {
  const checked = schema.safeParse(content);
  if (!checked.success) {
    const { sentence } = schemaMistake(schema, checked.error, content, 'attribution');
    throw new WhylightError(`${name}: ${sentence}`);
  }
  const wrong = wrongLength(checked.data);
  if (wrong !== null) throw new WhylightError(`${name}: ${quoteName(wrong)} has not as many values as its sides say`);
}
