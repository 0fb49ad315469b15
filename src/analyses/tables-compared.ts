import { findMeasure } from '../explain/measures';
import { rankCorrelation } from '../explain/statistics/rank-correlation';
import type { EvaluationSummary } from './evaluation-summary';

/** How far two tables order the same methods alike by one measure. */
export interface ComparedMeasure {
  readonly measure: string;
  /** That both have a mean of. */
  readonly methods: readonly string[];
  /** Spearman's correlation of their means; null below four methods, where it says nothing. */
  readonly correlation: number | null;
  /**
   * Share of all orders of as many methods whose correlation is at least as high: what chance gives (one-sided, exact).
   * Null where there is no correlation.
   */
  readonly chance: number | null;
}

/** Methods that more orders than 8! would take too long to go through. */
const MOST = 8;

/**
 * Are drawn scenes worth anything for real photos? How far two tables, of other networks or photos, put the methods that
 * both have into one order, measure by measure. Maps that know nothing are left out: they would make any two tables alike.
 */
export function compareTables(a: EvaluationSummary, b: EvaluationSummary): ComparedMeasure[] {
  const names = (table: EvaluationSummary) =>
    table.maps.filter(({ kind }) => kind === 'method' || kind === 'file').map(({ name }) => name);
  const meanOf = ({ cells }: EvaluationSummary, map: string, measure: string) =>
    cells.find((cell) => cell.map === map && cell.measure === measure)?.estimate?.value ?? null;
  return a.measures
    .filter((measure) => b.measures.includes(measure) && findMeasure(measure).better !== 'neither')
    .map((measure): ComparedMeasure => {
      const methods = names(a).filter(
        (map) => names(b).includes(map) && meanOf(a, map, measure) !== null && meanOf(b, map, measure) !== null,
      );
      if (methods.length < 4) return { measure, methods, correlation: null, chance: null };
      const [left, right] = [a, b].map((table) => methods.map((map) => meanOf(table, map, measure)!)) as [
        number[],
        number[],
      ];
      const correlation = rankCorrelation(left, right);
      return {
        measure,
        methods,
        correlation,
        chance: methods.length > MOST ? null : byChance(left, right, correlation),
      };
    });
}

function byChance(left: readonly number[], right: readonly number[], correlation: number): number {
  let [all, reached] = [0, 0];
  for (const order of orders([...right])) {
    all++;
    if (rankCorrelation(left, order) >= correlation - 1e-12) reached++;
  }
  return reached / all;
}

/** Every order of a list (Heap 1963). */
function* orders(list: number[], length = list.length): Generator<readonly number[]> {
  if (length <= 1) {
    yield list;
    return;
  }
  for (let i = 0; i < length; i++) {
    yield* orders(list, length - 1);
    const at = length % 2 === 0 ? i : 0;
    [list[at], list[length - 1]] = [list[length - 1]!, list[at]!];
  }
}
