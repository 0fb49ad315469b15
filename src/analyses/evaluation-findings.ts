import { measures as allMeasures, findMeasure } from '../explain/measures';
import { type MeasureQuestion, measureQuestions } from '../explain/measures/define-measure';
import type { Detection } from './detection-of';
import type { EvaluationCell, EvaluationSummary } from './evaluation-summary';

/** Share of the draws in which a map has to be first to be called so. */
export const SURE = 0.95;
/** Holm-corrected p below which a difference is called real. */
export const REAL = 0.05;

/** Questions whose measures can make a map the first; of the others (is it stable, about the network, its form, its cost) a good value proves nothing. */
const leading: readonly MeasureQuestion[] = ['follows', 'place', 'truth'];
/** Those that a map can fail. */
const checks: readonly MeasureQuestion[] = ['stable', 'about'];

/**
 * What a table of measures allows to be said, a sentence each; of each, the numbers are in it. A map is called the first only
 * where every measure of whether the score follows it, of place and of truth puts it there in 95 % of the draws. A good value
 * of stability or of randomised networks is no merit (noise has it too), so of these the last is told, and a map that is the
 * last there, or that was not asked whether it follows and whether it is about the network, is not called the best.
 */
export function evaluationFindings(
  summary: EvaluationSummary,
  wordOf: (measure: string) => string = (measure) => measure,
): string[] {
  const asking = (questions: readonly MeasureQuestion[]): EvaluationSummary => {
    const at = summary.measures.map((name) => questions.includes(findMeasure(name).question));
    const those = <T>(list: readonly T[]) => list.filter((_, i) => at[i]);
    return { ...summary, measures: those(summary.measures), agreement: those(summary.agreement).map(those) };
  };
  const led = asking(leading);
  const last = lasts(asking(checks));
  return [
    ...firsts(led, summary, last, wordOf),
    ...failures(last, summary, wordOf),
    ...comparedWithNothing(led, wordOf),
    ...agreement(led, wordOf),
  ];
}

type WordOf = (measure: string) => string;

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A map that has an end of the order by a measure in nearly all draws. */
interface Place {
  readonly measure: string;
  readonly map: string;
  readonly chance: number;
}

function placesAt({ measures, cells }: EvaluationSummary, end: 'first' | 'last'): Place[] {
  return measures.flatMap((measure) => {
    const ranked = cells.filter((cell) => cell.measure === measure && cell.rank !== null);
    if (ranked.length < 2) return [];
    const chanceOf = (cell: EvaluationCell) => cell.rank!.chances.at(end === 'first' ? 0 : -1)!;
    const most = ranked.reduce((best, one) => (chanceOf(one) > chanceOf(best) ? one : best));
    return [{ measure, map: most.map, chance: chanceOf(most) }];
  });
}

const lasts = (summary: EvaluationSummary) => placesAt(summary, 'last').filter(({ chance }) => chance >= SURE);

const titleOf = ({ maps }: EvaluationSummary, map: string) => maps.find(({ name }) => name === map)!.title;

function firsts(led: EvaluationSummary, whole: EvaluationSummary, last: readonly Place[], wordOf: WordOf): string[] {
  const leaders = placesAt(led, 'first');
  if (leaders.length === 0) return [];
  const sure = leaders.filter(({ chance }) => chance >= SURE);
  const names = [...new Set(sure.map(({ map }) => map))];
  if (names.length === 1 && sure.length === leaders.length) {
    const [map] = names as [string];
    const count =
      leaders.length === 1 ? `the one measure (${wordOf(leaders[0]!.measure)})` : `all ${leaders.length} measures`;
    const all = `${titleOf(whole, map)} is first by ${count} of following, place and truth, in at least ${percent(SURE)} of the draws`;
    const why = doubts(map, whole, last, wordOf);
    return [why.length === 0 ? `${all}.` : `${all}; it is not called the best, for ${listWords(why)}.`];
  }
  const clear = names
    .map((map) => ({ map, by: sure.filter((one) => one.map === map).map(({ measure }) => measure) }))
    .sort((a, b) => b.by.length - a.by.length)
    .map(({ map, by }) => `${titleOf(whole, map)} by ${listWords(by.map(wordOf))}`);
  const open = leaders.length - sure.length;
  return [
    `No map is first by every one of the ${leaders.length} measures of following, place and truth, so none is called the best.`,
    ...(clear.length > 0 ? [`First in at least ${percent(SURE)} of the draws: ${clear.join('; ')}.`] : []),
    ...(open > 0
      ? [
          `By ${open} of the ${leaders.length} measures the first place is open: no map has it in ${percent(SURE)} of the draws.`,
        ]
      : []),
  ];
}

/** Why a map that is first is not called the best: clauses. */
function doubts(map: string, whole: EvaluationSummary, last: readonly Place[], wordOf: WordOf): string[] {
  const missing = unasked(whole.measures);
  const failed = last.filter((one) => one.map === map).map(({ measure }) => wordOf(measure));
  return [
    ...(missing.length === 0 ? [] : [`it was not measured: ${listWords(missing.map((words) => `“${words}”`))}`]),
    ...(failed.length === 0 ? [] : [`it is the last by ${listWords(failed)}`]),
  ];
}

