import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { WhylightError } from '../explain/errors';
import { findMeasure } from '../explain/measures';
import type { Network } from '../explain/network/network';
import { parseStrictJson } from '../explain/network/weights/strict-json';
import { schemaMistake } from '../explain/schema-mistake';
import { REAL, SURE } from './evaluation-findings';
import type { EvaluationSummary } from './evaluation-summary';

const methodEntry = z.strictObject({
  name: z.string().min(1),
  /** Its mean by the first measure of whether the score follows it: the higher, the better. */
  value: z.number(),
  /** Measures of whether the score follows it by which it is shown to be better, or worse, than the best map that knows nothing. */
  better: z.array(z.string()),
  worse: z.array(z.string()),
  /** Measures of whether it is about the network by which it is the last in 95 % of the draws. */
  last: z.array(z.string()),
});

const entry = z.strictObject({
  network: z.string().min(1),
  title: z.string().min(1),
  architecture: z.string().min(1),
  weightsSha256: z.string(),
  /** `drawn scenes`, or the folder's name. */
  data: z.string().min(1),
  photos: z.int().min(1),
  seed: z.int().min(0),
  measures: z.array(z.string()).min(1),
  methods: z.array(methodEntry).min(1),
});

/** What an evaluation found of one network's methods. */
export type SupportEntry = z.infer<typeof entry>;

/** The entries that come with the project, and what made them: networks/README.md. */
const packaged = path.resolve(__dirname, '../../networks/support.json');

/**
 * Whether an evaluation supports a method: by one measure at least its score follows the map better than the best of those that
 * know nothing, by none worse, and by no measure of randomised networks it is the last.
 */
export const isSupported = ({ better, worse, last }: SupportEntry['methods'][number]): boolean =>
  better.length > 0 && worse.length === 0 && last.length === 0;

/**
 * The entries of a file, of the project's own where none is named; none where that is absent.
 * @throws WhylightError for a file that cannot be read, or holds something else.
 */
export function supportEntries(file: string = packaged): readonly SupportEntry[] {
  if (file === packaged && !existsSync(file)) return [];
  if (!existsSync(file)) throw new WhylightError(`no such file: ${file}`);
  const content = parseStrictJson(readFileSync(file), file, 20);
  const { success, data, error } = z.array(entry).safeParse(content);
  if (success) return data;
  throw new WhylightError(`${file}: ${schemaMistake(z.array(entry), error, content, 'the file').sentence}`);
}

/**
 * One network's entry from its table.
 * @throws WhylightError for a table that does not ask whether the score follows the maps, and whether they are about the network.
 */
export function supportOf(
  summary: EvaluationSummary,
  { name, title, architecture, weightsSha256 }: Network,
  { data, seed }: Pick<SupportEntry, 'data' | 'seed'>,
): SupportEntry {
  const asking = (question: string) => summary.measures.filter((measure) => findMeasure(measure).question === question);
  const [follows, about] = [asking('follows'), asking('about')];
  const [first] = follows;
  if (first === undefined || about.length === 0 || findMeasure(first).better !== 'higher') {
    throw new WhylightError(
      `measures: ${summary.measures.join(', ')} (allowed for what methods are chosen by: first one of whether the score follows the map that is better higher, such as symmetric-relevance-gain, and one of whether it is about the network, such as randomisation)`,
    );
  }
  const methods = summary.maps.flatMap((map) => {
    const cellOf = (measure: string) => summary.cells.find((cell) => cell.map === map.name && cell.measure === measure);
    const value = cellOf(first)?.estimate?.value;
    if (map.kind !== 'method' || value === undefined) return [];
    const by = (measures: readonly string[], holds: (cell: NonNullable<ReturnType<typeof cellOf>>) => boolean) =>
      measures.filter((measure) => {
        const cell = cellOf(measure);
        return cell !== undefined && holds(cell);
      });
    return [
      {
        name: map.name,
        value: Number(value.toPrecision(4)),
        better: by(follows, ({ comparison }) => comparison !== null && comparison.better < REAL),
        worse: by(follows, ({ comparison }) => comparison !== null && comparison.worse < REAL),
        last: by(about, ({ rank }) => rank !== null && rank.chances.at(-1)! >= SURE),
      },
    ];
  });
  const { photos, measures } = summary;
  return { network: name, title, architecture, weightsSha256, data, photos, seed, measures: [...measures], methods };
}

/** An entry, and what it is to a network: of itself, of one of the same form, of another. */
export interface NearestSupport {
  readonly entry: SupportEntry;
  readonly relation: 'own' | 'form' | 'other';
}

/** Forms that are here for drawn scenes alone. */
const drawnForms = ['tiny-resnet', 'nano-resnet', 'pixel-colours'];
const isDrawn = (architecture: string) => drawnForms.some((form) => architecture.startsWith(form));

/**
 * What is known that is nearest to a network: its own entry, one of its form, one of any that sees what it sees (drawn scenes,
 * photos); null where there is none.
 */
export function nearestSupport(
  { weightsSha256, architecture }: Pick<Network, 'weightsSha256' | 'architecture'>,
  entries: readonly SupportEntry[],
): NearestSupport | null {
  const own = entries.find((one) => one.weightsSha256 === weightsSha256);
  if (own !== undefined) return { entry: own, relation: 'own' };
  const form = entries.find((one) => one.architecture === architecture);
  if (form !== undefined) return { entry: form, relation: 'form' };
  const other = entries.find((one) => isDrawn(one.architecture) === isDrawn(architecture));
  return other === undefined ? null : { entry: other, relation: 'other' };
}
