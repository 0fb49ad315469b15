import type { Detection } from '../analyses/detection-of';
import type { Evaluation } from '../analyses/evaluate';
import { cautionsOf } from '../analyses/evaluation-findings';
import type { EvaluationCell, EvaluationSummary } from '../analyses/evaluation-summary';
import type { ComparedMeasure } from '../analyses/tables-compared';
import { findMeasure } from '../explain/measures';
import { measureQuestions } from '../explain/measures/define-measure';
import { table } from './table';

/** What was measured of the trainings of one kind: networks whose names differ only in `-seed-N`. */
export interface EvaluationPart {
  readonly kind: string;
  /** Of all cases first; then of right and of wrong answers, where there are both. */
  readonly tables: readonly EvaluationSummary[];
  readonly findings: readonly string[];
  /** With another evaluation. */
  readonly compared: readonly ComparedMeasure[];
}

/** All that an evaluation gave. */
export interface WholeEvaluation {
  readonly evaluation: Evaluation;
  readonly detection: Detection | null;
  readonly parts: readonly EvaluationPart[];
  readonly detected: readonly string[];
}

const choices = { all: 'all answers', right: 'right answers', wrong: 'wrong answers' } as const;
const arrows = { higher: '↑', lower: '↓', neither: '' } as const;

/** An evaluation as text: for each kind of network a table for each question, and what can be said. */
export function evaluationText(
  { evaluation, parts, detection, detected }: WholeEvaluation,
  files: readonly string[],
): string {
  return `${[
    ...parts.map(partText),
    ...(detection === null
      ? []
      : [[detectionTable(detection), ...excessTable(detection), detected.join('\n')].join('\n\n')]),
    [
      'What each measure rewards beside the truth:',
      ...cautionsOf(evaluation.measures).map(({ name, caution }) => `  ${name}: ${caution}`),
    ].join('\n'),
    ...(files.length > 0 ? [`written: ${files.join(', ')}`] : []),
  ].join('\n\n')}\n`;
}

function partText({ tables, findings, compared }: EvaluationPart): string {
  const [first] = tables as [EvaluationSummary];
  const all = tables.map((summary, i) =>
    i === 0
      ? questionTables(summary)
      : `${choices[summary.choice]}: ${summary.photos} photos, means alone\n\n${questionTables(summary, true)}`,
  );
  return [
    `${first.networks.join(', ')}: ${first.photos} photos; mean (95 % interval) #place (places in 95 % of draws)`,
    ...all,
    ...(compared.length === 0 ? [] : [comparedTable(compared)]),
    findings.join('\n'),
  ].join('\n\n');
}

function questionTables({ measures, maps, cells }: EvaluationSummary, brief = false): string {
  return Object.entries(measureQuestions)
    .flatMap(([question, words]) => {
      const own = measures.filter((name) => findMeasure(name).question === question);
      const rows = maps
        .map(({ name, kind }) => ({
          name: kind === 'method' ? name : `(${name})`,
          cells: own.map((measure) => cells.find((cell) => cell.map === name && cell.measure === measure)!),
        }))
        .filter((row) => row.cells.some(({ estimate }) => estimate !== null));
      if (own.length === 0 || rows.length === 0) return [];
      const head = [words, ...own.map((name) => `${name} ${arrows[findMeasure(name).better]}`.trim())];
      return [table([head, ...rows.map((row) => [row.name, ...row.cells.map((cell) => cellText(cell, brief))])])];
    })
    .join('\n\n');
}

const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Of few values nothing limits the mean of others but the measure's own bounds: where it has not both, there is no interval. */
const rangeWords = ({ low, high }: { low: number; high: number }) =>
  Number.isFinite(low) && Number.isFinite(high) ? `${number(low)} to ${number(high)}` : 'no interval';

function cellText({ estimate, rank, missing }: EvaluationCell, brief: boolean): string {
  if (estimate === null) return '–';
  const absent = missing > 0 ? `, ${missing} without` : '';
  if (brief) return number(estimate.value);
  const interval = `${number(estimate.value)} (${rangeWords(estimate)}${absent})`;
  if (rank === null) return interval;
  const places = rank.low === rank.high ? '' : ` (${rank.low}–${rank.high})`;
  return `${interval} #${rank.rank}${places}`;
}

const interval = (estimate: { value: number; low: number; high: number } | null) =>
  estimate === null ? '–' : `${signed(estimate.value)} (${signed(estimate.low)} to ${signed(estimate.high)})`;
const signed = (value: number) => value.toFixed(2).replace('-', '−');

function detectionTable({ curves }: Detection): string {
  const groups = curves[0]!.groups;
  return table([
    [
      'SHOWS THE BACKGROUND',
      'FALSE ALARMS',
      ...groups.map(({ name, reliance }) => `${name}: reliance ${reliance.toFixed(2)}`),
      'FROM',
    ],
    ...curves.map(({ map, falseAlarms, groups: own, firstReliance }) => [
      map,
      interval(falseAlarms),
      ...own.map(({ hits }) => interval(hits)),
      firstReliance === null ? 'never for certain' : firstReliance.toFixed(2),
    ]),
  ]);
}

/** Where there are several trainings of a kind. */
function excessTable({ curves }: Detection): string[] {
  const groups = curves[0]!.groups.filter(({ excess }) => excess !== null);
  if (groups.length === 0) return [];
  const rows = curves.map(({ map, groups: own }) => [
    map,
    ...own.filter(({ name }) => groups.some((one) => one.name === name)).map(({ excess }) => interval(excess)),
  ]);
  const columns = groups.map(
    ({ name, networks, reliance }) => `${name} (${networks.length}): reliance ${reliance.toFixed(2)}`,
  );
  return [table([['HITS LESS FALSE ALARMS, BOOTSTRAP', ...columns], ...rows])];
}

function comparedTable(compared: readonly ComparedMeasure[]): string {
  return table([
    ['ORDER OF THE METHODS IN BOTH', 'METHODS', 'RANK CORRELATION', 'SHARE OF ORDERS AS ALIKE'],
    ...compared.map(({ measure, methods, correlation, chance }) => [
      measure,
      String(methods.length),
      correlation === null ? 'too few methods' : correlation.toFixed(2),
      chance === null ? '–' : chance.toFixed(3),
    ]),
  ]);
}