function failures(last: readonly Place[], whole: EvaluationSummary, wordOf: WordOf): string[] {
  return last.map(({ measure, map }) => {
    const { value } = whole.cells.find((cell) => cell.map === map && cell.measure === measure)!.estimate!;
    return `By ${wordOf(measure)} ${titleOf(whole, map)} is the last in at least ${percent(SURE)} of the draws (${value.toFixed(2).replace('-', '−')}).`;
  });
}

/** Questions that have to be asked before a map is called the best: that of the object, or of the truth where it can be had. */
function unasked(names: readonly string[]): string[] {
  const asks = new Set(names.map((name) => findMeasure(name).question));
  return [
    ...(['follows', 'about'] as const).filter((question) => !asks.has(question)).map((one) => measureQuestions[one]),
    ...(asks.has('place') || asks.has('truth') ? [] : [measureQuestions.place]),
  ];
}

function comparedWithNothing({ measures, cells, maps, photos }: EvaluationSummary, wordOf: WordOf): string[] {
  const competitors = maps.filter(({ name }) =>
    cells.some(({ map, comparison }) => map === name && comparison !== null),
  );
  if (competitors.length === 0) return [];
  // With all differences on one side.
  const least = competitors.length / 2 ** photos;
  if (least >= REAL) {
    return [
      `${photos} photos are too few to show that any of ${competitors.length} methods is better than maps that know nothing of the network or of the photo.`,
    ];
  }
  const sentences = [
    'Each method was compared, photo by photo, with the best of the maps that know nothing of the network or of the photo.',
  ];
  const questions = Object.keys(measureQuestions) as (keyof typeof measureQuestions)[];
  for (const question of questions) {
    const own = measures.filter((name) => findMeasure(name).question === question);
    const compared = cells.filter(({ measure, comparison }) => own.includes(measure) && comparison !== null);
    if (compared.length === 0) continue;
    const methods = maps.filter(({ name }) => compared.some(({ map }) => map === name));
    const never = methods.filter(({ name }) =>
      compared.filter(({ map }) => map === name).every(({ comparison }) => comparison!.better >= REAL),
    );
    const worse = methods.flatMap(({ name, title }) => {
      const by = compared.filter(({ map, comparison }) => map === name && comparison!.worse < REAL);
      return by.length === 0 ? [] : [`${title} (${by.map(({ measure }) => wordOf(measure)).join(', ')})`];
    });
    const what = `“${measureQuestions[question]}” (${own.map(wordOf).join(', ')})`;
    if (never.length > 0) {
      sentences.push(
        `${what}: better by none of these measures, as far as was shown: ${listWords(never.map(({ title }) => title))}.`,
      );
    } else {
      sentences.push(`${what}: each of the ${methods.length} methods is better by at least one of these measures.`);
    }
    if (worse.length > 0) sentences.push(`Worse: ${worse.join('; ')}.`);
  }
  return sentences;
}

function agreement({ measures, agreement: table }: EvaluationSummary, wordOf: WordOf): string[] {
  const pairs = measures.flatMap((a, i) =>
    measures.slice(i + 1).flatMap((b, k) => {
      const value = table[i]![i + 1 + k]!;
      return value === null ? [] : [{ a, b, value }];
    }),
  );
  if (pairs.length === 0) return [];
  const sorted = [...pairs].sort((x, y) => x.value - y.value);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)]!.value + sorted[Math.floor(sorted.length / 2)]!.value) / 2;
  const number = (value: number) => value.toFixed(2).replace('-', '−');
  return [
    `The orders that two measures give the methods have a rank correlation of ${number(middle)} in the middle of ${pairs.length} pairs, from ${number(least.value)} (${wordOf(least.a)} and ${wordOf(least.b)}) to ${number(most.value)} (${wordOf(most.a)} and ${wordOf(most.b)}).`,
  ];
}

/** What detection curves allow to be said. */
export function detectionFindings({ curves, fair, photos }: Detection): string[] {
  const real = curves
    .filter(({ firstReliance }) => firstReliance !== null)
    .sort((a, b) => a.firstReliance! - b.firstReliance!);
  const never = curves.filter(({ firstReliance }) => firstReliance === null).map(({ map }) => map);
  const alarms = curves.flatMap(({ falseAlarms }) => (falseAlarms === null ? [] : [falseAlarms.value]));
  return [
    ...(real.length > 0
      ? [
          `Measured on ${photos} scenes, the background is shown more often than by the maps of the ${fair.length} fair ${fair.length === 1 ? 'network' : 'networks'} from a reliance of ${real.map(({ map, firstReliance }) => `${firstReliance!.toFixed(2)} (${map})`).join(', ')} on.`,
        ]
      : []),
    ...(never.length > 0 ? [`At no reliance that was tested for certain: ${never.join(', ')}.`] : []),
    ...(alarms.length > 0
      ? [
          `False alarms on fair networks: ${percent(Math.min(...alarms))} to ${percent(Math.max(...alarms))} of the photos.`,
        ]
      : ['With one fair network false alarms cannot be measured.']),
  ];
}

/** The measures of a table with what each rewards beside the truth. */
export const cautionsOf = (names: readonly string[]) =>
  allMeasures.filter(({ name }) => names.includes(name)).map(({ name, title, caution }) => ({ name, title, caution }));
